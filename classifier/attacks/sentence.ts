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

/** A reason as a sentence, its `{key}`s filled with the definition's own words, in quotes. */
export function sentence(reason: string, found: Found): string {
  const filled = reason.replace(/\{([^}]*)\}/g, (_, key: string) => {
    const pieces = found.get(key) ?? [];
    if (pieces.length > 0) return quote(pieces);
    const facet = FACETS.find((known) => known === key);
    return facet ? FACET_WORDS[facet] : "its verdict";
  });
  return `${filled.charAt(0).toUpperCase()}${filled.slice(1)}.`;
}

/** “url”, or “url” and “uri”: each once. */
function quote(pieces: AttackEvidence[]): string {
  const texts = [...new Set(pieces.map(({ excerpt }) => plain(excerpt)))].slice(0, 3);
  const quoted = texts.map((text) => `“${text}”`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

/** A stranger's words as they go into a sentence of ours: cut, on one line, hidden and control characters as �. */
export function plain(text: string): string {
  const cut = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE).toWellFormed()}…` : text;
  return cut.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "�");
}
