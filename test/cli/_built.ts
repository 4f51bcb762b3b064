import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { classify, type ToolDefinition } from "../../classifier/index.ts";
import { type Database, storeCrawl } from "../../db/index.ts";
import { openTestCatalog } from "../database.ts";
import { crawlOf } from "../db/_catalog.ts";
import { placard, type Ran } from "./_run.ts";

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "placard-build-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A catalog of the running test's own, and building it. */
export interface Catalog {
  database: Database;
  store(server: string, tools: ToolDefinition[]): Promise<void>;
  build(...args: string[]): Promise<Ran>;
}

export async function openCatalog(): Promise<Catalog> {
  const { database, url } = await openTestCatalog();
  return {
    database,
    async store(server, tools) {
      const crawl = crawlOf(tools, {
        server,
        source: `file:${server}.json`,
        startedAt: new Date().toISOString(),
      });
      await storeCrawl(
        database,
        crawl,
        tools.map((tool) => classify(tool)),
      );
    },
    build: (...args) => placard(["build", ...args], { env: { DATABASE_URL: url } }),
  };
}

/** All files of a folder with their texts, by path with `/`. */
export async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = await Promise.all(
    files.map(async (file) => [path.relative(folder, file), await readFile(file, "utf8")] as const),
  );
  return new Map(read.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a plain static host answers with: the file of that name, or the index.html of the folder. */
export function fileAt(files: ReadonlyMap<string, string>, address: string): string | undefined {
  const name = decodeURIComponent(address.replace(/[?#].*$/, "")).replace(/^\//, "");
  if (files.has(name)) return name;
  const index = `${name.replace(/\/$/, "")}/index.html`.replace(/^\//, "");
  return files.has(index) ? index : undefined;
}

/** The addresses that a page links to, loads or sends forms to, as a browser reads them. */
export function addressesOf(html: string): string[] {
  return [...html.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, address = ""]) =>
    address.replaceAll(/&#38;|&amp;/g, "&"),
  );
}
