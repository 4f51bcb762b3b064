/** Policies for MCP gateways: recommended from verdicts, checked against the reference grammar. Pure. */

export { type OwnBound, ownBounds } from "./_arguments.ts";
export type { CorrectedVerdict } from "./_correct.ts";
export {
  type AnnotationChange,
  type AnnotationPatch,
  annotationPatch,
  patchTool,
  type ToolAnnotationPatch,
} from "./annotation-patch.ts";
export { type Correction, type Corrections, correctionsOf, parseCorrections } from "./corrections.ts";
export { addCounted, type Count, type Counters, takeBack } from "./counters.ts";
export { DEFAULTS, type Decision, decide } from "./defaults.ts";
export { describePreset } from "./describe.ts";
export {
  compareDigests,
  type DigestChanges,
  type PolicyDigests,
  policyDigests,
  policyDigestsSchema,
} from "./digests.ts";
export {
  type CallDecision,
  DECISIONS,
  type EvaluateOptions,
  type Evaluation,
  evaluateCall,
  type ToolCall,
} from "./evaluate.ts";
export { fromIntercept, type InterceptLoss, toIntercept } from "./intercept.ts";
export { policySchemaJson } from "./json-schema.ts";
export { applyOverrides, type Overrides, parseOverrides } from "./overrides.ts";
export { type ParsedPolicy, type PolicyProblem, parsePolicy } from "./parse.ts";
export { type ParsedCall, parseCall } from "./parse-call.ts";
export {
  type Bounds,
  type JudgedTool,
  type Recommendation,
  type RecommendOptions,
  type RecommendServerOptions,
  recommend,
  recommendServer,
  recommendServers,
} from "./recommend.ts";
export {
  type Condition,
  type Limit,
  OPERATORS,
  type Operator,
  type Policy,
  policySchema,
  type Rule,
  type ToolPolicy,
  WINDOWS,
} from "./schema.ts";
export { type PolicyReason, PRESETS, type Preset } from "./types.ts";
