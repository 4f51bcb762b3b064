import { type Database, ImportError, importCatalog } from "../db/index.ts";
import { datasetLines } from "./_import-lines.ts";
import { LineError, readRecords } from "./_import-records.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";

/** How far an import is. */
export interface ImportProgress {
  /** Records that are in the database. */
  records: number;
  /** Bytes of the file that were read. */
  bytes: number;
}

interface ImportOptions {
  /** Ends the import, also while no input comes. */
  signal: AbortSignal;
  /** Told every few hundred records. */
  onProgress?: (progress: ImportProgress) => void;
  /** Told when all records are there, and what is searched is made of them: a tenth of the time or more. */
  onSearch?: () => void;
  /** Told, in one sentence, when what is read may be long in coming. */
  onWait?: (notice: string) => void;
}

/**
 * Loads a dataset from a file, or from stdin for `-`, into an empty catalog.
 * @throws Failure, one sentence, for what a user can act on, or the signal's reason; then nothing was imported.
 */
export async function importFile(
  database: Database,
  file: string,
  io: Pick<Io, "stdin">,
  { signal, onProgress = () => {}, onSearch, onWait = () => {} }: ImportOptions,
): Promise<void> {
  let bytes = 0;
  const onRead = (read: number) => {
    bytes = read;
  };
  const records = readRecords(datasetLines(file, io, { onRead, onWait, signal }));
  try {
    await importCatalog(database, records, {
      signal,
      onBatch: (count) => onProgress({ records: count, bytes }),
      onSearch,
    });
  } catch (error) {
    throw failureOf(error, `importing ${nameOf(file)}`);
  }
}

export { checkFile } from "./_import-lines.ts";

/** How the file is called in messages. */
export const nameOf = (file: string): string => (file === "-" ? "standard input" : safe(file));

function failureOf(error: unknown, doing: string): unknown {
  if (error instanceof LineError) return new Failure(`${doing}: line ${error.line}: ${ended(error.message)}`);
  if (!(error instanceof ImportError)) return error;
  if (error.why === "full") {
    return new Failure(
      `${doing}: ${error.message}, and a dataset is loaded into an empty one only. Name another data folder with PLACARD_HOME, or another database with DATABASE_URL. Nothing was changed.`,
    );
  }
  const place = error.line === undefined ? "" : `line ${error.line}: `;
  return new Failure(`${doing}: ${place}${ended(error.message)}`);
}

const ended = (problem: string): string => `${brief(problem, 600)}. Nothing was imported.`;
