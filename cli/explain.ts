import type { Command } from "commander";
import { type JudgedTool, recommend } from "../policy/index.ts";
import { noteStaleCorrections, readCorrections } from "./_corrections.ts";
import { nameOf } from "./_lines.ts";
import { serverOfFile } from "./_policy-export.ts";
import { catalogTools, fileTools, toolNamed, withCatalog } from "./_tools.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";
import { renderExplanation } from "./render/explanation.ts";
import { painter, safeJson } from "./render/text.ts";
import { publishedVerdict } from "./render/verdict.ts";

interface ExplainOptions {
  file?: string;
  json?: boolean;
}

/** `placard explain`: one verdict with its evidence, for people. */
export function defineExplain(program: Command, io: Io): void {
  program
    .command("explain")
    .description(
      "Show why a tool has its verdict: the words in its definition that led to it, and the policy for it.",
    )
    .argument("<names...>", "<server id> <tool>, or only <tool> with --file")
    .usage("[options] <server id> <tool>\n       placard explain --file <file> <tool>")
    .option("--file <file>", "take the definition from a file (- is standard input) instead of the catalog")
    .option("--json", "the verdict as JSON, with definition, tokens, policy and the reasons for it")
    .addHelpText(
      "after",
      `
Under each text of the definition, numbers lead from the underlined words to what they show.

Examples:
  placard explain npm/@modelcontextprotocol/server-memory delete_entities
  placard explain --file tools.json send_email
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  no such server or tool, or the catalog cannot be opened
  130  stopped by Ctrl-C`,
    )
    .action((names: string[], options: ExplainOptions) => runExplain(names, options, io));
}

async function runExplain(names: string[], options: ExplainOptions, io: Io): Promise<void> {
  const { server, tool } = await find(names, options, io);
  const recommendation = recommend(tool.definition, tool.verdict);
  // Here, so that no other command loads the tokenizer.
  const { TOKEN_ENCODING, tokenCost } = await import("../classifier/tokens.ts");
  const { count, complete } = tokenCost(tool.definition);
  const tokens = { encoding: TOKEN_ENCODING, count, complete };
  if (options.json) {
    const { policy, reasons } = recommendation;
    const { definition, verdict } = tool;
    const verdictJson = publishedVerdict(verdict, server);
    await io.out(`${safeJson({ ...verdictJson, definition, tokens, policy, reasons }, 2)}\n`);
  } else {
    await io.out(
      renderExplanation({ server, ...tool, tokens, ...recommendation }, io.width, painter(io.colour.out)),
    );
  }
}

async function find(
  names: string[],
  { file }: ExplainOptions,
  io: Io,
): Promise<{ server?: string; tool: JudgedTool }> {
  const wanted = file === undefined ? 2 : 1;
  if (names.length !== wanted) {
    const form = file === undefined ? "a server id and a tool's name" : "one tool's name after --file";
    throw new Failure(
      `explain needs ${form}; ${names.length} given. A name with spaces needs quotes.`,
      EXIT.usage,
    );
  }
  const name = names.at(-1) ?? "";
  const corrections = await readCorrections(io.env);
  if (file !== undefined) {
    const tool = toolNamed(await fileTools(file, io), name, nameOf(file));
    noteStaleCorrections(corrections, serverOfFile(file), [tool], io);
    return { tool };
  }
  const server = names[0] ?? "";
  const tools = await withCatalog(io, (database) => catalogTools(database, server, corrections));
  const tool = toolNamed(tools, name, server);
  noteStaleCorrections(corrections, server, [tool], io);
  return { server, tool };
}
