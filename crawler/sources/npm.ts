import { realpathSync } from "node:fs";
import { redactArguments } from "../_redact.ts";
import { parsePages } from "../answer.ts";
import { askProgram } from "../ask-program.ts";
import { type InstalledPackage, installPackage, resolveVersion } from "../install.ts";
import { launchEntry, launchFile } from "../launch-table.ts";
import { chooseBin, type PackageBin } from "../package-bin.ts";
import { INSIDE, type Mount, type Program } from "../program.ts";
import { refusalWithoutSandbox } from "../sandbox.ts";
import type { CrawlContext, Facts, Fetched, ParsedSource, SourceKind, SourceOptions } from "../source.ts";

/** Names that npm takes today, and the older ones with capitals (npm's validate-npm-package-name). */
const NAME = /^(@[A-Za-z0-9~][\w.~-]*\/)?[A-Za-z0-9~][\w.~-]*$/;

/** Versions, tags and ranges; nothing that npm would take for a path, a URL or a flag. */
const VERSION = /^[A-Za-z0-9^~<>=*][A-Za-z0-9.+^~<>=*| -]*$/;

/** A package of the npm registry: `npm:@scope/name@1.2.3`. Installed without its scripts, started in a sandbox. */
const npm: SourceKind = {
  schemes: ["npm"],
  usage: "npm:<name>[@version]",
  parse: parseNpmSource,
};
export default npm;

function parseNpmSource(argument: string, options: SourceOptions): ParsedSource {
  const spec = argument.slice("npm:".length);
  const at = spec.indexOf("@", 1);
  const name = at === -1 ? spec : spec.slice(0, at);
  const wanted = at === -1 ? "latest" : spec.slice(at + 1);
  const fail = (what: string): ParsedSource => ({
    ok: false,
    reason: `Reading the source "${argument}": ${what}. Write npm:<name> or npm:<name>@<version>, such as npm:@scope/name@1.2.3.`,
  });
  if (!NAME.test(name) || name.length > 214) return fail(`"${name}" is no package name`);
  if (!VERSION.test(wanted) || wanted.length > 100) return fail(`"${wanted}" is no version`);
  const label = `npm:${spec}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server: `npm/${name}`, source: label };
      },
      fetch: (_reference, context) => fetchPackage(name, wanted, options, context),
      parse: parsePages,
    },
  };
}

async function fetchPackage(
  name: string,
  wanted: string,
  options: SourceOptions,
  context: CrawlContext,
): Promise<Fetched> {
  const fail = (reason: string, facts: Facts = {}): Fetched => ({
    ok: false,
    status: "failed",
    reason,
    raw: [],
    facts,
  });
  const refusal = await refusalWithoutSandbox(`npm:${name}`, context.unsafeNoSandbox);
  if (refusal !== undefined) return { ok: false, status: "skipped", reason: refusal, raw: [], facts: {} };
  const resolved = await resolveVersion(name, wanted, context);
  if (!resolved.ok) return fail(resolved.reason);
  const done = await installPackage(name, resolved.version, context);
  if (!done.ok) return fail(done.reason);
  const { installed } = done;
  const facts: Facts = { package: { registry: "npm", name, version: installed.version } };
  const chosen = chooseBin(installed);
  if (!chosen.ok) return fail(chosen.reason, facts);
  const known = launchEntry(name);
  const args = options.arguments ?? known?.arguments ?? [];
  const program = describe(installed, chosen.bin, args, { ...known?.environment, ...options.environment });
  for (const [path, file] of Object.entries(known?.files ?? {})) {
    program.mounts.push({ from: launchFile(file), to: `${INSIDE.home}/${path}` });
  }
  const names = {
    label: `npm:${name}@${installed.version}`,
    command: redactArguments([chosen.bin.name, ...args]),
  };
  const fetched = await askProgram(program, names, context);
  return { ...fetched, facts: { ...fetched.facts, ...facts } };
}

/** The bin under our own Node, the package under a fixed name: no folder of this machine shows in a definition. */
function describe(
  { folder }: InstalledPackage,
  bin: PackageBin,
  args: string[],
  environment: Record<string, string>,
): Program {
  const node = realpathSync(process.execPath);
  const mounts: Mount[] = [
    { from: node, to: INSIDE.node },
    { from: realpathSync(folder), to: INSIDE.package },
  ];
  return bin.isScript
    ? { file: { path: node }, arguments: [{ path: bin.path }, ...args], environment, mounts }
    : { file: { path: bin.path }, arguments: args, environment, mounts };
}
