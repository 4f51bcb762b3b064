/** The catalog as a whole, as files. */
import { z } from "zod";
import { apiExportUrl } from "../../lib/addresses.ts";
import { FILES, type FileName } from "../bulk-files.ts";
import { manifestSchema } from "../bulk-types.ts";
import { operation } from "../operation.ts";
import { ok } from "./_parameters.ts";

const revision = z
  .string()
  .regex(/^[0-9a-f]{32}$/, "must be a revision as /api/v1/export.json names it: 32 hex digits")
  .optional()
  .describe(
    "The dataset of this revision, as the manifest names it, for as long as it is kept; of the catalog as it is now unless told.",
  );

const HEADERS = {
  "content-disposition": "A file name.",
  "accept-ranges": "bytes, once the file is whole: a part of it can be asked for.",
};

/** How a file is answered. */
const answersOf = (name: FileName) => ({
  200: {
    description: FILES[name].what,
    content: { [FILES[name].mediaType]: "binary" as const },
    headers: HEADERS,
  },
  206: {
    description: "The part that a Range asks for.",
    content: { [FILES[name].mediaType]: "binary" as const },
    headers: { ...HEADERS, "content-range": "Which part of how many bytes." },
  },
});

const SHARED =
  "The same catalog gives the same bytes. The ETag is known without making the file, so asking again costs little. A file is made while it is sent, from one snapshot of the database, and once for all who ask at the same time; when nobody reads it any more, the work ends. A file that has been made is kept, can be asked for in parts (Range), and is gone on with after a break (If-Range).";

export const getExport = operation({
  id: "getExport",
  group: "Bulk",
  method: "GET",
  path: "/api/v1/export.json",
  summary: "What the bulk dataset is: its files with their digests, its counts and its licence",
  description:
    "The files are made where they are not there yet. Where that takes long, the answer comes without their digests after twenty seconds, with ready false and Retry-After: ask again. The addresses of the files name their revision, so that they fit the digests also when the catalog changes meanwhile.",
  query: z.object({}),
  answers: ok("The manifest.", manifestSchema),
  problems: [503],
  example: { address: apiExportUrl("export.json") },
});

export const getExportLines = operation({
  id: "getExportLines",
  group: "Bulk",
  method: "GET",
  path: "/api/v1/export.jsonl.gz",
  summary: "All of the catalog, as JSON Lines",
  description: `${SHARED} Records are as the schema DatasetRecord says. placard import loads the file into an empty catalog.`,
  query: z.object({ revision }),
  answers: answersOf("export.jsonl.gz"),
  problems: [404, 416, 503],
  example: { address: apiExportUrl("export.jsonl.gz") },
});

export const getExportTable = operation({
  id: "getExportTable",
  group: "Bulk",
  method: "GET",
  path: "/api/v1/export.parquet",
  summary: "All tools with their verdicts, as a Parquet table",
  description: `${SHARED} One row a tool; the manifest lists the columns.`,
  query: z.object({ revision }),
  answers: answersOf("export.parquet"),
  problems: [404, 416, 503],
  example: { address: apiExportUrl("export.parquet") },
});

export const BULK = [getExport, getExportLines, getExportTable];
