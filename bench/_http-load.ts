/** Asks a server as fast as it answers, in a process of its own: `fork` it, send an Order, get a Report. */
import { Agent, get } from "node:http";

/** What is to be asked. */
export interface Order {
  port: number;
  paths: string[];
  /** If-None-Match of each path: all must then be answered with 304. */
  tags?: string[];
  connections: number;
  /** Milliseconds. */
  ms: number;
}

export interface Report {
  /** Answers a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers with another status than 200, or than 304 where tags were sent. */
  failed: number;
  /** Of all bodies. */
  bytes: number;
}

process.on("message", async (order: Order) => process.send?.(await load(order)));

async function load({ port, paths, tags, connections, ms }: Order): Promise<Report> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let [next, failed, bytes] = [0, 0, 0];
  const from = performance.now();
  const expected = tags ? 304 : 200;
  const ask = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const begun = performance.now();
      const path = paths[index] ?? "/";
      const headers = tags ? { "if-none-match": tags[index] } : {};
      get({ port, path, agent, headers, host: "127.0.0.1" }, (response) => {
        if (response.statusCode !== expected) failed += 1;
        response.on("data", ({ length }: Buffer) => {
          bytes += length;
        });
        response.on("end", () => {
          times.push(performance.now() - begun);
          resolve();
        });
      }).on("error", reject);
    });
  const reader = async () => {
    while (performance.now() - from < ms) await ask(next++ % paths.length);
  };
  await Promise.all(Array.from({ length: connections }, reader));
  const seconds = (performance.now() - from) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? Number.NaN;
  return { rate: times.length / seconds, p50: at(0.5), p99: at(0.99), failed, bytes };
}
