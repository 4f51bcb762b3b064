/** Policies for MCP gateways: recommended from verdicts, checked against the reference grammar. Pure. */
export {
  type AnnotationChange,
  type AnnotationPatch,
  annotationPatch,
  patchTool,
  type ToolAnnotationPatch,
} from "./annotation-patch.ts";
export { DEFAULTS, type Decision, decide } from "./defaults.ts";
export { describePreset } from "./describe.ts";
export { type ParsedPolicy, type PolicyProblem, parsePolicy } from "./parse.ts";
export {
  type JudgedTool,
  type Recommendation,
  type RecommendOptions,
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
