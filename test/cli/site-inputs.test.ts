import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { INPUTS } from "../../cli/_site-build.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Sources that are imported for more than their types, from one on. */
function importedFrom(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || !existsSync(path.join(ROOT, file))) return found;
  found.add(file);
  const text = readFileSync(path.join(ROOT, file), "utf8");
  for (const [, to = ""] of text.matchAll(/^(?:im|ex)port (?!type )[^;]*?from "(\.[^"]+\.ts)"/gm))
    importedFrom(path.posix.join(path.posix.dirname(file), to), found);
  return found;
}

test("the site is built anew when anything changes that its thread of a static build is made of", () => {
  const sources = [...importedFrom("cli/_build-worker.ts")];
  expect(sources).toContain("cli/_build-unit.ts");
  expect(sources.length).toBeGreaterThan(150);
  expect(sources.filter((file) => !INPUTS.some((pattern) => path.matchesGlob(file, pattern)))).toEqual([]);
});
