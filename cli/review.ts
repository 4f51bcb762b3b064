import { type Command, Option } from "commander";
import { classify, RULES_VERSION } from "../classifier/index.ts";
import type { Database } from "../db/index.ts";
import type { CorrectedVerdict, Corrections, JudgedTool } from "../policy/index.ts";
import type { ReviewedVerdict } from "../review/index.ts";
import { readCorrections } from "./_corrections.ts";
import {
  addReviewOptions,
  type Desk,
  REVIEW_ENVIRONMENT,
  type ReviewOptions,
  reviewHelp,
  withReviewer,
} from "./_review.ts";
import { undoReviews } from "./_review-undo.ts";
import { catalogTools, judgedNow, toolNamed, withCatalog } from "./_tools.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderReviewed } from "./render/review.ts";
import { brief, safe, safeJson } from "./render/text.ts";
import { publishedVerdict } from "./render/verdict.ts";

interface ReviewCommandOptions extends ReviewOptions {
  allServers?: boolean;
  tool?: string;
  undo?: boolean;
  json?: boolean;
}

/** `placard review`: a second reading of what the catalog holds, which it keeps. */
export function defineReview(program: Command, io: Io): void {
  const command = program
    .command("review")
    .description(
      "Let a model read the tools of the catalog that the rules are unsure of, and keep what comes of it. Uses the network.",
    )
    .argument("[servers...]", "server ids, such as npm/@modelcontextprotocol/server-memory")
    .option("--all-servers", "review the tools of every server in the catalog")
    .option("--tool <name>", "only this tool of the servers")
    .addOption(
      new Option("--undo", "take stored reviews back: the verdicts of the rules are shown again").conflicts([
        "reviewBelow",
        "reviewAll",
        "reviewModel",
        "reviewBudget",
        "reviewConcurrency",
      ]),
    )
    .option("--json", "print the verdicts that are stored as JSON, one a line");
  addReviewOptions(command)
    .addHelpText(
      "after",
      `${reviewHelp("This")}

What the model said is put beside the verdict of the rules, and the outcome is stored and shown: on the pages, in the
API, by explain and in policies, for every server that has the same definition. A crawl that finds the definition
unchanged keeps it; newer rules make a fresh verdict, without a review. A tool that could not be reviewed stays as it is.
Whatever was asked before is answered from PLACARD_HOME/reviews and costs nothing. Of a definition whose verdict somebody
has corrected (corrections.yaml) no model is asked.

--undo asks no model. It puts the verdict of the rules back, for every server that has the same definition. Answers in
PLACARD_HOME/reviews stay: the same review can be had again.

Examples:
  OPENAI_MODEL=my-model placard review npm/@modelcontextprotocol/server-memory
  placard review --all-servers --review-below 0.5 --review-model my-model --review-budget 100000
  placard review --undo npm/@modelcontextprotocol/server-memory --tool delete_entities

Environment:${REVIEW_ENVIRONMENT}
  PLACARD_HOME     data folder, where answers are kept (default $XDG_DATA_HOME/placard, else ~/.local/share/placard)
  DATABASE_URL     a PostgreSQL of your own instead of the one in the data folder

Exit codes:
  0  fine     2  wrong usage     3  no such server, a tool could not be reviewed, or the catalog cannot be opened
  130  stopped by Ctrl-C`,
    )
    .action((servers: string[], options: ReviewCommandOptions) => runReview(servers, options, io));
}

/** A tool of the catalog on its way to the model. */
interface Candidate extends JudgedTool {
  server: string;
}

/** What became of one: not asked about, no answer that can be used, or a verdict that is stored. */
type Reviewed = { end: "left" | "failed" } | { end: "stored"; server: string; verdict: ReviewedVerdict };

async function runReview(servers: string[], options: ReviewCommandOptions, io: Io): Promise<void> {
  if (servers.length > 0 === (options.allServers === true)) {
    const given = options.allServers ? "both are given" : "none is given";
    throw new Failure(`review needs server ids or --all-servers; ${given}.`, EXIT.usage);
  }
  if (options.tool !== undefined && options.allServers) {
    throw new Failure("--tool goes with server ids: name the servers that have it.", EXIT.usage);
  }
  const corrections = await readCorrections(io.env);
  const named = [...new Set(servers)];
  await withCatalog(io, async (database) => {
    const { serverIds } = await import("../db/index.ts");
    // Every server, and the tool, must be known before the first question is asked.
    const candidates = await toolsOf(database, named, corrections, options.tool);
    if (options.undo) {
      const chosen = options.allServers ? await serverIds(database) : named;
      await undoReviews(database, chosen, corrections, options, io);
      return;
    }
    const tools = options.allServers ? toolsOfAll(database, corrections) : each(candidates);
    const work = (tool: Candidate, desk: Desk) => reviewAndStore(database, tool, desk);
    for await (const reviewed of withReviewer(tools, options, io, work)) {
      if (reviewed.end === "failed") io.exit(EXIT.failure);
      if (reviewed.end !== "stored") continue;
      const { server, verdict } = reviewed;
      await io.out(
        options.json
          ? `${safeJson(publishedVerdict(verdict, server))}\n`
          : `${renderReviewed(server, verdict, io.width)}\n`,
      );
    }
  });
}

async function toolsOf(
  database: Database,
  servers: string[],
  corrections: Corrections,
  name: string | undefined,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const server of servers) {
    const tools = await catalogTools(database, server, corrections);
    found.push(...tools.map((tool) => ({ ...tool, server })));
  }
  if (name === undefined) return found;
  const where = servers.length === 1 ? (servers[0] ?? "") : "Each of these servers";
  toolNamed(found, name, where);
  return found.filter(({ definition }) => definition.name === name);
}

async function* each(candidates: Candidate[]): AsyncGenerator<Candidate> {
  yield* candidates;
}

async function* toolsOfAll(database: Database, corrections: Corrections): AsyncGenerator<Candidate> {
  const { serverIds, serverTools } = await import("../db/index.ts");
  for (const server of await serverIds(database)) {
    for (const tool of await serverTools(database, server)) yield { ...judgedNow(tool, corrections), server };
  }
}

/** What the model cannot be asked about stays as it is stored: also a review of another day. */
async function reviewAndStore(database: Database, tool: Candidate, desk: Desk): Promise<Reviewed> {
  const { server, definition } = tool;
  const { correction }: CorrectedVerdict = tool.verdict;
  if (correction) {
    const said = `${safe(server)} "${brief(definition.name, 60)}" is corrected by ${safe(correction.who)}`;
    desk.note(`placard: review: ${said}, so no model is asked.`);
    return { end: "left" };
  }
  const { replaceVerdict } = await import("../db/index.ts");
  const verdict = await desk.review(definition, rulesVerdict(tool));
  if (!verdict.review) return { end: "left" };
  if (verdict.review.outcome === "failed") return { end: "failed" };
  const shown = await replaceVerdict(database, verdict);
  // The server may have been forgotten while the model was reading.
  return shown > 0 ? { end: "stored", server, verdict } : { end: "left" };
}

/** What the rules alone say, whatever was stored: a model has its say anew each time. */
function rulesVerdict({ definition, verdict }: JudgedTool): ReviewedVerdict {
  const stored: ReviewedVerdict = verdict;
  return stored.rules === RULES_VERSION && !stored.review ? stored : classify(definition);
}
