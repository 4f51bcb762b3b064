import { type Database, openDatabase, openQueue, type Queue } from "../db/index.ts";
import { Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";

/**
 * Opens the catalog and its queue for the time of `use`, and closes both whatever happens.
 * @param works true for a worker, which also looks after the jobs of workers that died.
 * @throws Failure when the catalog cannot be opened.
 */
export async function withQueue(
  io: Io,
  works: boolean,
  use: (database: Database, queue: Queue) => Promise<void>,
): Promise<void> {
  const opened = await openDatabase({
    home: placardHome(io.env),
    url: io.env.DATABASE_URL,
    onNotice: (notice) => io.note(`placard: ${notice}`),
  });
  if (!opened.ok) throw new Failure(opened.reason);
  const { database } = opened;
  try {
    const queue = await openQueue(database, { works });
    try {
      await use(database, queue);
    } finally {
      await queue.close();
    }
  } finally {
    await database.close();
  }
}
