export * from "./attacks.ts";
export { type ClassifyOptions, classify } from "./classify.ts";
export { type ParsedDefinition, parseDefinition } from "./definition.ts";
export { canonicalJson, digestOf } from "./digest.ts";
export {
  type Entry,
  type EntryLine,
  entriesOf,
  NoEntriesError,
  type RefusedEntry,
  readEntries,
} from "./entries.ts";
export type { FindingKind } from "./findings/kind-schema.ts";
export { type NamedServer, type ShadowedName, shadowedNames } from "./findings/shadowed.ts";
export { findingsOf, listFindingKinds } from "./findings.ts";
export {
  fromRiskMetadata,
  type HintLoss,
  type Judgement,
  type RiskAnnotations,
  type RiskMetadata,
  toHints,
  toRiskMetadata,
  VERDICT_META,
} from "./mapping.ts";
export { MODEL_RULE } from "./model/evidence.ts";
export type { RulePage } from "./rule-schema.ts";
export { listRules, RULES_VERSION } from "./rules.ts";
export { safeJson, UNSAFE } from "./safe-json.ts";
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
