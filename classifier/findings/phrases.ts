import { nameWords, textWords, type Word } from "../text.ts";
import { anchorWords, type Phrase, type Step } from "./phrase.ts";
import type { Position } from "./scan.ts";

/** A phrase found in a text: UTF-16 range, end exclusive. */
export interface PhraseHit<Owner> {
  owner: Owner;
  start: number;
  end: number;
}

/** How many steps one text may take to match; hostile texts are made of half phrases. */
const MAX_EFFORT = 300_000;

/** Most characters of one text that are read closely. */
const MAX_CLOSE = 200_000;

/** Prepares the closer look for phrases around the places that the first pass found. */
export function compilePhrases<Owner>(
  phrases: Phrase<Owner>[],
): (text: string, positions: readonly Position[]) => PhraseHit<Owner>[] {
  const byWord = new Map<string, Phrase<Owner>[]>();
  for (const phrase of phrases) {
    for (const word of anchorWords(phrase)) byWord.set(word, [...(byWord.get(word) ?? []), phrase]);
  }
  const isPossible = compilePossible(byWord);
  return (text, positions) => {
    const hits: PhraseHit<Owner>[] = [];
    const effort = { left: MAX_EFFORT };
    const identifier = !/\s/.test(text.length > 300 ? text.slice(0, 300) : text);
    let close = 0;
    for (const [from, to] of windowsOf(text, positions, identifier ? () => true : isPossible)) {
      close += to - from;
      if (close > MAX_CLOSE) break;
      const part = text.slice(from, to);
      const words = identifier ? nameWords(part) : textWords(part);
      const reading = { text: part, words, effort };
      for (let at = 0; at < words.length; at++) {
        for (const phrase of byWord.get((words[at] as Word).text) ?? []) {
          const last = forward(reading, phrase.steps, phrase.anchor + 1, at);
          if (last < 0) continue;
          const first = backward(reading, phrase.steps, phrase.anchor, at);
          if (first < 0) continue;
          const start = from + (words[first] as Word).start;
          hits.push({ owner: phrase.owner, start, end: from + (words[last] as Word).end });
        }
      }
    }
    return hits;
  };
}

/**
 * Whether a phrase can be around a word of interest at all: whether each of its steps has a word there, however
 * arranged. Only for ASCII, where letters need no folding; saves taking most places apart into words.
 */
function compilePossible(byWord: Map<string, Phrase<unknown>[]>): (word: string, around: string) => boolean {
  const needs = new Map<string, RegExp[][]>();
  for (const [word, phrases] of byWord) {
    const shortest = (step: Step) => Math.min(...[...step.words].map((entry) => entry.length));
    const each = phrases.map(({ steps, anchor }) =>
      steps
        .filter((step, index) => index !== anchor && !step.optional && !step.tool && !step.end)
        .sort((a, b) => shortest(b) - shortest(a))
        .map((step) => new RegExp([...step.words].join("|"))),
    );
    for (const part of new Set(word.split("_"))) needs.set(part, [...(needs.get(part) ?? []), ...each]);
  }
  return (word, around) => {
    const known = needs.get(word);
    if (known === undefined || !/^[\0-\x7f]*$/.test(around)) return true;
    const folded = around.toLowerCase().replace(/['-]/g, "");
    return known.some((steps) => steps.every((step) => step.test(folded)));
  };
}

interface Reading {
  text: string;
  words: Word[];
  effort: { left: number };
}

/** Matches the steps from `next` on behind the word at `at`; the last word's index, or -1. */
function forward(reading: Reading, steps: Step[], next: number, at: number): number {
  const step = steps[next];
  if (step === undefined) return at;
  if (--reading.effort.left < 0) return -1;
  if (step.end) {
    const following = reading.words[at + 1];
    if (following === undefined || following.clause) return forward(reading, steps, next + 1, at);
  }
  for (let gap = 0; gap <= step.gap; gap++) {
    const candidate = at + 1 + gap;
    const word = reading.words[candidate];
    if (word === undefined || (!step.crossing && isStop(reading, candidate))) break;
    if (!fits(step, word)) continue;
    const last = forward(reading, steps, next + 1, candidate);
    if (last >= 0) return last;
  }
  return step.optional ? forward(reading, steps, next + 1, at) : -1;
}

/** Matches the steps before `next` in front of the word at `at`, which is that of step `next`; the first word's index, or -1. */
function backward(reading: Reading, steps: Step[], next: number, at: number): number {
  const step = steps[next - 1];
  if (step === undefined) return at;
  if (--reading.effort.left < 0) return -1;
  const { gap: most, crossing } = steps[next] as Step;
  for (let gap = 0; gap <= most; gap++) {
    const candidate = at - 1 - gap;
    const word = reading.words[candidate];
    if (word === undefined || (!crossing && isStop(reading, candidate + 1))) break;
    if (!fits(step, word)) continue;
    const first = backward(reading, steps, next - 1, candidate);
    if (first >= 0) return first;
  }
  if (!step.optional) return -1;
  // Where a step is left out, the gap in front of it stands in for the one behind it.
  const skipped = steps
    .slice(0, next - 1)
    .concat({ ...(steps[next] as Step), gap: Math.max(most, step.gap) });
  return backward(reading, skipped, next - 1, at);
}

const fits = ({ words, tool }: Step, word: Word): boolean =>
  words.has(word.text) || (tool && /[a-z0-9]_[a-z0-9]/.test(word.text));

/** Whether a sentence ends between this word and the one before; a line's end alone ends none. */
function isStop({ text, words }: Reading, at: number): boolean {
  const before = words[at - 1];
  const word = words[at];
  if (!before || !word || before.sentence === word.sentence) return false;
  return /[.!?。！？]/.test(text.slice(before.end, word.start));
}

/** Longest way to the words around a word of interest, in UTF-16 code units. */
const REACH = 3_000;

/** Pieces of the text around the positions where a phrase is possible, joined where they touch. */
function windowsOf(
  text: string,
  positions: readonly Position[],
  isPossible: (word: string, around: string) => boolean,
): [number, number][] {
  const windows: [number, number][] = [];
  for (const { at, before, behind } of positions) {
    const last = windows.at(-1);
    const from = walk(text, at, -1, before);
    const to = walk(text, at, 1, behind);
    const word = /^[a-z0-9]+/i.exec(text.slice(at, at + 40))?.[0].toLowerCase() ?? "";
    if (!isPossible(word, text.slice(from, to))) continue;
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else windows.push([from, to]);
  }
  return windows;
}

/** The place so many words before or behind. */
function walk(text: string, position: number, step: 1 | -1, count: number): number {
  let words = 0;
  let at = position;
  let inside = true;
  for (let moved = 0; moved < REACH && at >= 0 && at <= text.length; moved++, at += step) {
    const code = text.charCodeAt(at);
    const letter = code > 47 && code !== 58;
    if (inside && !letter && ++words > count) break;
    inside = letter;
  }
  return Math.min(Math.max(at, 0), text.length);
}
