import { expect, test } from "vitest";
import { memoryBytes, sharedMebibytes } from "../../db/_memory.ts";

const GIBIBYTE = 2 ** 30;

test.each([
  [0.5, 128],
  [2, 128],
  [8, 512],
  [16, 1024],
  [256, 1024],
])("of %d GiB the database keeps %d MiB of pages", (gibibytes, mebibytes) => {
  expect(sharedMebibytes(gibibytes * GIBIBYTE)).toBe(mebibytes);
});

test("the memory of this machine is told in bytes", () => {
  expect(memoryBytes()).toBeGreaterThan(64 * 2 ** 20);
  expect(Number.isFinite(memoryBytes())).toBe(true);
});
