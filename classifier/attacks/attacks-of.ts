import type { ToolDefinition, Verdict } from "../types.ts";
import { evidenceOf, holds } from "./conditions.ts";
import { attackData } from "./data.ts";
import { type AttackEvidence, type Facts, factsOf } from "./facts.ts";
import type { AttackPattern } from "./schema.ts";
import { sentence } from "./sentence.ts";

/** An attack pattern that this tool, by what its definition shows, can be used in. */
export interface AttackMatch {
  /** Slug of the pattern; its page is /attacks/<slug>. */
  pattern: string;
  title: string;
  /** One sentence: what in this definition ties the pattern to it. Quotes are the server's words. */
  because: string;
  /** Where that stands in the definition. */
  evidence: AttackEvidence[];
}

/**
 * The attack patterns a tool can be used in, by slug, each with its reason. Patterns that concern every definition
 * (`concerns: any` of `listAttacks`) are in it only where this definition shows signs of them. Pure; meant to be
 * computed when a page or an answer needs it.
 *
 * @param verdict what `classify` says of the same definition
 */
export function attacksOf(definition: ToolDefinition, verdict: Verdict): AttackMatch[] {
  const facts = factsOf(definition, verdict);
  return attackData.patterns.flatMap((pattern) => applies(pattern, facts) ?? []);
}

function applies({ slug, title, match }: AttackPattern, facts: Facts): AttackMatch | undefined {
  if (!match || match.not.some((condition) => holds(condition, facts))) return undefined;
  for (const clause of match.any) {
    const found = holds(clause, facts);
    if (!found) continue;
    const { because } = clause;
    return { pattern: slug, title, because: sentence(because, found), evidence: evidenceOf(found, because) };
  }
  return undefined;
}
