import { RULES_VERSION } from "../../../../../classifier/index.ts";
import { endpoint } from "../../../api/endpoint.ts";
import { getReady } from "../../../api/operations/service.ts";
import { problem } from "../../../api/problem.ts";
import type { ApiReady } from "../../../api/types.ts";

export const ALL = endpoint(getReady, async ({ catalog }): Promise<ApiReady | Response> => {
  const state = await catalog.ready();
  if (state.ok) return { status: "ready", rules: RULES_VERSION };
  return problem(503, state.problem, undefined, { "retry-after": "5" });
});
