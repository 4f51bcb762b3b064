import { type Command, Option } from "commander";
import { type Finding, RISKS, type Risk } from "../classifier/index.ts";
import { leftOut, readDefinitions } from "./_definitions.ts";
import { addJudgeOptions, type JudgeOptions, judge } from "./_judge.ts";
import { nameOf } from "./_lines.ts";
import { REVIEW_ENVIRONMENT, reviewHelp } from "./_review.ts";
import { EXIT } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderRiskCounts, renderTable, type TableRow } from "./render/table.ts";
import { brief, painter, safeJson } from "./render/text.ts";
import type { PublishedProblem, PublishedVerdict } from "./render/verdict.ts";

type Severity = Finding["severity"];

interface ClassifyOptions extends JudgeOptions {
  format: "table" | "json" | "ndjson";
  failOn?: Risk;
  failOnFinding?: Severity;
}

/** `placard classify`: verdicts for definitions in a file. Needs no network and no database. */
export function defineClassify(program: Command, io: Io): void {
  const command = program
    .command("classify")
    .description(
      "Say what each tool in a file can do and how bad that can get. Works offline, without a database.",
    )
    .argument("<file>", "tool definitions; - reads standard input")
    .addOption(
      new Option("--format <format>", "how to print the verdicts")
        .choices(["table", "json", "ndjson"])
        .default("table"),
    )
    .addOption(
      new Option(
        "--fail-on <risk>",
        "end with exit code 1 if a tool is at this risk or worse, or nobody can tell",
      ).choices(FAIL_ON),
    )
    .addOption(
      new Option(
        "--fail-on-finding <severity>",
        "end with exit code 1 if a tool has a finding of this severity or worse",
      ).choices(SEVERITIES),
    );
  addJudgeOptions(command)
    .addHelpText(
      "after",
      `
The file is a tools/list result (alone or in its JSON-RPC response), an array of tool definitions, one definition,
or JSON Lines of any of these, which are read as they come. A "server" key is kept and stands first in the verdict.

ndjson prints one line an entry, in the order of the input: a verdict, or {"name", "place", "error"} for an entry
that cannot be taken. For --fail-on these count as worse than every level, and so do Unknown tools: nobody can say that
they are not.

A finding is about a definition's text: instructions to the model, hidden characters, requests for secrets and the like. It
changes no verdict: a poisoned tool may well be Read, low, so a gate asks for both. An error looks like an attack; a warning
may be one, or says that the definition is too large to be read to its end. Entries that cannot be taken count as errors.
${reviewHelp("--review")}

Environment of --review:${REVIEW_ENVIRONMENT}
  PLACARD_HOME     data folder, where answers are kept

Examples:
  placard classify tools.json
  placard classify tools.jsonl --format ndjson > verdicts.ndjson
  placard crawl npm:@modelcontextprotocol/server-memory --json | placard classify - --fail-on critical
  placard classify tools.json --fail-on high --fail-on-finding warning
  OPENAI_MODEL=my-model placard classify tools.json --review --review-below 0.8

Exit codes:
  0  fine     1  a tool is at --fail-on or --fail-on-finding, or worse     2  wrong usage
  3  no definition could be read     130  stopped by Ctrl-C`,
    )
    .action((file: string, options: ClassifyOptions) => runClassify(file, options, io));
}

const FAIL_ON = RISKS.filter((risk) => risk !== "unknown");
/** Mildest first. */
const SEVERITIES = ["info", "warning", "error"] as const satisfies Severity[];
/** Enough to make one write of many verdicts; few enough to keep memory flat. */
const BATCH = 64 * 1024;

async function runClassify(file: string, options: ClassifyOptions, io: Io): Promise<void> {
  const print = printer(options.format, io);
  let taken = 0;
  let left = 0;
  for await (const entry of judge(readDefinitions(file, io), options, io, options.format === "table")) {
    if (entry.ok) {
      taken += 1;
      const { verdict } = entry;
      if (isStopped(verdict, options)) io.exit(EXIT.findings);
      await print.verdict(verdict);
    } else {
      left += 1;
      if (options.failOn || options.failOnFinding) io.exit(EXIT.findings);
      const { server, name, problem } = entry;
      const published = {
        ...(server === undefined ? {} : { server }),
        ...(name === undefined ? {} : { name }),
        ...(entry.place === undefined ? {} : { place: entry.place }),
        error: problem,
      };
      await print.problem(published, leftOut(entry, file));
    }
  }
  await print.end();
  if (left > 0) io.note(`placard: ${left} of ${taken + left} entries in ${nameOf(file)} could not be taken.`);
  if (left + taken === 0) io.note(`placard: 0 tools in ${nameOf(file)}: there was nothing to classify.`);
  if (left > 0 && taken === 0) io.exit(EXIT.failure);
}

/** Whether the options ask for exit code 1 because of this tool. */
function isStopped(
  { risk, findings }: PublishedVerdict,
  { failOn, failOnFinding }: ClassifyOptions,
): boolean {
  if (failOn && isAtLeast(risk, failOn)) return true;
  if (!failOnFinding) return false;
  const least = SEVERITIES.indexOf(failOnFinding);
  return findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= least);
}

/** A risk that nobody knows may be any: a gate must not let it through. */
function isAtLeast(risk: Risk, threshold: Risk): boolean {
  return risk === "unknown" || RISKS.indexOf(risk) >= RISKS.indexOf(threshold);
}

interface Printer {
  verdict(verdict: PublishedVerdict): Promise<void>;
  /** @param what the entry in words, for people. */
  problem(problem: PublishedProblem, what: string): Promise<void>;
  end(): Promise<void>;
}

function printer(format: ClassifyOptions["format"], io: Io): Printer {
  return format === "table" ? tablePrinter(io) : jsonPrinter(format, io);
}

function jsonPrinter(format: "json" | "ndjson", io: Io): Printer {
  let pending = format === "json" ? "[" : "";
  let first = true;
  const add = async (value: object) => {
    pending += format === "ndjson" ? `${safeJson(value)}\n` : `${first ? "\n" : ",\n"}${safeJson(value)}`;
    first = false;
    if (pending.length < BATCH) return;
    const text = pending;
    pending = "";
    await io.out(text);
  };
  return {
    verdict: add,
    problem: add,
    end: () => io.out(format === "json" ? `${pending}\n]\n` : pending),
  };
}

function tablePrinter(io: Io): Printer {
  const rows: TableRow[] = [];
  return {
    async verdict({ server, name, category, risk, summary, findings }) {
      // Of findings no more than is shown: there may be a hundred thousand tools.
      rows.push({
        server,
        name,
        category,
        risk,
        summary,
        findings: findings.map(({ severity }) => ({ severity })),
      });
    },
    async problem({ error }, what) {
      io.note(`placard: left out ${what}: ${brief(error, 300)}.`);
    },
    async end() {
      if (rows.length === 0) return;
      const tools = rows.length === 1 ? "1 tool" : `${rows.length} tools`;
      const counts = renderRiskCounts(rows.map(({ risk }) => risk));
      await io.out(`${renderTable(rows, io.width, painter(io.colour.out))}\n\n${tools}: ${counts}\n`);
    },
  };
}
