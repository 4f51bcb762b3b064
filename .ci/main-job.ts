/**
 * The main job, as the README says it: start, wait until the API lists tools of a server crawled in this run, read one
 * of their pages and the policy for it, stop with Ctrl-C. Usage: main-job.ts "<start command>", with PLACARD_HOME at an
 * empty folder.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const LIMIT_MS = 5 * 60_000;
const command = process.argv[2] ?? "npm start";
const port = await freePort();
const origin = `http://127.0.0.1:${port}`;
const began = Date.now();
const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;

const app = spawn("bash", ["-c", command], {
  detached: true,
  env: { ...process.env, PORT: String(port), HOST: "127.0.0.1" },
  stdio: ["ignore", "inherit", "inherit"],
});
const ended = once(app, "exit");

try {
  const tool = await firstTool(app);
  console.log(`${seconds()}: the API lists ${tool.name} of ${tool.server}`);
  const page = await fetch(new URL(tool.url, origin));
  const html = await page.text();
  if (!page.ok || !html.includes(tool.digest))
    throw new Error(`${page.url} answered ${page.status} without the tool's digest`);
  const policy = await fetch(`${origin}/api/v1/policies/${tool.server}`);
  const document = (await policy.json()) as { version?: unknown };
  if (document.version !== "1") throw new Error(`${policy.url} is no policy of version 1`);
  console.log(`${seconds()}: its page and its server's policy are there`);
} catch (error) {
  process.exitCode = 1;
  console.error(`${seconds()}: ${error instanceof Error ? error.message : String(error)}`);
}
await stop();
console.log(`${seconds()}: stopped\n${process.exitCode ? "0 passed, 1 failed" : "1 passed, 0 failed"}`);

/** Ctrl-C, as a terminal sends it: to the whole process group. */
async function stop(): Promise<void> {
  if (!app.pid || app.exitCode !== null) return;
  process.kill(-app.pid, "SIGINT");
  const stopped = await Promise.race([ended, sleep(30_000, undefined, { ref: false })]);
  if (stopped) return;
  process.kill(-app.pid, "SIGKILL");
  process.exitCode = 1;
  console.error("It did not stop within 30 s of Ctrl-C.");
}

interface ListedTool {
  name: string;
  server: string;
  digest: string;
  url: string;
  lastSeen: string;
}

/** Waits for a tool seen since this run began. */
async function firstTool(running: ChildProcess): Promise<ListedTool> {
  while (Date.now() - began < LIMIT_MS) {
    if (running.exitCode !== null) throw new Error(`it ended with exit code ${running.exitCode}`);
    const answer = await fetch(`${origin}/api/v1/tools?limit=1`).catch(() => undefined);
    const list = answer?.ok ? ((await answer.json()) as { items: ListedTool[] }) : undefined;
    const tool = list?.items.find((item) => Date.parse(item.lastSeen) >= began);
    if (tool) return tool;
    await sleep(500);
  }
  throw new Error(`after ${LIMIT_MS / 1000} s the API still lists no tool`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("there is no free port");
  return address.port;
}
