import { endpoint } from "../../../api/endpoint.ts";
import { apiStats } from "../../../api/map.ts";
import { getStats } from "../../../api/operations/service.ts";

export const ALL = endpoint(getStats, async ({ catalog }) => apiStats(await catalog.stats()));
