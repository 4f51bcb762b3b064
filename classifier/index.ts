export { classify } from "./classify.ts";
export { type ParsedDefinition, parseDefinition } from "./definition.ts";
export { canonicalJson, digestOf } from "./digest.ts";
export type { RulePage } from "./rule-schema.ts";
export { listRules, RULES_VERSION } from "./rules.ts";
export {
  type AnnotationAudit,
  type AnnotationConflict,
  type Branch,
  CATEGORIES,
  type Category,
  type Evidence,
  FACETS,
  type Facet,
  type Finding,
  HINTS,
  type Hint,
  type Hints,
  REACHES,
  REVERSIBLE,
  type Reach,
  type Reversible,
  RISKS,
  type Risk,
  type ToolDefinition,
  type Verdict,
} from "./types.ts";
