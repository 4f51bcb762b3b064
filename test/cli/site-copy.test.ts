import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { keepFolder } from "../../cli/_site-copy.ts";

const run = promisify(execFile);

test("pages stay whole when the built site is taken away", async () => {
  const built = await mkdtemp(path.join(tmpdir(), "placard-built-"));
  await mkdir(path.join(built, "chunks"));
  await writeFile(path.join(built, "entry.mjs"), 'export const page = () => import("./chunks/page.mjs");');
  await writeFile(path.join(built, "chunks/page.mjs"), "export const title = 'still here';");
  await writeFile(path.join(built, "chunks/broken.mjs"), 'import "no-such-package";');

  // In a process of its own: the test runner loads modules in another way than Node.
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", PAGE_AFTER_REMOVAL, built]);

  expect(stdout).toBe("still here");
  expect(existsSync(built)).toBe(false);
});

test("a kept folder stays whole, and goes when nobody has asked for it for long", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "placard-kept-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [built, kept] = [path.join(root, "built"), path.join(root, "kept")];
  await mkdir(path.join(built, "server"), { recursive: true });
  await writeFile(path.join(built, "server/entry.mjs"), "one");

  const one = await keepFolder(built, kept, "one");
  await rm(path.join(built, "server/entry.mjs"));
  await writeFile(path.join(built, "server/entry.mjs"), "two");

  expect(await readFile(path.join(one, "server/entry.mjs"), "utf8")).toBe("one");
  expect(await keepFolder(built, kept, "one")).toBe(one);
  expect(await readFile(path.join(one, "server/entry.mjs"), "utf8")).toBe("one");
  await keepFolder(built, kept, "two");
  expect(await readdir(kept)).toEqual(["one", "two"]);
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000);
  await utimes(one, yesterday, yesterday);
  await keepFolder(built, kept, "two");
  expect(await readdir(kept)).toEqual(["one", "two"]);
  const three = await keepFolder(built, kept, "three");
  expect((await readdir(kept)).sort()).toEqual(["three", "two"]);
  expect(await readFile(path.join(three, "server/entry.mjs"), "utf8")).toBe("two");
});

const SITE_COPY = pathToFileURL(path.join(import.meta.dirname, "../../cli/_site-copy.ts")).href;

/** Asks for a page that nobody has asked for before its file was taken away. */
const PAGE_AFTER_REMOVAL = `
import { rm } from "node:fs/promises";
import { loadModules } from "${SITE_COPY}";
const built = process.argv[1];
const entry = await import(built + "/entry.mjs");
await loadModules(built);
await rm(built, { recursive: true });
process.stdout.write((await entry.page()).title);
`;
