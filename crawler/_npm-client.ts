import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type HelperOptions, keepEnvironment, runHelper } from "./_helper.ts";
import { which } from "./_paths.ts";
import { plain } from "./_text.ts";

export interface NpmOptions extends Omit<HelperOptions, "environment"> {
  home: string;
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

/**
 * Runs the npm client, under the Node that runs us: npm picks older versions of dependencies that fit its own Node.
 * It gets its own HOME and cache inside `home`, and of the user's environment only PATH, proxy, certificates and registry.
 *
 * @param cwd a folder with a package.json of its own, so that npm reads no project's settings
 * @throws the signal's reason when it aborts, after npm has ended
 */
export async function runNpm(args: string[], { home, ...options }: NpmOptions): Promise<NpmRun> {
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
    ...keepEnvironment(KEPT),
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
  const run = await runHelper([program, ...args], { ...options, environment });
  if (run.ok) return run;
  const { kind, message, stderr } = run;
  if (kind === "failed") return { ok: false, kind, ...readErrors(stderr, message) };
  return { ok: false, kind: kind === "not-started" ? "no-npm" : kind, message, lines: [] };
}

/** npm's errors are lines such as `npm error code E404`; the first that is no code says what happened. */
function readErrors(stderr: string, otherwise: string): Pick<NpmFailure, "code" | "message" | "lines"> {
  const lines = stderr.split("\n").flatMap((line) => /^npm (?:error|ERR!) (.*)$/.exec(line)?.[1] ?? []);
  const code = lines.flatMap((line) => /^code (\S+)/.exec(line)?.[1] ?? [])[0];
  const said = lines.find((line) => !/^(code|errno|syscall|path|dest) /.test(line));
  return {
    ...(code === undefined ? {} : { code }),
    message: plain(said ?? otherwise, 300),
    lines,
  };
}
