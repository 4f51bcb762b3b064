/** What became of a text, word by word. */
import { cutAt } from "./annotate.ts";

/** A stretch of words that stayed, went or came. */
export interface Change {
  kind: "same" | "out" | "in";
  text: string;
}

/** Words of each text, behind what both begin with and before what both end with, that are compared one by one. */
const MOST_WORDS = 600;

/**
 * The shortest way from one text to the other in whole words (the longest common subsequence; Hunt and McIlroy, 1976).
 * Texts that differ in more words than are compared are told as one text that went and one that came.
 * @returns stretches whose "same" and "out" together are `before`, and whose "same" and "in" are `after`.
 */
export function diffWords(before: string, after: string): Change[] {
  const old = wordsOf(before);
  const fresh = wordsOf(after);
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end))
    end += 1;
  const middle = middleOf(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end));
  const all: Change[] = [
    { kind: "same", text: old.slice(0, start).join("") },
    ...middle,
    { kind: "same", text: end > 0 ? old.slice(-end).join("") : "" },
  ];
  return joined(all);
}

/** Words, the space between them, and what is neither character by character. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function middleOf(old: string[], fresh: string[]): Change[] {
  if (old.length > MOST_WORDS || fresh.length > MOST_WORDS) {
    return [
      { kind: "out", text: old.join("") },
      { kind: "in", text: fresh.join("") },
    ];
  }
  const lengths = commonLengths(old, fresh);
  const width = fresh.length + 1;
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [was, is] = [old[i], fresh[j]];
    if (was !== undefined && was === is) {
      changes.push({ kind: "same", text: was });
      i += 1;
      j += 1;
    } else if (
      is === undefined ||
      (was !== undefined && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      changes.push({ kind: "out", text: was ?? "" });
      i += 1;
    } else {
      changes.push({ kind: "in", text: is });
      j += 1;
    }
  }
  return changes;
}

/** How long the longest common subsequence is from word `i` of the one and `j` of the other on, at `i * width + j`. */
function commonLengths(old: string[], fresh: string[]): Uint16Array {
  const width = fresh.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === fresh[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}

/**
 * Neighbours of one kind together; of a change, what went stands before what came. Space between two changes is part of
 * them: three words that were replaced are one change to a reader.
 */
function joined(changes: Change[]): Change[] {
  const result: Change[] = [];
  let [out, came] = ["", ""];
  const flush = () => {
    if (out !== "") result.push({ kind: "out", text: out });
    if (came !== "") result.push({ kind: "in", text: came });
    [out, came] = ["", ""];
  };
  const told = changes.filter(({ text }) => text !== "");
  for (const [index, { kind, text }] of told.entries()) {
    const isBetween = out + came !== "" && index + 1 < told.length && told[index + 1]?.kind !== "same";
    if (kind === "same" && isBetween && text.trim() === "") {
      out += text;
      came += text;
    } else if (kind === "out") out += text;
    else if (kind === "in") came += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === "same") last.text += text;
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}

/** What stays is shown this far before and behind a change. */
const AROUND = 160;

/** The same with the middle of long stretches that stayed left out, as "…". */
export function shortened(changes: readonly Change[]): Change[] {
  return changes.map(({ kind, text }, index) => {
    if (kind !== "same" || text.length <= 2 * AROUND + 40) return { kind, text };
    const head = index === 0 ? "" : text.slice(0, cutAt(text, AROUND));
    const tail = index === changes.length - 1 ? "" : text.slice(cutAt(text, text.length - AROUND));
    return { kind, text: `${head} … ${tail}` };
  });
}
