/**
 * `npm run bench:crawl [stdio servers] [remotes] [servers for memory]`: what a crawl costs beside a bare loop that takes
 * the same steps of the protocol and checks nothing, both in this run, turn by turn; and whether memory stays flat.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import pLimit from "p-limit";
import { commandSource, crawlServer, parseSource } from "../crawler/index.ts";
import { withHome } from "./_catalog.ts";

const [stdioServers = 64, remotes = 800, memoryServers = 2000] = process.argv.slice(2).map(Number);
const SERVER = "test/servers/good.ts";
const ROUNDS = 3;
/** The memory part ends after this long, wherever it is, in milliseconds. */
const MEMORY_TIME = 90_000;

const params = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "bare", version: "1" },
};
/** Over HTTP the newest revision is asked for first, which this server, like most, does not speak. */
const DISCOVER = { jsonrpc: "2.0", id: 0, method: "server/discover" };
const STEPS = [
  { jsonrpc: "2.0", id: 1, method: "initialize", params },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];

await withHome(async (home) => {
  const crawlStdio = () => crawlOne(commandSource([process.execPath, SERVER]), home);
  await compare("stdio, 8 at a time", stdioServers, 8, crawlStdio, bareStdio);
  const remote = fork("bench/_remote.ts");
  try {
    const [port] = (await once(remote, "message")) as [number];
    const url = (i: number) => `http://127.0.0.1:${port}/server-${i}`;
    const crawlRemote = (i: number) => crawlOne(parseSource(url(i)), home);
    await compare("loopback HTTP, 16 at a time", remotes, 16, crawlRemote, (i) => bareRemote(url(i)));
    console.log(`  requests: ${await (await fetch(`http://127.0.0.1:${port}/requests`)).text()}`);
    await watchMemory(memoryServers, crawlRemote);
  } finally {
    remote.kill();
  }
});

type Task = (number: number) => Promise<unknown>;

async function crawlOne(parsed: ReturnType<typeof parseSource>, home: string): Promise<void> {
  if (!parsed.ok) throw new Error(parsed.reason);
  const { source } = parsed;
  const context = { ...(await contextOf()), home };
  for await (const reference of source.list(context)) {
    const { status, reason, tools } = await crawlServer(source, reference, { home });
    if (status !== "ok" || tools.length === 0) throw new Error(reason ?? "no tools");
  }
}

async function contextOf() {
  const { DEFAULT_LIMITS: limits } = await import("../crawler/index.ts");
  const quiet = { onStage: () => {}, onNotice: () => {}, environment: {} };
  return { ...quiet, limits, signal: new AbortController().signal, network: false, unsafeNoSandbox: false };
}

/** Starts it, asks, closes its stdin, and waits for its end. */
async function bareStdio(): Promise<void> {
  const env = { PATH: process.env.PATH };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for (const step of STEPS) {
    child.stdin.write(`${JSON.stringify(step)}\n`);
    if ("id" in step) JSON.parse((await lines.next()).value ?? "");
  }
  child.stdin.end();
  await ended;
}

async function bareRemote(url: string): Promise<void> {
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  for (const step of [DISCOVER, ...STEPS]) {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(step) });
    const text = await answer.text();
    if ("id" in step) JSON.parse(text);
  }
}

/** Takes turns, so that what else the machine does hits both, and prints the median round of each. */
async function compare(
  what: string,
  servers: number,
  parallel: number,
  ours: Task,
  bare: Task,
): Promise<void> {
  const times = { ours: [] as number[], bare: [] as number[] };
  // Not measured: what is loaded once.
  await Promise.all([ours(0), bare(0)]);
  for (let round = 0; round < ROUNDS; round += 1) {
    times.bare.push(await timeOf(servers, parallel, bare));
    times.ours.push(await timeOf(servers, parallel, ours));
  }
  const [mine, theirs] = [median(times.ours), median(times.bare)];
  const each = (time: number) => `${(time / servers).toFixed(2)} ms`;
  const ratio = (mine / theirs).toFixed(2);
  console.log(`${what}, ${servers} servers: ${each(mine)} a server, bare loop ${each(theirs)}: ${ratio} ×`);
}

async function timeOf(servers: number, parallel: number, task: Task): Promise<number> {
  const limit = pLimit(parallel);
  const start = performance.now();
  await Promise.all(Array.from({ length: servers }, (_, i) => limit(() => task(i))));
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Memory after 100 servers and after many more. */
async function watchMemory(servers: number, task: Task): Promise<void> {
  const start = performance.now();
  let done = 0;
  const crawlTo = async (target: number) => {
    while (done < target && performance.now() - start < MEMORY_TIME) {
      const step = Math.min(100, target - done);
      await timeOf(step, 16, (i) => task(done + i));
      done += step;
    }
    global.gc?.();
    return { servers: done, ...process.memoryUsage() };
  };
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  for (const after of [await crawlTo(100), await crawlTo(servers)]) {
    console.log(
      `memory after ${after.servers} servers: ${mib(after.rss)} resident, ${mib(after.heapUsed)} heap`,
    );
  }
}
