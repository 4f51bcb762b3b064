import { RULES_VERSION } from "../../../classifier/index.ts";
import { apiExportUrl, datasetDocsUrl, schemaUrl } from "../lib/addresses.ts";
import { COLUMNS } from "./bulk-columns.ts";
import { FILE_NAMES, FILES, type FileName, type Made } from "./bulk-files.ts";
import { DATASET_VERSION, type Manifest, type ManifestFile, recordSchema } from "./bulk-types.ts";
import { nameOf } from "./named.ts";

/** Whose the parts of the dataset are. */
export const LICENCE = {
  ours: "The verdicts with their evidence, summaries and findings, the changes, and the form of the files are Placard's.",
  spdx: "Apache-2.0",
  others:
    "Definitions, titles, descriptions, instructions, what servers say of themselves and the words of them that evidence quotes belong to whoever wrote them, and stay under the licences of the servers. Placard gives no rights in them.",
} as const;
export const HOW_TO_IMPORT =
  "placard import export.jsonl.gz loads it into an empty catalog, which then is the same.";

/**
 * What the dataset is.
 * @param made what is known of the files that have been made.
 * @param urlOf where a file is.
 */
export function manifestOf(
  revision: string,
  made: ReadonlyMap<FileName, Made>,
  urlOf: (name: FileName) => string = (name) => apiExportUrl(name, revision),
): Manifest {
  const counts = made.get("export.jsonl.gz")?.counts;
  return {
    url: datasetDocsUrl(),
    version: DATASET_VERSION,
    revision,
    ready: FILE_NAMES.every((name) => made.has(name)),
    rules: RULES_VERSION,
    ...(counts && { counts }),
    files: FILE_NAMES.map((name) => fileOf(name, urlOf(name), made.get(name))),
    licence: LICENCE,
    import: HOW_TO_IMPORT,
  };
}

function fileOf(name: FileName, url: string, made: Made | undefined): ManifestFile {
  const { mediaType, what } = FILES[name];
  const { rows, bytes, sha256, unpacked } = made ?? {};
  const isTable = name === "export.parquet";
  return {
    name,
    url,
    mediaType,
    what,
    rows,
    bytes,
    sha256,
    unpacked,
    ...(isTable
      ? { columns: COLUMNS.map(({ name, type, what }) => ({ name, type, what })) }
      : { schema: schemaUrl(nameOf(recordSchema) ?? "") }),
  };
}
