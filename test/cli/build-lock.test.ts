import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { LOCK, lockFolder } from "../../cli/_build-lock.ts";
import { temporaryFolder } from "./_built.ts";

test("of two builds into one folder the second is told so", async () => {
  const folder = path.join(await temporaryFolder(), "out");
  const close = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(
    `another build is writing there (process ${process.pid}). Wait for it to end, or name another folder with --out.`,
  );
  close();
  lockFolder(folder)();
  expect(await readdir(folder)).toEqual([]);
});

test("another process that is alive holds its lock", async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, LOCK), String(process.ppid));
  expect(() => lockFolder(folder)).toThrow(`(process ${process.ppid})`);
});

test.each([
  ["a process that is gone", "2147483646"],
  ["one that was killed before it could write", ""],
  ["one that had our number before us", String(process.pid)],
])("the lock of %s does not count", async (_, text) => {
  const folder = path.join(await temporaryFolder(), "out");
  await mkdir(folder);
  const lock = path.join(folder, LOCK);
  await writeFile(lock, text);
  await utimes(lock, 0, 0);
  lockFolder(folder)();
  expect(await readdir(folder)).toEqual([]);
});
