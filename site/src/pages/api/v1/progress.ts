import { endpoint } from "../../../api/endpoint.ts";
import { apiProgress } from "../../../api/map.ts";

export const ALL = endpoint(async ({ catalog }) => apiProgress(await catalog.progress()));
