import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type HelperFailure, type HelperRun, keepEnvironment, runHelper } from "../_helper.ts";
import { Hidden } from "../_hide.ts";
import { which } from "../_paths.ts";
import { redactArguments } from "../_redact.ts";
import { plain } from "../_text.ts";
import { parsePages } from "../answer.ts";
import { askProgram } from "../ask-program.ts";
import type { Limits } from "../limits.ts";
import type { CrawlContext, Facts, Fetched, ParsedSource, SourceKind, SourceOptions } from "../source.ts";

/** An image's name (OCI distribution spec): host and port, path, tag, digest; nothing that would be taken for a flag. */
const IMAGE =
  /^((?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::([A-Za-z0-9_][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** What the container programs need of the user's environment to find their daemon, store and credentials. */
const KEPT =
  /^(docker_.*|container_.*|containers_.*|xdg_runtime_dir|xdg_data_home|xdg_config_home|https?_proxy|no_proxy|ssl_cert_file|ssl_cert_dir)$/i;

/** A container image: `oci:ghcr.io/someone/server:1.0`. Pulled, then run without network and with nothing of this machine. */
const oci: SourceKind = {
  schemes: ["oci"],
  usage: "oci:<image>",
  parse: parseOciSource,
};
export default oci;

/** docker, else podman, where one of them is. */
export const findContainerProgram = (): string | undefined => which("docker") ?? which("podman");

function parseOciSource(argument: string, options: SourceOptions): ParsedSource {
  const image = argument.slice("oci:".length).replace(/^\/\//, "");
  const [, name, tag, digest] = IMAGE.exec(image) ?? [];
  if (name === undefined || image.length > 400) {
    return {
      ok: false,
      reason: `Reading the source "${argument}": "${image}" is no image name. Write oci:<image>, such as oci:ghcr.io/someone/server:1.0.`,
    };
  }
  const label = `oci:${image}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server: `oci/${name}`, source: label };
      },
      fetch: (_reference, context) =>
        fetchImage(image, { name, version: digest ?? tag ?? "latest" }, options, context),
      parse: parsePages,
    },
  };
}

async function fetchImage(
  image: string,
  { name, version }: { name: string; version: string },
  options: SourceOptions,
  context: CrawlContext,
): Promise<Fetched> {
  const program = findContainerProgram();
  const label = `oci:${image}`;
  if (program === undefined) {
    const reason = `Starting ${label}: neither docker nor podman was found in PATH. Install one of them.`;
    return { ok: false, status: "skipped", reason, raw: [], facts: {} };
  }
  const environment = { PATH: process.env.PATH ?? "", HOME: homedir(), ...keepEnvironment(KEPT) };
  const run = (args: string[], timeoutMs: number, signal: AbortSignal): Promise<HelperRun> =>
    runHelper([program, ...args], { cwd: tmpdir(), environment, timeoutMs, signal });
  context.onStage("installing", image);
  const pulled = await run(["pull", "--quiet", image], context.limits.installMs, context.signal);
  if (!pulled.ok) {
    const reason = explainPull(`Pulling ${label}`, basename(program), pulled);
    return { ok: false, status: "failed", reason, raw: [], facts: {} };
  }
  const id = await run(
    ["image", "inspect", "--format", "{{.Id}}", image],
    context.limits.resolveMs,
    context.signal,
  );
  const exact = id.ok && /^(sha256:)?[0-9a-f]{64}$/.test(id.text.trim()) ? id.text.trim() : version;
  const facts: Facts = { package: { registry: "oci", name, version: exact } };

  const given = { ...options.environment, ...context.environment };
  const odd = Object.entries(given).find(
    ([key, value]) => !/^[A-Za-z_][\w.-]*$/.test(key) || /[\n\r]/.test(value),
  );
  if (odd !== undefined) {
    const reason = `Starting ${label}: ${plain(odd[0], 80)} can't be given to a container: its name is odd, or its value has several lines.`;
    return { ok: false, status: "failed", reason, raw: [], facts };
  }
  const container = `placard-${randomUUID()}`;
  const folder = await mkdtemp(join(tmpdir(), "placard-"));
  const environmentFile = join(folder, "environment");
  const args = options.arguments ?? [];
  const hidden = new Hidden();
  for (const [key, value] of Object.entries(given)) hidden.add(value, key);
  try {
    // Neither in a command line, which everyone can read, nor in the environment of the program, which obeys some names.
    const lines = Object.entries(given).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(environmentFile, lines.join(""), { mode: 0o600 });
    const flags = containerFlags(container, environmentFile, context.network, context.limits);
    const fetched = await askProgram(
      {
        file: { path: program },
        arguments: ["run", ...flags, image, ...args],
        environment,
        mounts: [],
        sandbox: { level: "container", dropsUser: false },
      },
      { label, command: redactArguments([basename(program), "run", image, ...args]) },
      { ...context, environment: {} },
    );
    const launch = fetched.facts.launch;
    const shown =
      launch === undefined ? {} : { launch: { ...launch, environment: Object.keys(given).sort() } };
    return hidden.fetched({ ...fetched, facts: { ...fetched.facts, ...shown, ...facts } });
  } finally {
    // Ending the client does not end the container. Whether it worked is of no use to anyone: --rm may have been first.
    await run(["rm", "--force", container], 20_000, new AbortController().signal);
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** No network, nothing writable but /tmp, no rights, bounded memory and processes. */
function containerFlags(
  container: string,
  environmentFile: string,
  network: boolean,
  limits: Limits,
): string[] {
  return [
    "--interactive",
    "--rm",
    "--pull=never",
    `--name=${container}`,
    ...(network ? [] : ["--network=none"]),
    "--read-only",
    `--tmpfs=/tmp:rw,nosuid,nodev,size=${limits.diskBytes}`,
    `--memory=${limits.memoryBytes}`,
    `--memory-swap=${limits.memoryBytes}`,
    `--pids-limit=${limits.processes}`,
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--log-driver=none",
    `--env-file=${environmentFile}`,
  ];
}

function explainPull(doing: string, program: string, run: HelperFailure): string {
  const text = run.stderr;
  if (run.kind === "not-started") return `${doing}: ${program} could not be started (${run.message}).`;
  if (run.kind === "timeout")
    return `${doing}: ${program} had ${run.message}. Check the network, or try again.`;
  if (/daemon|Cannot connect|permission denied.*sock/i.test(text) && /connect|running|permission/i.test(text))
    return `${doing}: ${program} does not reach its daemon (${run.message}). Start it, or see that this user may use it.`;
  if (/not found|manifest unknown|does not exist|denied|unauthorized/i.test(text))
    return `${doing}: there is no such image, or it needs an account (${run.message}). Check the name and the tag.`;
  return `${doing}: ${program} failed (${plain(run.message, 300)}).`;
}
