// Crawls one server of the zoo and prints how it came out and the most memory this process ever had: `_peak.ts <home> <file> <args…>`.
import { readFileSync } from "node:fs";
import { commandSource, crawl } from "../../crawler/index.ts";

const [, , home = "", file = "", ...args] = process.argv;
const server = new URL(`../servers/${file}.ts`, import.meta.url).pathname;
const parsed = commandSource([process.execPath, server, ...args]);
if (!parsed.ok) throw new Error(parsed.reason);
for await (const { status, tools } of crawl(parsed.source, { home, limits: { stopMs: 300 } })) {
  // Not resourceUsage(): that begins with what our parent had when it forked us.
  const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
  console.log(JSON.stringify({ status, tools: tools.length, peakMiB: Math.round(Number(peak) / 1024) }));
}
