import { randomUUID } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { explainDisk } from "../_npm-reasons.ts";
import { programFolder } from "../_paths.ts";
import { redactArguments } from "../_redact.ts";
import { plain } from "../_text.ts";
import { explainUv, findUv, installedVersion, installWithUv } from "../_uv.ts";
import { parsePages } from "../answer.ts";
import { askProgram } from "../ask-program.ts";
import type { Mount, Program } from "../program.ts";
import { refusalWithoutSandbox } from "../sandbox.ts";
import type { CrawlContext, Facts, Fetched, ParsedSource, SourceKind, SourceOptions } from "../source.ts";

/** Names and versions as PyPI takes them (PEP 508, PEP 440); nothing that uv would take for a path, a URL or a flag. */
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.!+_-]*$/;

/** A package of the Python Package Index: `pypi:name@1.2.3`. Installed by uv from wheels only, started in a sandbox. */
const pypi: SourceKind = {
  schemes: ["pypi"],
  usage: "pypi:<name>[@version]",
  parse: parsePypiSource,
};
export default pypi;

function parsePypiSource(argument: string, options: SourceOptions): ParsedSource {
  const spec = argument.slice("pypi:".length);
  const [name = "", version, ...more] = spec.split(/==|@/);
  const fail = (what: string): ParsedSource => ({
    ok: false,
    reason: `Reading the source "${argument}": ${what}. Write pypi:<name> or pypi:<name>@<version>, such as pypi:some-server@1.2.3.`,
  });
  if (!NAME.test(name) || name.length > 200) return fail(`"${name}" is no package name`);
  const wanted = version === "latest" ? undefined : version;
  if (more.length > 0 || (wanted !== undefined && (!VERSION.test(wanted) || wanted.length > 100)))
    return fail(`"${[version, ...more].join("@")}" is no version`);
  // PEP 503: one package, whichever way it is written.
  const normal = name.toLowerCase().replace(/[-_.]+/g, "-");
  const label = `pypi:${spec}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server: `pypi/${normal}`, source: label };
      },
      fetch: (_reference, context) => fetchPackage(normal, wanted, label, options, context),
      parse: parsePages,
    },
  };
}

async function fetchPackage(
  name: string,
  wanted: string | undefined,
  label: string,
  options: SourceOptions,
  context: CrawlContext,
): Promise<Fetched> {
  const uv = findUv();
  if (uv === undefined)
    return skip(`Starting ${label}: uvx was not found in PATH. Install uv, which it is part of.`);
  const refusal = await refusalWithoutSandbox(label, context.unsafeNoSandbox);
  if (refusal !== undefined) return skip(refusal);
  // A Python environment holds its own path, so it can't be moved once it is complete: made anew from uv's cache each time.
  const folder = join(context.home, "cache", "pypi", `.run-${randomUUID()}`);
  try {
    const run = await installWithUv(uv, name, wanted, folder, context);
    if (!run.ok) return fail(explainUv(`Installing ${label}`, name, wanted, run));
    const version = installedVersion(folder, name);
    const facts: Facts = version === undefined ? {} : { package: { registry: "pypi", name, version } };
    const chosen = chooseScript(folder, name);
    if (!chosen.ok) return fail(`Starting ${label}: ${chosen.reason}`, facts);
    const args = options.arguments ?? [];
    const shown = version === undefined ? label : `pypi:${name}@${version}`;
    const names = { label: shown, command: redactArguments([chosen.name, ...args]) };
    const fetched = await askProgram(
      describe(folder, chosen.path, args, options.environment ?? {}),
      names,
      context,
    );
    return { ...fetched, facts: { ...fetched.facts, ...facts } };
  } catch (error) {
    context.signal.throwIfAborted();
    return fail(explainDisk(`Installing ${label}`, folder, error));
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

type Script = { ok: true; name: string; path: string } | { ok: false; reason: string };

/** The only program, or the one named like the package; never a guess. */
function chooseScript(folder: string, name: string): Script {
  const bin = join(folder, "bin");
  const names = readdirSync(bin).sort();
  const normal = (text: string) =>
    text
      .toLowerCase()
      .replace(/\.exe$/, "")
      .replace(/[-_.]+/g, "-");
  const chosen = names.length === 1 ? names[0] : names.find((one) => normal(one) === name);
  if (chosen !== undefined) {
    const path = join(bin, chosen);
    // A link may lead anywhere: only into the folder that uv made.
    const real = realpathSync(path);
    return real.startsWith(`${realpathSync(folder)}/`)
      ? { ok: true, name: chosen, path }
      : { ok: false, reason: `its program ${plain(chosen, 80)} lies outside the package, so it is not run.` };
  }
  return {
    ok: false,
    reason: `the package has ${names.length} programs (${plain(names.join(", "), 300)}) and none is named like it, so which is the server is a guess. Start it with -- uvx --from ${name} <program>.`,
  };
}

function describe(
  folder: string,
  script: string,
  args: string[],
  environment: Record<string, string>,
): Program {
  const mounts: Mount[] = [{ from: folder, to: folder }, ...pythonMounts(folder)];
  return { file: { path: realpathSync(script) }, arguments: args, environment, mounts };
}

/** Where the environment's `python` leads to, step by step: a Python of uv's own, or one beside the system's folders. */
function pythonMounts(folder: string): Mount[] {
  const mounts = new Map<string, Mount>();
  const add = (file: string): void => {
    const from = programFolder(file);
    mounts.set(from, { from, to: from });
  };
  for (const tool of readdirSync(join(folder, "tools"), { withFileTypes: true })) {
    if (!tool.isDirectory()) continue;
    let at = join(folder, "tools", tool.name, "bin", "python");
    for (let steps = 0; steps < 8; steps++) {
      if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) break;
      at = resolve(dirname(at), readlinkSync(at));
      if (!at.startsWith(`${folder}/`)) add(at);
    }
  }
  return [...mounts.values()];
}

const skip = (reason: string): Fetched => ({ ok: false, status: "skipped", reason, raw: [], facts: {} });
const fail = (reason: string, facts: Facts = {}): Fetched => ({
  ok: false,
  status: "failed",
  reason,
  raw: [],
  facts,
});
