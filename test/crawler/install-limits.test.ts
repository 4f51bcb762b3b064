import { mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measureFolder } from "../../crawler/_folder-size.ts";
import { crawlTyped } from "./_crawl.ts";
import { type Registry, startRegistry } from "./_registry.ts";

let registry: Registry;
let home: string;
const saved = { ...process.env };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "placard-test-"));
  const manifest = { version: "1.0.0", bin: "./index.js" };
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`files/${i}.txt`, "x"]));
  registry = await startRegistry([
    { manifest: { name: "heavy", ...manifest }, files: { "index.js": "x".repeat(3 * 1024 * 1024) } },
    { manifest: { name: "crumbs", ...manifest }, files: { "index.js": "", ...many } },
  ]);
  process.env.npm_config_registry = registry.url;
  process.env.npm_config_userconfig = "/nonexistent/npmrc";
});

afterAll(async () => {
  registry.close();
  process.env = saved;
  await rm(home, { recursive: true, force: true });
});

test.each(["heavy", "crumbs"])("%s: a package over the limit is not kept, and told of", async (name) => {
  const limits = { installBytes: 2 * 1024 * 1024, installFiles: 200 };
  const { status, reason } = await crawlTyped(`npm:${name}@1.0.0`, { home, limits, unsafeNoSandbox: true });
  expect(status).toBe("failed");
  expect(reason).toBe(
    `Installing npm:${name}@1.0.0: with its dependencies it takes more than 2 MiB or 200 files, our limit. A server of that size is of little use; report it to the package's author.`,
  );
  expect(readdirSync(join(home, "cache", "npm"))).toEqual([]);
});

test("measuring stops where the limit is passed", async () => {
  const { files } = await measureFolder(join(home, "cache", "npm-cache"), Number.POSITIVE_INFINITY, 3);
  expect(files).toBe(4);
});
