import { endpoint } from "../../../../api/endpoint.ts";
import { apiAttackEntries } from "../../../../api/knowledge.ts";
import { listAttacks } from "../../../../api/operations/knowledge.ts";

export const ALL = endpoint(listAttacks, async () => ({ items: apiAttackEntries(), nextCursor: null }));
