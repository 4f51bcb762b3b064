import {
  type Category,
  classify,
  listRules,
  type Risk,
  type ToolDefinition,
  type Verdict,
} from "../../classifier/index.ts";

/** A rule of ours that speaks for a category at a risk: which one does not matter. */
export function ruleFor(category: Category, risk: Risk): string {
  const rule = listRules().find((one) => one.category === category && one.risk === risk);
  if (!rule) throw new Error(`no rule speaks for ${category} at ${risk}`);
  return rule.id;
}

export interface Piece {
  pointer: string;
  excerpt: string;
  supports: Category;
  risk: Risk;
  /** Instead of one that speaks for it. */
  rule?: string;
}

/**
 * What the rules might say of a definition. The tests of the second reading are about what it does with a verdict, and
 * stay the same when rules change.
 */
export function verdictOf(
  definition: ToolDefinition,
  judgement: { category: Category; risk: Risk; confidence?: number },
  pieces: Piece[] = [],
): Verdict {
  const { confidence = 0.5 } = judgement;
  return {
    ...classify(definition),
    ...judgement,
    confidence,
    findings: [],
    branches: [],
    evidence: pieces.map(({ pointer, excerpt, supports, risk, rule }) => {
      const start = textAt(definition, pointer).indexOf(excerpt);
      if (start < 0) throw new Error(`"${excerpt}" is not in ${pointer}`);
      return {
        rule: rule ?? ruleFor(supports, risk),
        pointer,
        start,
        end: start + excerpt.length,
        excerpt,
        supports,
      };
    }),
  };
}

function textAt(definition: ToolDefinition, pointer: string): string {
  const tokens = pointer.split("/").slice(1);
  let value: unknown = definition;
  for (const token of tokens) value = (value as Record<string, unknown>)[token];
  return typeof value === "string" ? value : (tokens.at(-1) ?? "");
}
