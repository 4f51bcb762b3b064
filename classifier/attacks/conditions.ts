import { type Argument, endsWithWords } from "../features.ts";
import type { Word } from "../text.ts";
import { RISKS } from "../types.ts";
import { type AttackEvidence, evidenceForCategory, evidenceForFacet, type Facts } from "./facts.ts";
import type { Condition } from "./schema.ts";

/** What a condition held on, by the key (or the facet) that found it. */
export type Found = Map<string, AttackEvidence[]>;

/** @returns what the condition rests on, or nothing where one of its keys does not hold */
export function holds(condition: Condition, facts: Facts): Found | undefined {
  const { verdict } = facts;
  if (condition.risk && RISKS.indexOf(verdict.risk) < RISKS.indexOf(condition.risk)) return undefined;
  if (condition.reversible && !condition.reversible.includes(verdict.reversible)) return undefined;
  // What costs least is asked first: most conditions end here.
  if (condition.facets?.some((facet) => !verdict.facets.includes(facet))) return undefined;
  if (condition.category && !condition.category.includes(verdict.category)) return undefined;
  if (condition.bare && facts.features.arguments.length > 0) return undefined;
  if (condition.lacks && argumentsNamed(facts.features.arguments, condition.lacks).length > 0)
    return undefined;
  const shown: [string, AttackEvidence[]][] = [];
  for (const { key, search } of SEARCHES) {
    if (condition[key] === undefined) continue;
    const evidence = search(facts, condition);
    if (evidence.length === 0) return undefined;
    shown.push([key, evidence]);
  }
  const found: Found = new Map();
  for (const facet of condition.facets ?? []) found.set(facet, evidenceForFacet(verdict, facet));
  if (condition.category) found.set("category", evidenceForCategory(verdict));
  for (const [key, evidence] of shown) found.set(key, evidence);
  return found;
}

interface Search {
  key: "argument" | "text" | "name" | "says" | "conflicts" | "findings";
  search(facts: Facts, condition: Condition): AttackEvidence[];
}

/** What is looked for in the definition, in the order in which reasons name it. */
const SEARCHES: Search[] = [
  {
    key: "argument",
    search: ({ features }, { argument = [] }) => argumentsNamed(features.arguments, argument),
  },
  { key: "text", search: ({ free }, { text = [] }) => argumentsNamed(free, text) },
  { key: "name", search: ({ features }, { name = [] }) => wordsOf(features.name, name) },
  { key: "says", search: ({ features }, { says = [] }) => wordsOf(features.description, says) },
  { key: "conflicts", search: conflicting },
  { key: "findings", search: findings },
];

/** Most arguments a reason names. */
const MOST = 3;

function argumentsNamed(list: readonly Argument[], names: string[]): AttackEvidence[] {
  if (list.length === 0) return [];
  const { byLast } = phrasesOf(names);
  const named = list.filter((argument) =>
    byLast.get(argument.words.at(-1)?.text ?? "")?.some((ending) => endsWithWords(argument, ending)),
  );
  return named
    .slice(0, MOST)
    .map(({ pointer, shown }) => ({ pointer, start: 0, end: shown.length, excerpt: shown }));
}

/** The first of these words, or phrases, in a text; singular or plural. */
function wordsOf(
  source: { pointer: string; text: string; words: Word[] },
  phrases: string[],
): AttackEvidence[] {
  const { byFirst } = phrasesOf(phrases);
  for (let from = 0; from < source.words.length; from++) {
    const phrase = byFirst
      .get(source.words[from]?.text ?? "")
      ?.find((parts) => parts.every((part, index) => isForm(source.words[from + index]?.text, part)));
    if (!phrase) continue;
    const start = source.words[from]?.start ?? 0;
    const end = source.words[from + phrase.length - 1]?.end ?? start;
    return [{ pointer: source.pointer, start, end, excerpt: source.text.slice(start, end) }];
  }
  return [];
}

interface Phrases {
  /** Their words by the last one, in the order of the list. */
  byLast: Map<string, string[][]>;
  /** The same by the forms of the first word. */
  byFirst: Map<string, string[][]>;
}

/** By the lists of the pattern files, which stay: each tool is held against all of them. */
const taken = new WeakMap<readonly string[], Phrases>();

function phrasesOf(list: readonly string[]): Phrases {
  const known = taken.get(list);
  if (known) return known;
  const byLast = new Map<string, string[][]>();
  const byFirst = new Map<string, string[][]>();
  for (const phrase of list) {
    const parts = phrase.split(" ");
    const last = parts.at(-1) ?? "";
    byLast.set(last, [...(byLast.get(last) ?? []), parts]);
    for (const form of [parts[0] ?? "", `${parts[0]}s`]) {
      byFirst.set(form, [...(byFirst.get(form) ?? []), parts]);
    }
  }
  taken.set(list, { byLast, byFirst });
  return { byLast, byFirst };
}

const isForm = (word: string | undefined, base: string): boolean => word === base || word === `${base}s`;

function conflicting({ verdict }: Facts, { conflicts }: Condition): AttackEvidence[] {
  return verdict.annotations.conflicts
    .filter(({ hint }) => conflicts?.includes(hint))
    .map(({ hint }) => ({
      pointer: `/annotations/${hint}`,
      start: 0,
      end: hint.length,
      excerpt: hint,
    }));
}

function findings({ verdict }: Facts, { findings: wanted }: Condition): AttackEvidence[] {
  return verdict.findings
    .filter(({ id, severity }) => severity !== "info" && wanted?.includes(id))
    .flatMap(({ evidence }) => evidence)
    .map(({ rule, pointer, start, end, excerpt }) => ({ rule, pointer, start, end, excerpt }));
}

/** Each place once, of the keys that a reason names (`{text}`); of all, where those have nothing to show. */
export function evidenceOf(found: Found, reason: string): AttackEvidence[] {
  const named = [...found].filter(([key]) => reason.includes(`{${key}}`)).flatMap(([, pieces]) => pieces);
  const seen = new Map<string, AttackEvidence>();
  for (const piece of named.length > 0 ? named : [...found.values()].flat()) {
    const { rule, pointer, start, end, excerpt } = piece;
    const place = `${pointer}|${start}|${end}`;
    if (!seen.has(place)) seen.set(place, { ...(rule && { rule }), pointer, start, end, excerpt });
  }
  return [...seen.values()];
}
