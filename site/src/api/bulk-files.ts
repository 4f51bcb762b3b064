/** The files of the dataset: how each is made, and what is known of one that has been. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Snapshot } from "../../../db/index.ts";
import { gzip } from "./bulk-gzip.ts";
import { datasetLines } from "./bulk-jsonl.ts";
import { datasetTable } from "./bulk-parquet.ts";
import { datasetCounts } from "./bulk-types.ts";

export const FILE_NAMES = ["export.jsonl.gz", "export.parquet"] as const;
export type FileName = (typeof FILE_NAMES)[number];

export const madeSchema = z.object({
  bytes: z.number().int(),
  sha256: z.string(),
  rows: z.number().int(),
  counts: datasetCounts.optional(),
  unpacked: z.object({ bytes: z.number().int(), sha256: z.string() }).optional(),
});
/** What is known of a file that has been made. */
export type Made = z.infer<typeof madeSchema>;
type Facts = Omit<Made, "bytes" | "sha256">;

interface Kind {
  mediaType: string;
  what: string;
  /** @param note told of each thing that is known, at the latest before the last chunk. */
  make(snapshot: Snapshot, note: (facts: Partial<Facts>) => void): AsyncIterable<Uint8Array>;
}

export const FILES: Record<FileName, Kind> = {
  "export.jsonl.gz": {
    mediaType: "application/gzip",
    what: "All of the catalog that the API publishes, one record a line: what placard import loads.",
    make: (snapshot, note) =>
      gzip(
        datasetLines(snapshot, (counts) => note({ counts, rows: rowsOf(counts) })),
        (unpacked) => note({ unpacked }),
      ),
  },
  "export.parquet": {
    mediaType: "application/vnd.apache.parquet",
    what: "A table for analysis: one row a tool with its verdict, those that are gone included. It holds no history, so placard import does not take it.",
    make: (snapshot, note) => datasetTable(snapshot, (rows) => note({ rows })),
  },
};

/** With the first record and the last. */
const rowsOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 2);

/**
 * Makes a file.
 * @param write takes each chunk, and is waited for.
 */
export async function makeFile(
  name: FileName,
  snapshot: Snapshot,
  write: (chunk: Uint8Array) => Promise<unknown>,
): Promise<Made> {
  const hash = createHash("sha256");
  let facts: Facts = { rows: 0 };
  let bytes = 0;
  const note = (more: Partial<Facts>) => {
    facts = { ...facts, ...more };
  };
  for await (const chunk of FILES[name].make(snapshot, note)) {
    hash.update(chunk);
    bytes += chunk.length;
    await write(chunk);
  }
  return { bytes, sha256: hash.digest("hex"), ...facts };
}
