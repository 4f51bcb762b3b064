import { type Command, Option } from "commander";
import { EXPORT_FORMATS } from "../policy/export/index.ts";
import {
  type AnnotationPatch,
  annotationPatch,
  describePreset,
  PRESETS,
  type Preset,
  parsePolicy,
  type Recommendation,
  recommendServers,
} from "../policy/index.ts";
import { checkDigests, putDigests } from "./_policy-check.ts";
import { collectAlias, exportPolicy, putOut, renderFormatList, serverOfFile } from "./_policy-export.ts";
import { noteUnused, readOverrides } from "./_policy-settings.ts";
import { type ChosenServer, chooseTools } from "./_policy-sources.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";
import { renderAnnotations } from "./render/annotations.ts";
import { renderReasons } from "./render/policy.ts";
import { painter, safeJson, wrap } from "./render/text.ts";

/** Those printed as JSON by this command itself; all others are `EXPORT_FORMATS` that write themselves. */
const OWN_FORMATS = ["policy.json", "annotations"];
const FORMATS = [...EXPORT_FORMATS.map(({ id }) => id), "annotations"];

interface PolicyOptions {
  preset: Preset;
  format: string;
  alias: ReadonlyMap<string, string>;
  out?: string;
  config?: string;
  check?: string;
  listFormats?: boolean;
  tool?: string;
  file?: string;
  compact?: boolean;
  explain?: boolean;
  text?: boolean;
}

/** `placard policy`: the recommended policy document of servers, of one tool, or of a file of definitions. */
export function definePolicy(program: Command, io: Io): void {
  program
    .command("policy")
    .description("Print the policy we recommend for servers of the catalog, as a gateway loads it.")
    .argument(
      "[servers...]",
      "server ids, such as npm/@modelcontextprotocol/server-memory; several make one document",
    )
    .addOption(new Option("--preset <preset>", "how tight").choices(PRESETS).default("recommended"))
    .addOption(
      new Option("--format <format>", "format of the document").choices(FORMATS).default("policy.json"),
    )
    .addOption(
      new Option("--alias <server=name>", "the name a server has in your client or gateway; repeatable")
        .argParser(collectAlias)
        .default(new Map<string, string>(), "made from the server id"),
    )
    .option(
      "--out <file>",
      "write the document to a file (- is standard output), and beside the file which definitions it was made for",
    )
    .option("--config <file>", "a placard.yaml with your own word on tools, facets and bounds of arguments")
    .option(
      "--check <file>",
      "say what has changed since this policy was written with --out: tools, or the file",
    )
    .option("--list-formats", "say of each format what loads it, how it was tried and what it cannot say")
    .option("--tool <name>", "only this tool, which each of the servers must have")
    .option("--file <file>", "take the definitions from a file (- is standard input) instead of the catalog")
    .option("--compact", "the document on one line")
    .option("--explain", "say on stderr why each rule is there")
    .option("--text", "with --format annotations: the changes as a list to read, instead of JSON")
    .addHelpText(
      "after",
      `
Tools that the document does not list are denied. The presets:
${PRESETS.map((preset) => wrap(describePreset(preset), 110, "  ")).join("\n")}

The other formats are for clients and gateways. They name a server as you do there: --alias gives the name, else it is
the last telling part of the id (npm/@modelcontextprotocol/server-memory is memory, local/files is files, and the
definitions of tools.json are file/tools, called tools). What a format cannot say is told on stderr.

--format annotations prints no policy but what the server's maintainer would write: for each tool the hints it declares,
those we suggest, and what changes. It does not depend on --preset.

Examples:
  placard policy npm/@modelcontextprotocol/server-memory > policy.json
  placard policy npm/@playwright/mcp --preset strict --explain
  placard policy --file tools.json --tool send_email --compact
  placard policy npm/@playwright/mcp --format claude-code --alias npm/@playwright/mcp=browser --out settings.json
  placard policy npm/@modelcontextprotocol/server-memory --format annotations --text
  placard policy npm/@playwright/mcp --config placard.yaml --out policy.json
  placard policy npm/@playwright/mcp --check policy.json
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     1  with --check: something has changed     2  wrong usage     3  no such server or tool, or the catalog cannot be opened
  130  stopped by Ctrl-C`,
    )
    .action((servers: string[], options: PolicyOptions) => runPolicy(servers, options, io));
}

async function runPolicy(servers: string[], given: PolicyOptions, io: Io): Promise<void> {
  const options = { ...given, out: given.out === "-" ? undefined : given.out };
  if (options.listFormats) {
    await io.out(`${renderFormatList(io.width)}\n`);
    return;
  }
  checkOptions(given);
  const overrides = options.config === undefined ? undefined : await readOverrides(options.config);
  const chosen = await chooseTools(servers, options, io);
  if (options.check !== undefined) {
    await checkDigests(identified(chosen, options), options.check, io);
    return;
  }
  if (options.format === "annotations") {
    await printAnnotations(annotationPatch(chosen), options, io);
    return;
  }
  if (overrides && options.tool === undefined) noteUnused(overrides, identified(chosen, options), io);
  const recommendation = recommendServers(identified(chosen, options), { preset: options.preset, overrides });
  const format = EXPORT_FORMATS.find(({ id }) => id === options.format && !OWN_FORMATS.includes(id));
  const text = format
    ? exportPolicy(format, named(chosen, options), options.alias, { preset: options.preset, overrides }, io)
    : `${documentText(recommendation, options.compact ?? false)}\n`;
  if (options.explain) {
    if (format) io.note(`The rules in policy.json, before what ${format.title} cannot say of them:`);
    io.note(renderReasons(recommendation.reasons, io.width, painter(io.colour.err)));
  }
  await putOut(text, options.out, io);
  if (options.out !== undefined) await putDigests(identified(chosen, options), text, options.out, io);
}

/** The chosen servers that have tools. */
function named(chosen: ChosenServer[], options: PolicyOptions) {
  return identified(chosen, options).filter(({ tools }) => tools.length > 0);
}

/** The servers by their ids; definitions from a file are those of a server called like the file. */
function identified(chosen: ChosenServer[], { file }: PolicyOptions) {
  return file === undefined ? chosen : chosen.map(({ tools }) => ({ server: serverOfFile(file), tools }));
}

/** @throws Failure for options that do not go together. */
function checkOptions({ text, compact, format, alias, config, check, tool, out }: PolicyOptions): void {
  if (config !== undefined && format === "annotations") {
    throw new Failure(
      "--config goes with policies; --format annotations prints what the definitions show.",
      EXIT.usage,
    );
  }
  if (check !== undefined && (tool ?? out ?? config) !== undefined) {
    throw new Failure(
      "--check looks at whole servers and writes nothing: leave out --tool, --out and --config.",
      EXIT.usage,
    );
  }
  if (text && format !== "annotations") {
    throw new Failure("--text goes with --format annotations; a policy is JSON.", EXIT.usage);
  }
  if (compact && !OWN_FORMATS.includes(format)) {
    throw new Failure(
      `--compact goes with --format ${OWN_FORMATS.join(" and ")}; ${format} has one form.`,
      EXIT.usage,
    );
  }
  if (alias.size > 0 && OWN_FORMATS.includes(format)) {
    throw new Failure(`--alias goes with formats that name servers; ${format} does not.`, EXIT.usage);
  }
}

async function printAnnotations(
  patch: AnnotationPatch,
  { text, compact, explain, out }: PolicyOptions,
  io: Io,
): Promise<void> {
  const paint = painter(io.colour.out && out === undefined);
  const list = text ? renderAnnotations(patch, io.width, paint) : undefined;
  await putOut(list ?? `${safeJson(patch, compact ? undefined : 2)}\n`, out, io);
  if (explain && !text) io.note(renderAnnotations(patch, io.width, painter(io.colour.err)).trimEnd());
}

/** The document as text. What we print has passed our own schema; if it has not, that is a bug and not an answer. */
function documentText({ policy }: Recommendation, compact: boolean): string {
  const text = safeJson(policy, compact ? undefined : 2);
  const checked = parsePolicy(JSON.parse(text));
  if (!checked.ok)
    throw new Error(`the recommended policy is not valid: ${JSON.stringify(checked.problems)}`);
  return text;
}
