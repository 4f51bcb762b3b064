import { datasetFile } from "../../../api/bulk.ts";
import { endpoint } from "../../../api/endpoint.ts";
import { getExportTable } from "../../../api/operations/bulk.ts";

export const ALL = endpoint(getExportTable, (call) =>
  datasetFile("export.parquet", call.query.revision, call),
);
