import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import {
  type CrawlOptions,
  type CrawlResult,
  commandSource,
  crawl,
  parseSource,
  type SourceOptions,
} from "../../crawler/index.ts";

/** Path of a small server of ours. */
export const serverPath = (name: string): string =>
  fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url));

/** A data folder that goes away with the test. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), "placard-test-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

/** Crawls one of our small servers with the Node that runs the tests. */
export function crawlServerNamed(
  name: string,
  args: string[] = [],
  options: Partial<CrawlOptions> = {},
): Promise<CrawlResult> {
  return crawlParsed(commandSource([process.execPath, serverPath(name), ...args]), options);
}

/** Crawls a source as a user types it. */
export function crawlTyped(
  argument: string,
  options: Partial<CrawlOptions> = {},
  sourceOptions: SourceOptions = {},
): Promise<CrawlResult> {
  return crawlParsed(parseSource(argument, sourceOptions), options);
}

async function crawlParsed(
  parsed: ReturnType<typeof parseSource>,
  options: Partial<CrawlOptions>,
): Promise<CrawlResult> {
  if (!parsed.ok) throw new Error(parsed.reason);
  for await (const result of crawl(parsed.source, { home: temporaryHome(), ...options })) return result;
  throw new Error("the source lists no server");
}

export const names = (result: CrawlResult): string[] => result.tools.map(({ name }) => name);

/** Processes whose command line holds a text. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}
