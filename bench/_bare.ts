/** What a crawl is measured against: loops that take the steps of the protocol as the crawl does, and check nothing. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";

const params = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "bare", version: "1" },
};
const STEPS = [
  { jsonrpc: "2.0", id: 1, method: "initialize", params },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];
/** A remote is asked for the newest revision first, which this server, like most, does not speak. */
const REMOTE_STEPS = [{ jsonrpc: "2.0", id: 0, method: "server/discover" }, ...STEPS];

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/**
 * Starts a program, asks, closes its stdin, waits for its end, and ends what is left of its group. The group is a
 * session of its own, as a crawl's is: Linux shares the processors out by session where autogroups are on (sched(7)).
 */
export async function bareStdio(command: string[]): Promise<void> {
  const [file = "", ...args] = command;
  const env = { PATH: process.env.PATH };
  const child = spawn(file, args, { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  child.stderr.resume();
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for (const step of STEPS) {
    child.stdin.write(`${JSON.stringify(step)}\n`);
    if ("id" in step) JSON.parse((await lines.next()).value ?? "");
  }
  child.stdin.destroy();
  await ended;
  endGroup(child);
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}

/** With `fetch`, which keeps its connections for the next server at the same address. */
export async function bareFetch(url: string): Promise<void> {
  for (const step of REMOTE_STEPS) {
    const answer = await fetch(url, { method: "POST", headers: HEADERS, body: JSON.stringify(step) });
    const text = await answer.text();
    if ("id" in step) JSON.parse(text);
  }
}

/** With node:http, the least there is: one connection a server, as servers elsewhere need one each. */
export async function bareHttp(url: string): Promise<void> {
  const agent = new http.Agent({ keepAlive: true });
  for (const step of REMOTE_STEPS) {
    const text = await post(url, JSON.stringify(step), agent);
    if ("id" in step) JSON.parse(text);
  }
  agent.destroy();
}

function post(url: string, body: string, agent: http.Agent): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { ...HEADERS, "content-length": Buffer.byteLength(body) };
  const request = http.request(url, { method: "POST", headers, agent }, (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    answer.on("end", () => resolve(text));
  });
  request.on("error", reject).end(body);
  return promise;
}
