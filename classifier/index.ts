export { type AdvisoryMatch, advisoriesOf } from "./attacks/advisories.ts";
export { type AttackMatch, attacksOf } from "./attacks/attacks-of.ts";
export { listAttacks, listIncidents, listTaxonomies } from "./attacks/data.ts";
export type { AttackEvidence } from "./attacks/facts.ts";
export type { Advisory, AttackPattern, Incidents, Taxonomies } from "./attacks/schema.ts";
export { type ClassifyOptions, classify } from "./classify.ts";
export { type ParsedDefinition, parseDefinition } from "./definition.ts";
export { canonicalJson, digestOf } from "./digest.ts";
export type { FindingKind } from "./findings/kind-schema.ts";
export { type NamedServer, type ShadowedName, shadowedNames } from "./findings/shadowed.ts";
export { findingsOf, listFindingKinds } from "./findings.ts";
export type { BreakStep, FlowBreak } from "./flow-break.ts";
export type { FlowTool, ServerTools, ToolName } from "./flow-legs.ts";
export { type Flow, type FlowLeg, type FlowOptions, flowsOf } from "./flows.ts";
export { MODEL_RULE } from "./model/evidence.ts";
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
