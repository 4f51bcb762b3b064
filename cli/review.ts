import type { Command } from "commander";
import { classify, RULES_VERSION } from "../classifier/index.ts";
import type { Database } from "../db/index.ts";
import type { JudgedTool } from "../policy/index.ts";
import type { ReviewedVerdict } from "../review/index.ts";
import {
  addReviewOptions,
  type Desk,
  REVIEW_ENVIRONMENT,
  type ReviewOptions,
  reviewHelp,
  withReviewer,
} from "./_review.ts";
import { catalogTools, withCatalog } from "./_tools.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderReviewed } from "./render/review.ts";
import { safeJson } from "./render/text.ts";
import { publishedVerdict } from "./render/verdict.ts";

interface ReviewCommandOptions extends ReviewOptions {
  allServers?: boolean;
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
    .option("--json", "print the reviewed verdicts as JSON, one a line");
  addReviewOptions(command)
    .addHelpText(
      "after",
      `${reviewHelp("This")}

What the model said is put beside the verdict of the rules, and the outcome is stored and shown: on the pages, in the
API, by explain and in policies, for every server that has the same definition. A crawl that finds the definition
unchanged keeps it; newer rules make a fresh verdict, without a review. A tool that could not be reviewed stays as it is.
Whatever was asked before is answered from PLACARD_HOME/reviews and costs nothing.

Examples:
  OPENAI_MODEL=my-model placard review npm/@modelcontextprotocol/server-memory
  placard review --all-servers --review-below 0.5 --review-model my-model --review-budget 100000

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
  await withCatalog(io, async (database) => {
    const tools = options.allServers ? toolsOfAll(database) : await toolsOf(database, [...new Set(servers)]);
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

/** Every server must be known before the first question is asked. */
async function toolsOf(database: Database, servers: string[]): Promise<AsyncIterable<Candidate>> {
  const lists: Candidate[][] = [];
  for (const server of servers) {
    const tools = await catalogTools(database, server);
    lists.push(tools.map((tool) => ({ ...tool, server })));
  }
  return each(lists);
}

async function* each(lists: Candidate[][]): AsyncGenerator<Candidate> {
  for (const list of lists) yield* list;
}

async function* toolsOfAll(database: Database): AsyncGenerator<Candidate> {
  const { serverIds, serverTools } = await import("../db/index.ts");
  for (const server of await serverIds(database)) {
    for (const { definition, verdict } of await serverTools(database, server)) {
      yield { definition, verdict, server };
    }
  }
}

/** What the model cannot be asked about stays as it is stored: also a review of another day. */
async function reviewAndStore(database: Database, tool: Candidate, desk: Desk): Promise<Reviewed> {
  const { server, definition } = tool;
  const { storeReview } = await import("../db/index.ts");
  const verdict = await desk.review(definition, rulesVerdict(tool));
  if (!verdict.review) return { end: "left" };
  if (verdict.review.outcome === "failed") return { end: "failed" };
  const shown = await storeReview(database, verdict);
  // The server may have been forgotten while the model was reading.
  return shown > 0 ? { end: "stored", server, verdict } : { end: "left" };
}

/** What the rules alone say, whatever was stored: a model has its say anew each time. */
function rulesVerdict({ definition, verdict }: JudgedTool): ReviewedVerdict {
  const stored: ReviewedVerdict = verdict;
  return stored.rules === RULES_VERSION && !stored.review ? stored : classify(definition);
}
