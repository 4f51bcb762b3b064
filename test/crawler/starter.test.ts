import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseSource, starterSet } from "../../crawler/index.ts";
import { launchEntry, launchFile } from "../../crawler/launch-table.ts";

test("the starter set has at least twelve packages, each once, each pinned", () => {
  const sources = starterSet().map(({ source }) => source);
  expect(sources.length).toBeGreaterThanOrEqual(12);
  expect(new Set(sources).size).toBe(sources.length);
  for (const entry of starterSet())
    expect(parseSource(entry.source, entry), entry.source).toMatchObject({ ok: true });
});

test("launch.yaml is in order, valid, and its files are there", () => {
  const text = readFileSync(new URL("../../crawler/launch.yaml", import.meta.url), "utf8");
  const packages = Object.keys(parse(text) as object);
  expect(packages).toEqual([...packages].sort());
  for (const name of packages) {
    for (const file of Object.values(launchEntry(name)?.files ?? {}))
      expect(existsSync(launchFile(file))).toBe(true);
  }
});

test("what the table doesn't know, it doesn't know", () => {
  expect(launchEntry("__proto__")).toBeUndefined();
  expect(launchEntry("constructor")).toBeUndefined();
});
