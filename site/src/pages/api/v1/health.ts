import { RULES_VERSION } from "../../../../../classifier/index.ts";
import { endpoint } from "../../../api/endpoint.ts";
import type { ApiHealth } from "../../../api/types.ts";

/** Well when the catalog answers; otherwise the endpoint's 500. */
export const ALL = endpoint(async ({ catalog }): Promise<ApiHealth> => {
  const { servers, tools } = await catalog.stats();
  return { status: "ok", servers, tools, rules: RULES_VERSION };
});
