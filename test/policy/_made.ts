import type { Verdict } from "../../classifier/index.ts";
import { type Bounds, type Preset, recommend } from "../../policy/index.ts";
import { call } from "./_call.ts";
import { toolOf } from "./_verdict.ts";

/** The schema of a text. */
export const string = { type: "string" };

/** The recommendation for a tool `t` with these arguments. */
export function made(
  properties: Record<string, unknown>,
  changes: Partial<Verdict> = {},
  preset: Preset = "recommended",
  bounds: Bounds = {},
) {
  const { verdict } = toolOf("t", changes);
  return recommend({ name: "t", inputSchema: { type: "object", properties } }, verdict, { preset, bounds });
}
/** What a recommendation decides on a call of `t`. */
export const decide = (recommendation: ReturnType<typeof made>, args: unknown) =>
  call(recommendation.policy, args).decision;
/** Changes of a verdict: a tool that reads, and one whose effect lasts. */
export const READ = { category: "Read", risk: "medium" } as const;
export const LASTING = { category: "Execute", risk: "medium", reversible: "no" } as const;
