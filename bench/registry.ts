/**
 * `npm run bench:registry [entries] [live] [changed] [seconds]`: syncs a registry on this machine through the queue,
 * changes some of its entries and syncs it again. Ends with an error when the first sync left something out or the second
 * fetched anything but what changed. The workers stop after the given seconds.
 */
import { startSimulator, syncRegistry } from "../test/cli/_sync.ts";
import { withCatalog } from "./_catalog.ts";

const [entries = 28_000, live = 500, changed = 50, seconds = 600] = process.argv.slice(2).map(Number);

await withCatalog(async (database, home) => {
  const simulator = await startSimulator(entries, live);
  try {
    const options = {
      database,
      home,
      url: "",
      concurrency: 8,
      signal: AbortSignal.timeout(seconds * 1000),
    };
    const first = await syncRegistry(simulator.url, options);
    console.log(`first sync, ${entries} entries, ${live} with a server behind them`);
    console.log(JSON.stringify(first, null, 2));
    check("entries listed", first.registry.listed, entries);
    check("entries through the queue", total(first.outcomes), entries);
    check("servers crawled", first.outcomes.ok ?? 0, live);

    await simulator.change(changed);
    const second = await syncRegistry(simulator.url, options, first.updatedSince);
    console.log(`second sync, ${changed} entries changed`);
    console.log(JSON.stringify(second, null, 2));
    check("entries listed", second.registry.listed, changed);
    check("entries through the queue", total(second.outcomes), changed);
    check("servers asked", second.registry.live, Math.ceil(changed / 5));
  } finally {
    simulator.close();
  }
});

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function check(what: string, got: number, wanted: number): void {
  console.log(`${what}: ${got}${got === wanted ? "" : `, and it should be ${wanted}`}`);
  if (got !== wanted) process.exitCode = 1;
}
