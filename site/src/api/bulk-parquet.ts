/** The dataset as a table for analysis: a row a tool, in row groups that are written one at a time. */
import { constants, zstdCompressSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Snapshot } from "../../../db/index.ts";
import { COLUMNS, SCHEMA } from "./bulk-columns.ts";
import { DATASET_VERSION } from "./bulk-types.ts";

/** A row group ends at so many rows, or so many characters of JSON, whichever comes first: it is held in memory. */
const GROUP_ROWS = 5_000;
const GROUP_LENGTH = 8 * 2 ** 20;
/** Rows that are fetched at once. */
const BATCH = 200;

/**
 * @param onEnd told how many rows there are, before the last chunk is given.
 */
export async function* datasetTable(
  snapshot: Snapshot,
  onEnd: (rows: number) => void,
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const table = new ParquetWriter({
    writer,
    schema: SCHEMA,
    codec: "ZSTD",
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes, ZSTD) },
    kvMetadata: [{ key: "placard.dataset", value: String(DATASET_VERSION) }],
    createdBy: "placard",
  });
  let rows = 0;
  let columns = noValues();
  let count = 0;
  let length = 0;
  const write = () => {
    table.write({
      columnData: COLUMNS.map(({ name, isLong }, index) => ({
        name,
        data: columns[index] ?? [],
        ...(isLong && LONG),
      })),
      rowGroupSize: count,
    });
    rows += count;
    columns = noValues();
    count = 0;
    length = 0;
    return taken(writer);
  };
  for await (const batch of snapshot.tools(BATCH)) {
    for (const tool of batch) {
      // Values, and not the tool: definitions and verdicts are large to hold.
      for (const [index, { of }] of COLUMNS.entries()) columns[index]?.push(of(tool));
      count += 1;
      length += tool.definitionText.length + tool.verdictText.length;
      if (count >= GROUP_ROWS || length >= GROUP_LENGTH) yield write();
    }
  }
  if (count > 0) yield write();
  table.finish();
  onEnd(rows);
  yield taken(writer);
}

const noValues = (): unknown[][] => COLUMNS.map(() => []);

/** Texts of which hardly two are the same: nobody looks for their smallest, and a dictionary saves nothing. */
const LONG = { encoding: "PLAIN", statistics: false } as const;
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** What has been written and not taken yet; the writer's own count of bytes goes on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
