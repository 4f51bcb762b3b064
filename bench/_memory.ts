/**
 * A process that only crawls: `_memory.ts <home> <port> <servers>…` crawls remotes, 16 at a time, and prints what it has
 * and ever had of memory each time it has crawled so many.
 */
import { readFileSync } from "node:fs";
import pLimit from "p-limit";
import { crawlRemote } from "./_crawl-one.ts";

const [home = "", port, ...targets] = process.argv.slice(2);
const limit = pLimit(16);
let done = 0;
for (const target of targets.map(Number)) {
  // A hundred at a time, so that what is counted is not the queue.
  while (done < target) {
    const from = done;
    done = Math.min(target, from + 100);
    const numbers = Array.from({ length: done - from }, (_, i) => from + i);
    await Promise.all(numbers.map((i) => limit(() => crawlRemote(Number(port), i, home))));
  }
  global.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  console.log(
    `memory after ${done} servers: ${mib(rss)} resident (at most ${mib(peak())}), ${mib(heapUsed)} heap in use`,
  );
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

/** Not resourceUsage(), where the system says better: that begins with what the parent had. */
function peak(): number {
  try {
    return 1024 * Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
