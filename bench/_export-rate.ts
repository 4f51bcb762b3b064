/** How fast the export is beside COPY of what it is made of. */
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Served } from "./_api-load.ts";
import { median } from "./_median.ts";

const TURNS = 3;
const EXPORT = "/api/v1/export.jsonl.gz";
/** The columns an export is made of, of all tools with their definitions and verdicts. */
const ROWS = `copy (
  select t.*, d.body as definition, v.body as verdict, v.summary, v.confidence
  from tools t join definitions d on d.digest = t.digest join verdicts v on v.digest = t.digest and v.rules = t.rules
) to stdout`;

/** Prints tools a second of both, and the ratio, also for the same export asked for again; says so where there is none. */
export async function compareExport({ port, database }: Served, tools: number): Promise<void> {
  const times = { made: [] as number[], again: [] as number[], copied: [] as number[] };
  const sql = database.db.$client;
  const url = `http://127.0.0.1:${port}${EXPORT}`;
  for (let turn = 0; turn < TURNS; turn += 1) {
    // Another catalog each time: what was made of the one before is kept.
    await sql`update servers set last_seen = last_seen + interval '1 second' where id = (select min(id) from servers)`;
    const made = await timed(() => readAll(url));
    if (!made.done) return console.log(`no export: ${EXPORT} has nothing`);
    times.made.push(made.ms);
    times.again.push((await timed(() => readAll(url))).ms);
    const swallow = new Writable({ write: (_chunk, _coding, done) => done() });
    times.copied.push((await timed(async () => pipeline(await sql.unsafe(ROWS).readable(), swallow))).ms);
  }
  const rate = (all: number[]) => Math.round((tools / median(all)) * 1_000).toLocaleString("en");
  const ratio = (all: number[]) => median(times.copied.map((ms, turn) => ms / (all[turn] ?? 0))).toFixed(2);
  console.log(
    `tools a second: COPY ${rate(times.copied)}, export made ${rate(times.made)}, again ${rate(times.again)}`,
  );
  console.log(`  export is ${ratio(times.made)} × COPY (target 0.5), again ${ratio(times.again)} ×`);
}

async function timed<Result>(run: () => Promise<Result>): Promise<{ ms: number; done: Result }> {
  const begun = performance.now();
  const done = await run();
  return { ms: performance.now() - begun, done };
}

async function readAll(url: string): Promise<number | undefined> {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) return undefined;
  let bytes = 0;
  for await (const chunk of answer.body) bytes += (chunk as Uint8Array).length;
  return bytes;
}
