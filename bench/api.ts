/**
 * `npm run bench:api [-- <tools> <more tools>]`: what the API costs in a small made-up catalog and in a large one (10,000
 * and 100,000 tools, unless told; 10000 1000000 for the whole), both served at the same time and asked turn by turn, so that
 * what else the machine does hits both. Prints p99 of lists and single tools, how many more conditional GETs than full ones
 * are answered, and the rate of the export beside that of COPY.
 */
import { apiToolUrl } from "../site/src/lib/addresses.ts";
import { type Served, serveCatalog, startLoad } from "./_api-load.ts";
import { serveBare } from "./_bare-answers.ts";
import { withCatalog } from "./_catalog.ts";
import { compareExport } from "./_export-rate.ts";
import { loadCatalog } from "./_load.ts";
import { median } from "./_median.ts";

const [small = 10_000, large = 100_000] = process.argv.slice(2).map(Number).filter(Number.isInteger);
/** Addresses of a kind. */
const ADDRESSES = 1_000;
const PAGES = 200;
const TURNS = 3;
const TURN_MS = 3_000;
const WARM_MS = 3_000;

interface Measured {
  tools: number;
  served: Served;
  kinds: Map<string, string[]>;
}

await withSize(small, (few) => withSize(large, (many) => measure(few, many)));

async function withSize(tools: number, use: (measured: Measured) => Promise<void>): Promise<void> {
  await withCatalog(async (database) => {
    const { ms, bytes } = await loadCatalog(database, tools);
    console.log(
      `${tools.toLocaleString("en")} tools loaded in ${(ms / 1000).toFixed(0)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB`,
    );
    const served = await serveCatalog(database);
    try {
      await use({ tools, served, kinds: await addresses(served) });
    } finally {
      await served.close();
    }
  });
}

async function measure(few: Measured, many: Measured): Promise<void> {
  const load = startLoad();
  try {
    console.log("p99 in milliseconds, median of the turns; nothing is kept");
    for (const [kind, paths] of few.kinds) {
      const sides = [
        { paths, port: few.served.port, p99: [] as number[] },
        { paths: many.kinds.get(kind) ?? [], port: many.served.port, p99: [] as number[] },
      ] as const;
      for (const { paths, port } of sides) await load.run({ paths, port, ms: WARM_MS });
      for (let turn = 0; turn < TURNS; turn += 1) {
        for (const { paths, port, p99 } of sides)
          p99.push((await load.run({ paths, port, ms: TURN_MS })).p99);
      }
      const [at, than] = [median(sides[1].p99), median(sides[0].p99)];
      console.log(
        `  ${kind.padEnd(34)}${than.toFixed(1).padStart(8)}${at.toFixed(1).padStart(8)}   ${(at / than).toFixed(2)} × (target 1.5)`,
      );
    }
    console.log(
      "answers a second: full ones made anew, full ones as served (kept where they are), conditional ones",
    );
    const { port, keptPort } = many.served;
    for (const [kind, all] of many.kinds) {
      const paths = all.slice(0, 100);
      const tags = await tagsOf(keptPort, paths);
      const rates = { anew: [] as number[], served: [] as number[], conditional: [] as number[] };
      for (let turn = 0; turn < TURNS; turn += 1) {
        rates.anew.push((await load.run({ paths, port, ms: TURN_MS / 2 })).rate);
        rates.served.push((await load.run({ paths, port: keptPort, ms: TURN_MS / 2 })).rate);
        rates.conditional.push((await load.run({ paths, port: keptPort, tags, ms: TURN_MS / 2 })).rate);
      }
      const over = (full: number[]) =>
        median(rates.conditional.map((rate, turn) => rate / (full[turn] ?? 0)));
      const figures = Object.values(rates).map((each) => median(each).toFixed(0).padStart(8));
      console.log(
        `  ${kind.padEnd(34)}${figures.join("")}   ${over(rates.anew).toFixed(1)} × made anew, ${over(rates.served).toFixed(1)} × as served (target 3)`,
      );
    }
    await compareBare(keptPort, many.kinds.get("one tool") ?? [], load);
    await compareExport(many.served, many.tools);
  } finally {
    load.stop();
  }
}

/** Prints what full and conditional answers that are kept cost beside Node's own HTTP, which answers the same bytes. */
async function compareBare(
  keptPort: number,
  [path = "/"]: string[],
  load: ReturnType<typeof startLoad>,
): Promise<void> {
  const bare = await serveBare(`http://127.0.0.1:${keptPort}${path}`);
  const paths = [path];
  const tags = await tagsOf(keptPort, paths);
  const rates = {
    full: [] as number[],
    known: [] as number[],
    bareFull: [] as number[],
    bareKnown: [] as number[],
  };
  const rate = async (port: number, more: { tags?: string[] } = {}) =>
    (await load.run({ paths, port, ms: TURN_MS / 2, ...more })).rate;
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const turns = {
      full: await rate(keptPort),
      known: await rate(keptPort, { tags }),
      bareFull: await rate(bare.port),
      bareKnown: await rate(bare.port, { tags }),
    };
    // The first one warms up.
    if (turn > 0)
      for (const [kind, all] of Object.entries(rates)) all.push(turns[kind as keyof typeof turns]);
  }
  bare.close();
  const over = (all: number[], than: number[]) =>
    median(all.map((one, turn) => one / (than[turn] ?? 0))).toFixed(2);
  console.log(
    `one tool that is kept: full ${over(rates.full, rates.bareFull)} × a bare Node server that sends the same bytes, conditional ${over(rates.known, rates.bareKnown)} ×`,
  );
  console.log(
    `  bare conditional is ${over(rates.bareKnown, rates.bareFull)} × bare full (${median(rates.bareKnown).toFixed(0)} and ${median(rates.bareFull).toFixed(0)} a second): no more is to be had of Node's HTTP`,
  );
}

async function tagsOf(port: number, paths: string[]): Promise<string[]> {
  const tags: string[] = [];
  for (const path of paths) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { "accept-encoding": "identity" },
    });
    await answer.arrayBuffer();
    tags.push(answer.headers.get("etag") ?? "");
  }
  return tags;
}

/** Addresses of each kind, spread over the catalog. */
async function addresses({ database, port }: Served): Promise<Map<string, string[]>> {
  const sql = database.db.$client;
  const rows = await sql<{ server: string; name: string }[]>`
    select server, name from tools where gone_since is null order by md5(server || name) limit ${ADDRESSES}`;
  return new Map([
    ["one tool", rows.map(({ server, name }) => apiToolUrl(server, name))],
    ["list", await pagesOf(port, {})],
    ["list, worst first", await pagesOf(port, { sort: "-risk" })],
    ["list, risk=critical", await pagesOf(port, { risk: "critical" })],
    [
      "list of a server",
      rows.slice(0, 500).map(({ server }) => `/api/v1/tools?server=${encodeURIComponent(server)}`),
    ],
  ]);
}

/** The first pages of a list, as whoever walks it asks for them. */
async function pagesOf(port: number, query: Record<string, string>): Promise<string[]> {
  const paths: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/api/v1/tools?${new URLSearchParams({ limit: "50", ...query, ...(cursor ? { cursor } : {}) })}`;
    paths.push(path);
    const answer: Response = await fetch(`http://127.0.0.1:${port}${path}`);
    cursor = ((await answer.json()) as { nextCursor: string | null }).nextCursor;
  } while (cursor && paths.length < PAGES);
  return paths;
}
