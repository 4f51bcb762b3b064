import { RECORD_KINDS, type Snapshot } from "../../../db/index.ts";
import { COUNT_OF, DATASET_VERSION, type DatasetCounts } from "./bulk-types.ts";

const NEWLINE = 0x0a;

/** The lines of a dataset, in chunks that end anywhere. */
export async function* datasetLines(
  snapshot: Snapshot,
  onEnd: (counts: DatasetCounts) => void,
): AsyncGenerator<Uint8Array> {
  const counts: DatasetCounts = {
    definitions: 0,
    servers: 0,
    crawls: 0,
    tools: 0,
    versions: 0,
    changes: 0,
  };
  yield lineOf({ kind: "dataset", version: DATASET_VERSION });
  for (const kind of RECORD_KINDS) {
    for await (const chunk of snapshot.lines(kind)) {
      counts[COUNT_OF[kind]] += linesIn(chunk);
      yield chunk;
    }
  }
  onEnd(counts);
  yield lineOf({ kind: "end", ...counts });
}

const lineOf = (record: object): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

function linesIn(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
