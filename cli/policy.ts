import { type Command, Option } from "commander";
import {
  type AnnotationPatch,
  annotationPatch,
  describePreset,
  type JudgedTool,
  PRESETS,
  type Preset,
  parsePolicy,
  type Recommendation,
  recommendServers,
} from "../policy/index.ts";
import { nameOf } from "./_lines.ts";
import { catalogTools, fileTools, toolNamed, withCatalog } from "./_tools.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";
import { renderAnnotations } from "./render/annotations.ts";
import { renderReasons } from "./render/policy.ts";
import { painter, safeJson, wrap } from "./render/text.ts";

const FORMATS = ["policy.json", "annotations"] as const;

interface PolicyOptions {
  preset: Preset;
  format: (typeof FORMATS)[number];
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
    .option("--tool <name>", "only this tool")
    .option("--file <file>", "take the definitions from a file (- is standard input) instead of the catalog")
    .option("--compact", "the document on one line")
    .option("--explain", "say on stderr why each rule is there")
    .option("--text", "with --format annotations: the changes as a list to read, instead of JSON")
    .addHelpText(
      "after",
      `
Tools that the document does not list are denied. The presets:
${PRESETS.map((preset) => wrap(describePreset(preset), 110, "  ")).join("\n")}

--format annotations prints no policy but what the server's maintainer would write: for each tool the hints it declares,
those we suggest, and what changes. It does not depend on --preset.

Examples:
  placard policy npm/@modelcontextprotocol/server-memory > policy.json
  placard policy npm/@playwright/mcp --preset strict --explain
  placard policy --file tools.json --tool send_email --compact
  placard policy npm/@modelcontextprotocol/server-memory --format annotations --text
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  no such server or tool, or the catalog cannot be opened
  130  stopped by Ctrl-C`,
    )
    .action((servers: string[], options: PolicyOptions) => runPolicy(servers, options, io));
}

async function runPolicy(servers: string[], options: PolicyOptions, io: Io): Promise<void> {
  if (options.text && options.format !== "annotations") {
    throw new Failure("--text goes with --format annotations; a policy is JSON.", EXIT.usage);
  }
  const sources = await sourcesOf([...new Set(servers)], options, io);
  const chosen = sources.map(({ server, tools }) => ({ server, tools: only(options.tool, tools) }));
  if (options.tool !== undefined && chosen.every(({ tools }) => tools.length === 0)) {
    const where = sources.length === 1 ? (sources[0]?.server ?? "") : "None of these servers";
    toolNamed(
      sources.flatMap(({ tools }) => tools),
      options.tool,
      where,
    );
  }
  if (options.format === "annotations") {
    await printAnnotations(annotationPatch(chosen), options, io);
    return;
  }
  const recommendation = recommendServers(chosen, { preset: options.preset });
  const text = documentText(recommendation, options.compact ?? false);
  if (options.explain) io.note(renderReasons(recommendation.reasons, io.width, painter(io.colour.err)));
  await io.out(`${text}\n`);
}

async function printAnnotations(
  patch: AnnotationPatch,
  { text, compact, explain }: PolicyOptions,
  io: Io,
): Promise<void> {
  if (text) await io.out(renderAnnotations(patch, io.width, painter(io.colour.out)));
  else await io.out(`${safeJson(patch, compact ? undefined : 2)}\n`);
  if (explain && !text) io.note(renderAnnotations(patch, io.width, painter(io.colour.err)).trimEnd());
}

async function sourcesOf(
  servers: string[],
  { file }: PolicyOptions,
  io: Io,
): Promise<{ server: string; tools: JudgedTool[] }[]> {
  if (file !== undefined && servers.length > 0) {
    throw new Failure("policy takes either server ids or --file, not both.", EXIT.usage);
  }
  if (file !== undefined) return [{ server: nameOf(file), tools: await fileTools(file, io) }];
  if (servers.length === 0) {
    throw new Failure("policy needs a server id, or --file. See placard policy --help.", EXIT.usage);
  }
  return withCatalog(io, async (database) => {
    const sources = [];
    for (const server of servers) sources.push({ server, tools: await catalogTools(database, server) });
    return sources;
  });
}

function only(name: string | undefined, tools: JudgedTool[]): JudgedTool[] {
  return name === undefined ? tools : tools.filter(({ definition }) => definition.name === name);
}

/** The document as text. What we print has passed our own schema; if it has not, that is a bug and not an answer. */
function documentText({ policy }: Recommendation, compact: boolean): string {
  const text = safeJson(policy, compact ? undefined : 2);
  const checked = parsePolicy(JSON.parse(text));
  if (!checked.ok)
    throw new Error(`the recommended policy is not valid: ${JSON.stringify(checked.problems)}`);
  return text;
}
