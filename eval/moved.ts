/**
 * `npm run moved [-- <commit>] [--limit 40]`: which verdicts are others than those of a commit (of HEAD, where none is
 * named), over every definition there is: those in our own words, and the corpus where it is there. Of families that are
 * held back it says only how many moved.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as today from "../classifier/index.ts";
import { movesOf, type Pair, renderMoves, renderSummary } from "./_moves.ts";
import { readSets } from "./_sets.ts";

/** What two versions of the classifier are asked for. */
type Classifier = Pick<typeof today, "classify" | "RULES_VERSION">;

const root = resolve(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: "string", default: "40" },
    corpus: { type: "string", default: `${root}/../shared/corpus` },
  },
});
const limit = Number(values.limit);
if (!Number.isInteger(limit) || limit < 0)
  stop(`Reading --limit "${values.limit}": it is not a number. Try --limit 40.`);

const [commit = "HEAD"] = positionals;
const earlier = await classifierOf(commit).catch((error: Error) => {
  const reason = error.message.trim().split("\n").at(-1);
  stop(`Reading the classifier of ${commit}: ${reason}. Name a commit of this repository that has one.`);
});
const { rows, held } = readSets(root, values.corpus);
const isOther = (one: today.Verdict, other: today.Verdict) =>
  one.category !== other.category || one.risk !== other.risk;
const pairs = rows.map(
  ({ definition, ...row }): Pair => ({
    ...row,
    before: earlier.classify(definition),
    now: today.classify(definition),
  }),
);
const moves = movesOf(pairs);
const behind = held.filter((definition) => isOther(earlier.classify(definition), today.classify(definition)));
console.log(
  `Before: ${commit}, rules ${earlier.RULES_VERSION}. Now: what is in the folder, ${today.RULES_VERSION}.`,
);
console.log(renderSummary(moves, pairs.length));
if (held.length > 0)
  console.log(`Of ${held.length} more, of families held back and not listed, ${behind.length} moved.`);
else console.log(`There is no corpus at ${values.corpus}: only the definitions in our own words were read.`);
if (moves.length > 0) console.log(`\n${renderMoves(moves, limit)}`);

/** The classifier as it was: its folder, unpacked beside ours so that it finds the same packages, and removed at once. */
async function classifierOf(version: string): Promise<Classifier> {
  const folder = mkdtempSync(`${root}/.moved-`);
  try {
    const archive = execFileSync("git", ["archive", version, "classifier"], {
      cwd: root,
      maxBuffer: 256 * 1024 * 1024,
      stdio: ["ignore", "pipe", "pipe"],
    });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    return (await import(pathToFileURL(`${folder}/classifier/index.ts`).href)) as Classifier;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stop(message: string): never {
  console.error(`moved: ${message}`);
  process.exit(2);
}
