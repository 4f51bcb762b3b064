import { endpoint } from "../../../api/endpoint.ts";
import { apiProgress } from "../../../api/map.ts";
import { getProgress } from "../../../api/operations/service.ts";

export const ALL = endpoint(getProgress, async ({ catalog }) => apiProgress(await catalog.progress()));
