import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Database, openDatabase } from "../db/index.ts";

/** Runs a benchmark with a data folder of its own, which is removed afterwards. */
export async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), "placard-bench-"));
  try {
    await use(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs a benchmark on an empty catalog of its own. */
export async function withCatalog(use: (database: Database, home: string) => Promise<void>): Promise<void> {
  await withHome(async (home) => {
    const opened = await openDatabase({ home });
    if (!opened.ok) throw new Error(opened.reason);
    try {
      await use(opened.database, home);
    } finally {
      await opened.database.close();
    }
  });
}
