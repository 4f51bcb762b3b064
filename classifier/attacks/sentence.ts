import { MODEL_RULE } from "../model/evidence.ts";
import { FACETS, type Facet } from "../types.ts";
import type { Found } from "./conditions.ts";
import type { AttackEvidence } from "./facts.ts";

/** What to say of a facet whose evidence was cut from the verdict. */
const FACET_WORDS: Record<Facet, string> = {
  "private-data": "private data",
  "untrusted-content": "content by strangers",
  egress: "a way out",
  secrets: "secrets",
  "code-execution": "running code",
  filesystem: "files",
  messaging: "messages",
  infrastructure: "infrastructure",
  identity: "accounts and rights",
  money: "money",
  browser: "a browser",
};

/** Longest stretch of a definition that a sentence quotes, in UTF-16 code units. */
const MAX_QUOTE = 60;

/**
 * A reason as a sentence, its `{key}`s filled with the definition's own words, in quotes. What only backs the sentence
 * (": {key}" or " ({key})") is left out where nobody would see why: the words are the trained model's, or quoted already.
 */
export function sentence(reason: string, found: Found): string {
  const filled = reason.replace(
    /(: | \()?\{([^}]*)\}(\))?/g,
    (_, before = "", key: string, after = "", at: number) => {
      const pieces = found.get(key) ?? [];
      if (pieces.length === 0) return `${before}${wordsFor(key)}${after}`;
      const isRepeated = before === ": " && isQuoted(reason.slice(0, at), pieces, found);
      return isRepeated || (before !== "" && isGuess(pieces)) ? "" : `${before}${quote(pieces)}${after}`;
    },
  );
  return `${filled.charAt(0).toUpperCase()}${filled.slice(1)}.`;
}

function wordsFor(key: string): string {
  const facet = FACETS.find((known) => known === key);
  return facet ? FACET_WORDS[facet] : "its verdict";
}

const isGuess = (pieces: AttackEvidence[]): boolean => pieces.every(({ rule }) => rule === MODEL_RULE);

/** Whether the reason's keys so far quote the same words. */
function isQuoted(told: string, pieces: AttackEvidence[], found: Found): boolean {
  const keys = [...told.matchAll(/\{([^}]*)\}/g)].map(([, key = ""]) => key);
  const texts = keys.flatMap((key) => textsOf(found.get(key) ?? []));
  return textsOf(pieces).every((text) => texts.includes(text));
}

const textsOf = (pieces: AttackEvidence[]): string[] => [
  ...new Set(pieces.map(({ excerpt }) => plain(excerpt))),
];

/** “url”, or “url” and “uri”: each once. */
function quote(pieces: AttackEvidence[]): string {
  const texts = textsOf(pieces).slice(0, 3);
  const quoted = texts.map((text) => `“${text}”`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

/** A stranger's words as they go into a sentence of ours: cut, on one line, hidden and control characters as �. */
export function plain(text: string): string {
  const cut = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE).toWellFormed()}…` : text;
  return cut.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "�");
}
