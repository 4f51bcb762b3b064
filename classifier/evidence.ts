import type { Argument } from "./features.ts";
import type { Rule } from "./rule-schema.ts";
import type { Word } from "./text.ts";
import type { Evidence } from "./types.ts";

/** Evidence for words of a text, from the first one's start to the last one's end. */
export function wordEvidence(
  rule: Rule,
  source: { pointer: string; text: string; words: Word[] },
  at: number,
  length: number,
): Evidence {
  const start = source.words[at]?.start ?? 0;
  const end = source.words[Math.min(at + length, source.words.length) - 1]?.end ?? start;
  return evidence(rule, source.pointer, source.text, start, end);
}

/** Evidence for an input property: its name, or whatever a reader sees there. */
export function argumentEvidence(rule: Rule, { shown, pointer }: Argument): Evidence {
  return evidence(rule, pointer, shown, 0, shown.length);
}

/** Evidence for one word of a value in an enum. */
export function choiceEvidence(
  rule: Rule,
  pointer: string,
  value: string,
  word: { start: number; end: number },
): Evidence {
  return evidence(rule, pointer, value, word.start, word.end);
}

function evidence(rule: Rule, pointer: string, text: string, start: number, end: number): Evidence {
  const { id, category: supports, facets } = rule;
  const excerpt = text.slice(start, end);
  if (supports) return { rule: id, pointer, start, end, excerpt, supports };
  const [facet] = facets;
  return facet
    ? { rule: id, pointer, start, end, excerpt, facet }
    : { rule: id, pointer, start, end, excerpt };
}
