import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadModules, ownCopy } from "../../cli/_site-copy.ts";

test("what is served stays whole when the built site is taken away", async () => {
  const built = await mkdtemp(path.join(tmpdir(), "placard-built-"));
  await mkdir(path.join(built, "chunks"));
  await writeFile(path.join(built, "style.css"), "a {}");
  await writeFile(path.join(built, "entry.mjs"), 'export const page = () => import("./chunks/page.mjs");');
  await writeFile(path.join(built, "chunks/page.mjs"), "export const title = 'still here';");
  await writeFile(path.join(built, "chunks/broken.mjs"), 'import "no-such-package";');
  const entry = (await import(path.join(built, "entry.mjs"))) as { page(): Promise<{ title: string }> };

  const copy = await ownCopy(built);
  onTestFinished(copy.remove);
  await loadModules(built);
  await rm(built, { recursive: true });

  expect(existsSync(built)).toBe(false);
  expect(await readFile(path.join(copy.folder, "style.css"), "utf8")).toBe("a {}");
  expect(await entry.page()).toMatchObject({ title: "still here" });
  await copy.remove();
  expect(existsSync(copy.folder)).toBe(false);
});
