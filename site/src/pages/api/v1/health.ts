import { RULES_VERSION } from "../../../../../classifier/index.ts";
import { endpoint } from "../../../api/endpoint.ts";
import { getHealth } from "../../../api/operations/service.ts";
import type { ApiHealth } from "../../../api/types.ts";

/** Alive: it asks nobody else. */
export const ALL = endpoint(
  getHealth,
  async (): Promise<ApiHealth> => ({ status: "ok", rules: RULES_VERSION }),
);
