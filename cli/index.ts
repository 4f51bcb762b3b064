import { constants } from "node:os";
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { noRoom } from "./_no-room.ts";
import { defineBuild } from "./build.ts";
import { defineClassify } from "./classify.ts";
import { defineCrawl } from "./crawl.ts";
import { defineEval } from "./eval.ts";
import { defineExplain } from "./explain.ts";
import { defineExport } from "./export.ts";
import { EXIT, Failure, Interrupted, OutputClosed } from "./failure.ts";
import { defineForget } from "./forget.ts";
import { defineImport } from "./import.ts";
import { processIo } from "./io.ts";
import { defineMcp } from "./mcp.ts";
import { definePolicy } from "./policy.ts";
import { defineReview } from "./review.ts";
import { defineServe } from "./serve.ts";

/** The one place that prints errors and ends the process. */
const io = processIo();

const program = new Command("placard")
  .description(
    "The open risk catalog of MCP tools: what each tool can do, how bad that can get, the words that prove it.",
  )
  .version(manifest.version)
  .showHelpAfterError("Run the command with --help to see how it is used.")
  .exitOverride()
  .configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    outputError: (text, write) => write(text.replace(/^error: /, "placard: ")),
  })
  .addHelpText(
    "after",
    `
Examples:
  placard crawl npm:@modelcontextprotocol/server-memory@2026.8.31
  placard classify tools.json --fail-on critical
  placard explain npm/@modelcontextprotocol/server-memory delete_entities
  placard policy npm/@modelcontextprotocol/server-memory > policy.json
  placard serve --starter

Environment:
  PLACARD_HOME   data folder (default $XDG_DATA_HOME/placard, else ~/.local/share/placard)
  DATABASE_URL   a PostgreSQL of your own instead of the one in the data folder
  PORT, HOST     where placard serve listens
  PLACARD_CONTACT
                 URL told to remotes in the User-Agent, for their owners to reach you
  PLACARD_EXCLUDE
                 YAML list of servers to leave out
  PLACARD_CORRECTIONS
                 YAML list of corrected verdicts of your own, as in corrections.yaml; they go before those
  NO_COLOR       no colours (there are none outside a terminal either)

Exit codes:
  0  fine     1  findings (--fail-on)     2  wrong usage     3  our fault, or a source that failed
  130  stopped by Ctrl-C`,
  );

for (const define of [
  defineCrawl,
  defineClassify,
  defineExplain,
  definePolicy,
  defineReview,
  defineForget,
  defineServe,
  defineBuild,
  defineExport,
  defineImport,
  defineMcp,
  defineEval,
])
  define(program, io);

try {
  await program.parseAsync(io.argv, { from: "user" });
  process.exitCode = io.exitCode();
} catch (error) {
  process.exitCode = end(error);
}

/** Says what went wrong, if anything did, and with which code to end. */
function end(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.fine;
  if (error instanceof Interrupted) return 128 + constants.signals[error.signal];
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof Failure) {
    io.note(`placard: ${error.message}`);
    return error.code;
  }
  const why = noRoom(error);
  if (why !== undefined) {
    io.note(`placard: nothing more could be written: ${why}. Make room, and run the command again.`);
    return EXIT.failure;
  }
  io.note(`placard: something in Placard itself went wrong. Please report it with the lines below.`);
  io.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failure;
}
