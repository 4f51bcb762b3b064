/**
 * `npm run bench:search [-- --large | -- <tools>…]`: how long a page of tools takes to find, in made-up catalogs of 10,000 and
 * 100,000 tools, and of a million with --large; beside it, in the same run, how long the rows of a page take by their keys.
 */
import { type Database, listTools, type ToolFilter } from "../db/index.ts";
import { withCatalog } from "./_catalog.ts";
import { loadCatalog } from "./_load.ts";

const SIZES = [10_000, 100_000, ...(process.argv.includes("--large") ? [1_000_000] : [])];
/** Given as numbers: these instead. */
const given = process.argv.slice(2).map(Number).filter(Number.isInteger);
const ROUNDS = 40;

const SEARCHES: Record<string, ToolFilter> = {
  "no filter": {},
  "one word: invoice": { text: "invoice" },
  "two words: update invoice": { text: "update invoice" },
  "a name: get_invoice": { text: "get_invoice" },
  "beginning: repos": { text: "repos" },
  "short beginning: com": { text: "com" },
  "common: get": { text: "get" },
  "very common: the": { text: "the" },
  "common, rare together: refund sensor": { text: "refund sensor" },
  "words of text: watcher email": { text: "watcher email" },
  "rare: balumsol": { text: "balumsol" },
  "misspelt: delte invoise": { text: "delte invoise", respell: true },
  "typed as one: delteinvoice": { text: "delteinvoice", respell: true },
  "typed as two: del ete invoice": { text: "del ete invoice", respell: true },
  "no hits: qqqqq": { text: "qqqqq", respell: true },
  "no hits: twelve words": {
    text: "qqqqa qqqqb qqqqc qqqqd qqqqe qqqqf qqqqg qqqqh qqqqi qqqqj qqqqk qqqql",
    respell: true,
  },
  risk: { risk: "critical" },
  "facet and category": { facet: "money", category: "Read" },
  "word, risk": { text: "delete", risk: "high" },
  "common word, facet, confidence": { text: "get", facet: "private-data", confidence: 0.9 },
  "conflict, confidence": { conflict: true, confidence: 0.8 },
  "finding, category": { finding: "hidden-characters", category: "Read" },
  "word, conflict, risk": { text: "list", conflict: true, risk: "low" },
};

for (const size of given.length > 0 ? given : SIZES) {
  await withCatalog(async (database) => {
    const load = await loadCatalog(database, size);
    const each = load.ms / load.tools;
    console.log(
      `${size.toLocaleString("en")} tools of ${load.servers.toLocaleString("en")} servers, loaded in ${(load.ms / 1000).toFixed(0)} s (${each.toFixed(2)} ms a tool), ${(load.bytes / 2 ** 20).toFixed(0)} MiB`,
    );
    await measure(database);
  });
}

async function measure(database: Database): Promise<void> {
  const pages: { server: string; name: string }[][] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 10; page++) {
    const { items, nextCursor } = await listTools(database, { text: "get", cursor });
    if (items.length > 0) pages.push(items.map(({ server, name }) => ({ server, name })));
    cursor = nextCursor ?? undefined;
  }
  let turn = 0;
  const base = await timesOf(() => byKey(database, pages[turn++ % pages.length] ?? []));
  print("50 rows by their keys", base, base, "");
  for (const [what, filter] of Object.entries(SEARCHES)) {
    let found = "";
    const times = await timesOf(async () => {
      const { items, count, instead } = await listTools(database, filter);
      found = `${count ?? "many"} found${items.length === 0 ? "" : `, first ${items[0]?.name}`}${instead ? ` for ${instead}` : ""}`;
    });
    print(what, times, base, found);
  }
  const second = await listTools(database, { text: "get" });
  const next = await timesOf(() => listTools(database, { text: "get", cursor: second.nextCursor ?? "" }));
  print("second page of get", next, base, "");
}

/** What a page is made of, as directly as it can be asked for. */
async function byKey({ db }: Database, keys: { server: string; name: string }[]): Promise<unknown> {
  const sql = db.$client;
  return sql`
    select t.*, d.title, d.search, v.confidence, v.summary
    from unnest(${keys.map(({ server }) => server)}::text[], ${keys.map(({ name }) => name)}::text[]) as k (server, name)
    join tools t on t.server = k.server and t.name = k.name
    join definitions d on d.digest = t.digest join verdicts v on v.digest = t.digest and v.rules = t.rules`;
}

/** Milliseconds of each round, sorted; the first rounds warm up and are not counted. */
async function timesOf(run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = -5; round < ROUNDS; round++) {
    const from = performance.now();
    await run();
    if (round >= 0) times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

function print(what: string, times: number[], base: number[], found: string): void {
  const at = (all: number[], share: number) =>
    all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
  const [p50, p99, unit] = [at(times, 0.5), at(times, 0.99), at(base, 0.5)];
  const figures = [`${(p50 / unit).toFixed(1)} ×`, `${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`];
  console.log(`  ${what.padEnd(38)}${figures.map((text) => text.padStart(10)).join("")}  ${found}`);
}
