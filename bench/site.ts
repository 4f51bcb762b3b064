/**
 * `npm run bench:site [tools] [live | static]`: how fast the live site answers for tool pages (`_live.ts`); then builds
 * the static site of a made-up catalog, again when nothing has changed, and again when one server has. Prints tool pages
 * a second, seconds and the most memory the process had; the baseline is a loop that writes as many files of the same
 * sizes and makes nothing.
 */
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeFiles } from "../cli/_build-output.ts";
import { runBuild } from "../cli/_build-run.ts";
import { readCorrections } from "../cli/_corrections.ts";
import { buildSite } from "../cli/_site-build.ts";
import { withCatalog } from "./_catalog.ts";
import { measureLive } from "./_live.ts";
import { loadCatalog } from "./_load.ts";

const [count = "100000", part] = process.argv.slice(2);
const tools = Number(count);
const folder = await mkdtemp(path.join(tmpdir(), "placard-bench-site-"));
const corrections = await readCorrections({});
const signal = new AbortController().signal;

try {
  await withCatalog(async (database, home) => {
    const { servers } = await loadCatalog(database, tools);
    if (part !== "static") await measureLive(database);
    if (part === "live") return;
    await buildSite({ signal, onBuild: () => {} });
    const build = async (what: string) => {
      const [from, cpu] = [performance.now(), process.cpuUsage()];
      const built = await runBuild({ folder, base: "", home, corrections, signal, note: () => {} });
      const { user, system } = process.cpuUsage(cpu);
      const seconds = (performance.now() - from) / 1000;
      console.log(
        `${what}: ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor), ${built.made} of ${built.servers} servers, ${built.written} of ${built.files} files written`,
      );
      return { ...built, seconds };
    };
    const first = await build(`${tools} tools of ${servers} servers`);
    console.log(
      `${Math.round(first.tools / first.seconds)} tool pages a second, with all that belongs to them`,
    );
    const files = await sizesIn(folder);
    const bare = writeBare(files, path.join(folder, "..", `${path.basename(folder)}-bare`));
    console.log(
      `the same files without making them: ${bare.toFixed(1)} s, ratio ${(first.seconds / bare).toFixed(1)}`,
    );
    await build("nothing changed");
    await database.db.$client`update servers set last_seen = now() where id = (select min(id) from servers)`;
    await build("one server changed");
  });
  const peak = /^VmHWM:\s*(\d+) kB/m.exec(await readFile("/proc/self/status", "latin1").catch(() => ""))?.[1];
  if (peak) console.log(`memory: at most ${Math.round(Number(peak) / 1024)} MiB`);
} finally {
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}-bare`, { recursive: true, force: true });
}

async function sizesIn(root: string): Promise<{ file: string; size: number }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const full = path.join(entry.parentPath, entry.name);
        return { file: path.relative(root, full), size: (await stat(full)).size };
      }),
  );
}

/** Seconds to write files of these sizes, on one core. */
function writeBare(files: { file: string; size: number }[], into: string): number {
  const from = performance.now();
  const known = new Set<string>();
  for (const { file, size } of files) writeFiles(into, [{ file, body: Buffer.alloc(size, 120) }], known);
  return (performance.now() - from) / 1000;
}
