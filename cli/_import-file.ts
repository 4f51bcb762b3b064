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

/**
 * Loads a dataset from a file, or from stdin for `-`, into an empty catalog.
 * @param onProgress told every few hundred records; what it throws ends the import.
 * @throws Failure, one sentence, for what a user can act on; then nothing was imported.
 */
export async function importFile(
  database: Database,
  file: string,
  io: Pick<Io, "stdin">,
  onProgress: (progress: ImportProgress) => void = () => {},
): Promise<void> {
  let bytes = 0;
  const lines = datasetLines(file, io, (read) => {
    bytes = read;
  });
  try {
    await importCatalog(database, readRecords(lines), (records) => onProgress({ records, bytes }));
  } catch (error) {
    throw failureOf(error, `importing ${nameOf(file)}`);
  }
}

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
