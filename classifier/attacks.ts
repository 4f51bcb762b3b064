/**
 * What a tool can be abused for: attack patterns, incidents, advisories, and flows over the tools of several servers.
 * `index.ts` passes all of it on; a bundler leaves the attack files out where nothing of this is used.
 */
export { type AdvisoryMatch, advisoriesOf } from "./attacks/advisories.ts";
export { type AttackMatch, attacksOf } from "./attacks/attacks-of.ts";
export { listAttacks, listIncidents, listTaxonomies } from "./attacks/data.ts";
export type { AttackEvidence } from "./attacks/facts.ts";
export type { Advisory, AttackPattern, Incidents, Taxonomies } from "./attacks/schema.ts";
export type { BreakStep, FlowBreak } from "./flow-break.ts";
export type { FlowTool, ServerTools, ToolName } from "./flow-legs.ts";
export { type Flow, type FlowLeg, type FlowOptions, flowsOf } from "./flows.ts";
