import { datasetFile } from "../../../api/bulk.ts";
import { endpoint } from "../../../api/endpoint.ts";
import { getExportLines } from "../../../api/operations/bulk.ts";

export const ALL = endpoint(getExportLines, (call) =>
  datasetFile("export.jsonl.gz", call.query.revision, call),
);
