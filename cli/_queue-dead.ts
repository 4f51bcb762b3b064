import type { CrawlCommandOptions } from "./_crawl-options.ts";
import { withQueue } from "./_queue-open.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";

/** `placard crawl --dead`: the crawls that were given up. */
export async function listDead({ json }: CrawlCommandOptions, io: Io): Promise<void> {
  await withQueue(io, false, async (_database, queue) => {
    const dead = await queue.dead();
    if (json) {
      for (const job of dead) await io.out(`${JSON.stringify(job)}\n`);
      return;
    }
    if (dead.length === 0) await io.out("No crawl was given up.\n");
    for (const { server, reason, attempts, diedAt } of dead) {
      await io.out(
        `${safe(server)}\n  given up ${diedAt} after ${attempts} attempts: ${brief(reason, 500)}\n`,
      );
    }
  });
}
