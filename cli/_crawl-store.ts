import type { Verdict } from "../classifier/index.ts";
import type { CrawlResult } from "../crawler/index.ts";
import type { Database } from "../db/index.ts";
import { noRoom } from "./_no-room.ts";
import { EXIT } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { safe } from "./render/text.ts";

/**
 * The catalog, opened while the first server is being crawled. When it cannot be opened or written, the results are
 * still printed: one sentence says that they were not stored, and the exit code is 3.
 */
export class CrawlStore {
  readonly #io: Io;
  readonly #opening: Promise<Database | undefined>;

  constructor(io: Io) {
    this.#io = io;
    this.#opening = this.#open();
    // Awaited when there is something to store; until then a rejection is nobody's news.
    this.#opening.catch(() => {});
  }

  async #open(): Promise<Database | undefined> {
    const { openDatabase } = await import("../db/index.ts");
    const opened = await openDatabase({
      home: placardHome(this.#io.env),
      url: this.#io.env.DATABASE_URL,
      onNotice: (notice) => this.#io.note(`placard: ${notice}`),
    });
    if (opened.ok) return opened.database;
    this.#io.note(`placard: nothing is stored: ${opened.reason}`);
    this.#io.exit(EXIT.failure);
    return undefined;
  }

  async add(result: CrawlResult, verdicts: Verdict[]): Promise<void> {
    const database = await this.#opening;
    if (!database) return;
    const { RefusedError, storeCrawl } = await import("../db/index.ts");
    try {
      if (!(await mayStore(database, result))) {
        this.#io.note(
          `placard: ${safe(result.server)} is not put into the catalog: nothing shows that it exists.`,
        );
        return;
      }
      await storeCrawl(database, result, verdicts);
    } catch (error) {
      if (error instanceof RefusedError) {
        this.#io.note(`placard: ${safe(error.message)}`);
        this.#io.exit(EXIT.failure);
        return;
      }
      const code = databaseCode(error);
      if (code === undefined) throw error;
      const advice = noRoom(error) ? "Make room, and crawl it again" : "Try again when the database answers";
      this.#io.note(
        `placard: storing the tools of ${safe(result.server)} in ${database.description} failed (${noRoom(error) ?? safe(code)}); nothing of this crawl is stored. ${advice}.`,
      );
      this.#io.exit(EXIT.failure);
    }
  }

  async close(): Promise<void> {
    const database = await this.#opening.catch(() => undefined);
    await database?.close();
  }
}

/**
 * Whether a crawl belongs into the catalog: every answer does, and a failure when there is such a server. A misspelt
 * name is not one: a failed crawl of a server that the catalog does not know is stored only when the package was
 * installed, the program started, the server spoke, or a registry lists it.
 */
export async function mayStore(database: Database, crawl: CrawlResult): Promise<boolean> {
  if (crawl.status === "ok" || crawl.status === "needs-authorization" || wasThere(crawl)) return true;
  const { getServer } = await import("../db/index.ts");
  return (await getServer(database, crawl.server)) !== undefined;
}

/** Recorded lists have launch conditions whether the file is there or not, and so have addresses. */
function wasThere({ package: installed, launch, serverInfo, registryEntry, raw }: CrawlResult): boolean {
  const named = installed ?? serverInfo ?? registryEntry;
  return named !== undefined || launch?.transport === "stdio" || raw.length > 0;
}

/** The code of an error that the database or the connection to it gave; undefined for a bug of ours. */
function databaseCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
  }
  return undefined;
}
