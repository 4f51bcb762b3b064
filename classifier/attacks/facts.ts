import { type Argument, type Features, featuresOf } from "../features.ts";
import { valueAt } from "../json-pointer.ts";
import { recordOf } from "../record.ts";
import { ruleSet } from "../rules.ts";
import type { Evidence, Facet, ToolDefinition, Verdict } from "../types.ts";

/** What conditions are held against: a definition taken apart, beside its verdict. */
export interface Facts {
  verdict: Verdict;
  readonly features: Features;
  /** The arguments that take any text. */
  readonly free: readonly Argument[];
}

/** Where in the definition something shows. Like `Evidence`; without a rule where an attack's own condition found it. */
export type AttackEvidence = Pick<Evidence, "pointer" | "start" | "end" | "excerpt"> & { rule?: string };

/** What conditions ask about a definition; it is taken apart when the first of them needs that. */
export function factsOf(definition: ToolDefinition, verdict: Verdict): Facts {
  // Taken apart when a condition asks for it: most end at the verdict.
  let features: Features | undefined;
  let free: Argument[] | undefined;
  return {
    verdict,
    get features() {
      features ??= featuresOf(definition);
      return features;
    },
    get free() {
      free ??= this.features.arguments.filter((argument) => takesText(definition, argument));
      return free;
    },
  };
}

const facetRules = new Map<Facet, Set<string>>();
for (const { id, facets } of ruleSet.pages) {
  for (const facet of facets) facetRules.set(facet, (facetRules.get(facet) ?? new Set()).add(id));
}

/** The verdict's evidence for a facet: that of one rule that sets it, in one place. */
export function evidenceForFacet({ evidence }: Verdict, facet: Facet): Evidence[] {
  const rules = facetRules.get(facet);
  return inOnePlace(evidence.filter((piece) => piece.facet === facet || rules?.has(piece.rule)));
}

/** The verdict's evidence for its category: that of the rule that comes first, in one place. */
export function evidenceForCategory({ evidence, category }: Verdict): Evidence[] {
  return inOnePlace(evidence.filter((piece) => piece.supports === category));
}

/** A verb in the name and its object in the description are two halves; the name's own two are one reason. */
function inOnePlace([first, ...rest]: Evidence[]): Evidence[] {
  if (!first) return [];
  const same = rest.filter(({ rule, pointer }) => rule === first.rule && pointer === first.pointer);
  return [first, ...same].slice(0, 3).sort((a, b) => a.start - b.start);
}

/** Formats that leave no room for text of the caller's choice (JSON Schema 2020-12 §7.3). */
const NARROW_FORMATS = new Set(["date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6"]);

function takesText(definition: ToolDefinition, { pointer, choices }: Argument): boolean {
  return choices.length === 0 && isText(valueAt(definition, pointer), 0);
}

function isText(schema: unknown, level: number): boolean {
  const node = recordOf(schema);
  // A server that wrote a text, or nothing, where a schema belongs did not bound anything.
  if (!node) return schema !== false;
  if (typeof node.format === "string" && NARROW_FORMATS.has(node.format)) return false;
  const types = Array.isArray(node.type) ? node.type : [node.type];
  if (types.includes("string")) return true;
  if (level > 3) return false;
  if (types.includes("array") || "items" in node) return isText(node.items, level + 1);
  const parts = [node.anyOf, node.oneOf].find(Array.isArray);
  if (parts) return parts.slice(0, 50).some((part) => isText(part, level + 1));
  return node.type === undefined && !("properties" in node) && !("allOf" in node);
}
