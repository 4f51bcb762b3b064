/** Attack patterns as pages show them. Their texts are ours; the reasons quote a tool's definition. */
import {
  type AdvisoryMatch,
  type AttackMatch,
  type AttackPattern,
  advisoriesOf,
  attacksOf,
  FACETS,
  type Incidents,
  listAttacks,
  listIncidents,
  listTaxonomies,
  type ToolDefinition,
  type Verdict,
} from "../../../classifier/index.ts";
import type { PackageRow } from "../../../db/index.ts";
import { facetUrl, ruleUrl } from "./addresses.ts";
import { saidAsGuess } from "./guessed.ts";
import { ruleTitle } from "./rules.ts";

type Clause = NonNullable<AttackPattern["match"]>["any"][number];
export type Source = Incidents[string]["sources"][number];

/** The pattern with that slug, or undefined. */
export function attackNamed(slug: string): AttackPattern | undefined {
  return listAttacks().find((pattern) => pattern.slug === slug);
}

const byTitle = listAttacks().toSorted((a, b) => a.title.localeCompare(b.title, "en"));

/** Patterns by their titles: those that need something of a tool, and those that can happen with every one. */
export const attacksByReach = {
  some: byTitle.filter(({ concerns }) => concerns === "tool"),
  every: byTitle.filter(({ concerns }) => concerns === "any"),
};

/** What a tool could be used for: patterns with the reason why, and those that concern every tool. */
export interface ToolAttacks {
  matches: AttackMatch[];
  every: AttackPattern[];
}

/** By the verdict they follow from: a static build asks once for each form of the page, with the same tool. */
const remembered = new WeakMap<Verdict, AttackMatch[]>();

/** The patterns that fit a tool by its definition and verdict. */
export function toolAttacks(tool: { definition: ToolDefinition; verdict: Verdict }): ToolAttacks {
  const matches = remembered.get(tool.verdict) ?? attacksOf(tool.definition, tool.verdict).map(saidAsGuess);
  remembered.set(tool.verdict, matches);
  const told = new Set(matches.map(({ pattern }) => pattern));
  return { matches, every: attacksByReach.every.filter(({ slug }) => !told.has(slug)) };
}

/** Published flaws of the package that served the tools; where that is not known, of the server's id and version. */
export function flawsOf(server: { id: string; version?: string; package?: PackageRow }): AdvisoryMatch[] {
  const found = server.package;
  return found
    ? advisoriesOf(`${found.registry}/${found.name}`, found.version)
    : advisoriesOf(server.id, server.version);
}

/** Which versions have a flaw: "from 0.0.5 up to and with 0.1.15", "before 0.6.4". */
export function affectedWords({ affected }: AdvisoryMatch): string {
  const words = affected.map(({ introduced, fixed, last }) =>
    [introduced && `from ${introduced}`, fixed && `before ${fixed}`, last && `up to and with ${last}`]
      .filter(Boolean)
      .join(" "),
  );
  return words.includes("") ? "all versions" : words.join("; ");
}

/** The lists whose ids patterns name. */
export function taxonomyLists() {
  return Object.values(listTaxonomies());
}

/** The ids a pattern has in lists of others, list by list. */
export function taxonomyRows({ taxonomy }: AttackPattern) {
  const lists = listTaxonomies();
  return Object.entries(taxonomy).flatMap(([key, ids]) => {
    const list = lists[key];
    return list ? [{ ...list, ids: ids.map((id) => ({ id, title: list.entries[id] ?? "" })) }] : [];
  });
}

/** What has happened by a pattern, the latest first. */
export function incidentRows({ incidents }: AttackPattern): Incidents[string][] {
  const all = listIncidents();
  return incidents
    .flatMap((slug) => all[slug] ?? [])
    .sort((a, b) => (b.when ?? "").localeCompare(a.when ?? "", "en"));
}

/** One condition of a pattern: "an argument takes any text and is named", and the words that fit. */
export interface ConditionRow {
  what: string;
  values: { text: string; url?: string }[];
}

const CONDITION: Record<Exclude<keyof Clause, "because">, string> = {
  facets: "it touches",
  category: "it is",
  risk: "its risk is at least",
  reversible: "can it be undone:",
  argument: "an argument is named",
  text: "an argument takes any text and is named",
  lacks: "no argument is named",
  bare: "it lists no arguments",
  name: "its name has",
  says: "its description says",
  conflicts: "the definition contradicts its",
  findings: "its text has the finding",
};

/** The conditions of a clause, in the order of the file. All of them must hold. */
export function conditionRows(clause: Partial<Clause>): ConditionRow[] {
  return Object.entries(clause).flatMap(([key, value]) => {
    if (!(key in CONDITION)) return [];
    const texts = value === true ? [] : [value].flat().map(String);
    return [
      { what: CONDITION[key as keyof typeof CONDITION], values: texts.map((text) => linked(key, text)) },
    ];
  });
}

function linked(key: string, text: string): ConditionRow["values"][number] {
  const facet = FACETS.find((name) => name === text);
  if (key === "facets" && facet) return { text, url: facetUrl(facet) };
  return key === "findings" ? { text: ruleTitle(text), url: ruleUrl(text) } : { text };
}
