import { readContact } from "./_contact.ts";
import { readCorrections } from "./_corrections.ts";
import type { CrawlCommandOptions } from "./_crawl-options.ts";
import { withQueue } from "./_queue-open.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";
import { type AttemptEnd, runWorker } from "./worker.ts";

/** `placard crawl --worker`: crawls what is in the queue until it is stopped. */
export async function workQueue(options: CrawlCommandOptions, io: Io): Promise<void> {
  const { concurrency, delay, untilEmpty = false, unsafeNoSandbox = false, quiet = false } = options;
  const contact = readContact(options.contact, io.env);
  const corrections = await readCorrections(io.env);
  const note = (line: string) => quiet || io.note(line);
  await withQueue(io, true, (database, queue) =>
    runWorker(database, queue, {
      home: placardHome(io.env),
      signal: io.signal(),
      concurrency,
      hostDelay: delay * 1000,
      untilEmpty,
      unsafeNoSandbox,
      contact,
      corrections,
      onEnd: (end) => note(renderEnd(end)),
      onTrouble: (sentence) => io.note(`placard: ${brief(sentence, 500)}`),
    }),
  );
}

function renderEnd({ server, outcome, reason, tools, duration }: AttemptEnd): string {
  const words = {
    ok: `${tools} ${tools === 1 ? "tool" : "tools"}`,
    fresh: "fresh, left alone",
    lapsed: "another worker has it now",
    failed: "failed",
    skipped: "skipped",
    "needs-authorization": "needs authorization",
  };
  const why = reason === undefined ? "" : `: ${brief(reason, 300)}`;
  return `${safe(server)}: ${words[outcome]} (${(duration / 1000).toFixed(1)} s)${why}`;
}
