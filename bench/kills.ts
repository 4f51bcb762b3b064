/**
 * `npm run bench:kills [servers] [kills] [seed]`: workers crawl local servers while they are killed at random. Ends with
 * an error when a finished server was lost or a server finished twice.
 */
import { crawlUnderFire } from "../test/cli/_kills.ts";
import { withCatalog } from "./_catalog.ts";

const [servers = 300, kills = 50, seed = 50_300] = process.argv.slice(2).map(Number);

await withCatalog(async (database, home) => {
  const options = { servers, kills, seed, workers: 2, concurrency: 4, pause: 3500, hurry: false };
  const outcome = await crawlUnderFire({
    ...options,
    database,
    home,
    url: "",
    onKill: (number, finished) =>
      console.error(`kill ${number} of ${kills}: ${finished} of ${servers} finished`),
  });
  console.log(
    JSON.stringify(
      { servers, workers: options.workers, concurrency: options.concurrency, ...outcome },
      null,
      2,
    ),
  );
  const { finished, goodCrawls, lost, dead } = outcome;
  if (finished !== servers || goodCrawls !== servers || lost + dead > 0 || outcome.kills < kills)
    process.exitCode = 1;
});
