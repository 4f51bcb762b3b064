import { datasetManifest } from "../../../api/bulk.ts";
import { endpoint } from "../../../api/endpoint.ts";
import { getExport } from "../../../api/operations/bulk.ts";

export const ALL = endpoint(getExport, datasetManifest);
