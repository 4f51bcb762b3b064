/**
 * `npm run bench:crawl [stdio servers] [remotes] [servers for memory]`: what a crawl costs beside bare loops that take
 * the same steps of the protocol and check nothing, all in this run, turn by turn; and whether memory stays flat.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import pLimit from "p-limit";
import { commandSource, findSandbox } from "../crawler/index.ts";
import { bareFetch, bareHttp, bareStdio } from "./_bare.ts";
import { withHome } from "./_catalog.ts";
import { crawlOne, crawlRemote, urlOf } from "./_crawl-one.ts";
import { median } from "./_median.ts";

const [stdioServers = 160, remotes = 6000, memoryServers = 5000] = process.argv.slice(2).map(Number);
const COMMAND = [process.execPath, "test/servers/good.ts"];

type Task = (number: number) => Promise<void>;

await withHome(async (home) => {
  const { level } = await findSandbox();
  const stdio = { servers: stdioServers, parallel: 8, turns: 5 };
  await compare(`stdio (sandbox: ${level})`, stdio, () => crawlOne(commandSource(COMMAND), home), {
    "bare loop": () => bareStdio(COMMAND),
  });
  const remote = fork("bench/_remote.ts");
  try {
    const [port] = (await once(remote, "message")) as [number];
    const http = { servers: remotes, parallel: 16, turns: 40 };
    await compare("loopback HTTP", http, (i) => crawlRemote(port, i, home), {
      "bare loop of node:http": (i) => bareHttp(urlOf(port, i)),
      "bare loop of fetch": (i) => bareFetch(urlOf(port, i)),
    });
    console.log(`  requests: ${await (await fetch(`http://127.0.0.1:${port}/requests`)).text()}`);
    const targets = [100, 1000, memoryServers].map(String);
    await once(fork("bench/_memory.ts", [home, String(port), ...targets]), "exit");
  } finally {
    remote.kill();
  }
});

/**
 * Takes many short turns, so that what else the machine does hits all alike, and prints the median turn of each and the
 * median of how many times longer our turn took than the bare loop's beside it.
 */
async function compare(
  what: string,
  { servers, parallel, turns }: { servers: number; parallel: number; turns: number },
  ours: Task,
  bare: Record<string, Task>,
): Promise<void> {
  const tasks = Object.entries({ crawl: ours, ...bare });
  const times = new Map<string, Time[]>(tasks.map(([name]) => [name, []]));
  // The first turn is not counted: what is loaded and compiled once.
  for (let turn = 0; turn <= turns; turn++) {
    for (const [name, task] of tasks) {
      const time = await timeOf(Math.ceil(servers / turns), parallel, task);
      if (turn > 0) times.get(name)?.push(time);
    }
  }
  console.log(`${what}, ${parallel} at a time, ${servers} servers in ${turns} turns, ms a server:`);
  const crawl = times.get("crawl") ?? [];
  for (const [name, own] of times) {
    const clock = median(own.map((time) => time.clock));
    const processor = median(own.map((time) => time.processor));
    const ratio = median(own.map((time, turn) => (crawl[turn]?.clock ?? 0) / time.clock));
    const compared = name === "crawl" ? "" : `; the crawl takes ${ratio.toFixed(2)} × the time`;
    console.log(`  ${name}: ${clock.toFixed(2)}, ${processor.toFixed(2)} of the processor${compared}`);
  }
}

/** Milliseconds a server: by the clock, and of a processor by this process alone. */
interface Time {
  clock: number;
  processor: number;
}

async function timeOf(servers: number, parallel: number, task: Task): Promise<Time> {
  const limit = pLimit(parallel);
  const [start, used] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: servers }, (_, i) => limit(() => task(i))));
  const { user, system } = process.cpuUsage(used);
  return { clock: (performance.now() - start) / servers, processor: (user + system) / 1000 / servers };
}
