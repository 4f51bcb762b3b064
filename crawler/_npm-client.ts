import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { measureFolder } from "./_folder-size.ts";
import { systemProgram } from "./_layout.ts";
import { which } from "./_paths.ts";
import { plain } from "./_text.ts";

export interface NpmOptions {
  home: string;
  cwd: string;
  timeoutMs: number;
  most?: { bytes: number; files: number };
  signal: AbortSignal;
}

/** How an npm command ended; `text` is its standard output. */
export type NpmRun = { ok: true; text: string } | NpmFailure;

/** `message` is one line; `lines` are all of npm's errors. */
export interface NpmFailure {
  ok: false;
  kind: "no-npm" | "timeout" | "too-large" | "failed";
  code?: string;
  message: string;
  lines: string[];
}

/** The user's settings that decide where packages come from and how we get there. Tokens stay in the user's .npmrc. */
const KEPT =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|node_use_system_ca|ssl_cert_file|ssl_cert_dir|npm_config_(registry|@.*|cafile|ca|proxy|https_proxy|noproxy|strict_ssl|userconfig|globalconfig))$/i;

const OUTPUT_BYTES = 8 * 1024 * 1024;

const WATCH_MS = 500;

/**
 * Runs the npm client, under the Node that runs us: npm picks older versions of dependencies that fit its own Node.
 * It gets its own HOME and cache inside `home`, and of the user's environment only PATH, proxy, certificates and registry.
 *
 * @param cwd a folder with a package.json of its own, so that npm reads no project's settings
 * @param most what that folder may come to hold; npm is ended when it goes over it
 * @throws the signal's reason when it aborts, after npm has ended
 */
export async function runNpm(
  args: string[],
  { home, cwd, timeoutMs, most, signal }: NpmOptions,
): Promise<NpmRun> {
  const program = which("npm");
  if (program === undefined) {
    return {
      ok: false,
      kind: "no-npm",
      message: "npm was not found in PATH; install Node.js with npm",
      lines: [],
    };
  }
  const npmHome = join(home, "cache", "npm-home");
  await mkdir(npmHome, { recursive: true });
  const environment = {
    ...keptEnvironment(process.env),
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    HOME: npmHome,
    LANG: "C.UTF-8",
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), ".npmrc"),
    npm_config_cache: join(home, "cache", "npm-cache"),
    npm_config_update_notifier: "false",
    // In the environment, because npm prepares a dependency from git with an npm of its own, and there the
    // dependency's .npmrc would name the program to run as git, --ignore-scripts or not. No git at all, then.
    npm_config_ignore_scripts: "true",
    npm_config_allow_git: "none",
    npm_config_git: "/nonexistent/git",
    // By default npm takes more than a minute to say that there is no network.
    npm_config_fetch_retries: "1",
    npm_config_fetch_retry_mintimeout: "1000",
    npm_config_fetch_retry_maxtimeout: "5000",
  };
  const run = await collect(program, args, { cwd, environment, timeoutMs, most, signal });
  signal.throwIfAborted();
  return run;
}

function collect(
  program: string,
  args: string[],
  {
    cwd,
    environment,
    timeoutMs,
    most = { bytes: Number.POSITIVE_INFINITY, files: Number.POSITIVE_INFINITY },
    signal,
  }: Omit<NpmOptions, "home"> & { environment: NodeJS.ProcessEnv },
): Promise<NpmRun> {
  const { promise, resolve } = Promise.withResolvers<NpmRun>();
  // The server runs as another user, who must be able to read what is installed.
  const [file = "", ...rest] =
    process.platform === "win32"
      ? [program, ...args]
      : [...dieWithUs(), "/bin/sh", "-c", 'umask 022; exec "$0" "$@"', program, ...args];
  const child = spawn(file, rest, {
    cwd,
    env: environment,
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  let timedOut = false;
  const kill = (): void => {
    try {
      if (child.pid !== undefined)
        process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
    } catch {
      // Ended meanwhile.
    }
  };
  const timer = globalThis.setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  const isTooLarge = async (): Promise<boolean> => {
    const { bytes, files } = await measureFolder(cwd, most.bytes, most.files);
    return bytes > most.bytes || files > most.files;
  };
  let ended = false;
  const watch = async (): Promise<void> => {
    while (!ended) {
      const before = performance.now();
      if (await isTooLarge()) return kill();
      // A large folder takes long to measure: no more than a fifth of the time goes into that.
      await setTimeout(Math.max(WATCH_MS, 4 * (performance.now() - before)), undefined, { ref: false });
    }
  };
  if (Number.isFinite(most.bytes)) void watch();
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out = (out + text).slice(0, OUTPUT_BYTES);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err = (err + text).slice(-OUTPUT_BYTES);
  });
  const finish = (run: NpmRun): void => {
    ended = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    resolve(run);
  };
  child.on("error", (error) =>
    finish({ ok: false, kind: "no-npm", message: plain(error.message, 200), lines: [] }),
  );
  child.on("close", async (code) => {
    ended = true;
    if (Number.isFinite(most.bytes) && (await isTooLarge()))
      finish({ ok: false, kind: "too-large", message: sizeOf(most), lines: [] });
    else if (code === 0) finish({ ok: true, text: out });
    else if (timedOut)
      finish({
        ok: false,
        kind: "timeout",
        message: `no end after ${Math.round(timeoutMs / 1000)} s`,
        lines: [],
      });
    else finish({ ok: false, kind: "failed", ...readErrors(err, code) });
  });
  return promise;
}

/** On Linux, where setpriv is, npm ends when we do, however that happens. */
function dieWithUs(): string[] {
  const setpriv = systemProgram("setpriv");
  return process.platform === "linux" && isAbsolute(setpriv) ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
}

/** npm's errors are lines such as `npm error code E404`; the first that is no code says what happened. */
function readErrors(stderr: string, exit: number | null): Pick<NpmFailure, "code" | "message" | "lines"> {
  const lines = stderr.split("\n").flatMap((line) => /^npm (?:error|ERR!) (.*)$/.exec(line)?.[1] ?? []);
  const code = lines.flatMap((line) => /^code (\S+)/.exec(line)?.[1] ?? [])[0];
  const message =
    lines.find((line) => !/^(code|errno|syscall|path|dest) /.test(line)) ?? stderr.trim().split("\n").at(-1);
  const text = plain(message ?? "", 300);
  return {
    ...(code === undefined ? {} : { code }),
    message: text === "" ? `npm ended with exit code ${exit}` : text,
    lines,
  };
}

const sizeOf = ({ bytes, files }: { bytes: number; files: number }): string =>
  `more than ${Math.round(bytes / 1024 / 1024)} MiB or ${files} files`;

function keptEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => KEPT.test(name)));
}
