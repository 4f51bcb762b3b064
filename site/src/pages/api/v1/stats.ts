import { endpoint } from "../../../api/endpoint.ts";
import { apiStats } from "../../../api/map.ts";

export const ALL = endpoint(async ({ catalog }) => apiStats(await catalog.stats()));
