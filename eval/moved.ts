/**
 * `npm run moved [-- <commit>] [--limit 40]`: which verdicts are others than those of a commit (of HEAD, where none is
 * named), over every definition there is: both sets in our own words, and the corpus where it is there. Of families that
 * are held back it says only how many moved.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as today from "../classifier/index.ts";
import { RowError } from "../classifier/labelled.ts";
import { isOther, movesOf, type Pair, renderMoves, renderSummary } from "./_moves.ts";
import { CORPUS, hasCorpus, readCorpus, readOwn, readTraining, type SetRow } from "./_sets.ts";

/** What two versions of the classifier are asked for. */
type Classifier = Pick<typeof today, "classify" | "RULES_VERSION">;

const root = resolve(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: "string", default: "40" },
    corpus: { type: "string", default: CORPUS },
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
const { shown, held } = readSets();
const pairs = shown.map(pairOf);
const moves = movesOf(pairs);
const behind = held.map(pairOf).filter(({ before, now }) => isOther(before, now));
console.log(
  `Before: ${commit}, rules ${earlier.RULES_VERSION}. Now: what is in the folder, ${today.RULES_VERSION}.`,
);
console.log(renderSummary(moves, pairs.length));
if (held.length > 0)
  console.log(`Of ${held.length} more, of families held back and not listed, ${behind.length} moved.`);
else console.log(`There is no corpus at ${values.corpus}: only the definitions in our own words were read.`);
if (moves.length > 0) console.log(`\n${renderMoves(moves, limit)}`);

/** Every definition there is, those of families held back apart. */
function readSets(): { shown: SetRow[]; held: SetRow[] } {
  try {
    const ours = [...readOwn(), ...readTraining()];
    if (!hasCorpus(values.corpus)) return { shown: ours, held: [] };
    return {
      shown: [...ours, ...readCorpus(values.corpus, "tune")],
      held: readCorpus(values.corpus, "held"),
    };
  } catch (error) {
    if (error instanceof RowError) stop(error.message);
    throw error;
  }
}

function pairOf({ set, server, name, label, definition }: SetRow): Pair {
  const [before, now] = [earlier.classify(definition), today.classify(definition)];
  return { set, server, name, before, now, ...(label && { label }) };
}

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
