import { endpoint } from "../../../../api/endpoint.ts";
import { apiRules } from "../../../../api/knowledge.ts";
import { listRules } from "../../../../api/operations/knowledge.ts";

export const ALL = endpoint(listRules, async () => ({ items: apiRules(), nextCursor: null }));
