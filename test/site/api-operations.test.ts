import { globSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { nothingHere } from "../../site/src/api/endpoint.ts";
import type { Operation } from "../../site/src/api/operation.ts";
import { OPERATIONS } from "../../site/src/api/operations/index.ts";

const PAGES = path.resolve(import.meta.dirname, "../../site/src/pages");
const FILES = globSync(["api/v1/**/*.ts", "v0.1/**/*.ts"], { cwd: PAGES }).toSorted();

async function operationIn(file: string): Promise<Operation | "nothing" | undefined> {
  const module = (await import(path.join(PAGES, file))) as { ALL?: { operation?: Operation } };
  return module.ALL === nothingHere ? "nothing" : module.ALL?.operation;
}

/** `api/v1/tools/[...path].ts` → what the paths look like that the router sends there. */
function patternOf(file: string): RegExp {
  const address = file.replace(/(\/index)?\.ts$/, "").replaceAll(/[.+]/g, "\\$&");
  const rest = address.replaceAll(/\[(\\\.){3}\w+\]/g, ".+").replaceAll(/\[\w+\]/g, "[^/]+");
  return new RegExp(`^/${rest}$`);
}

test("every route of the API answers an operation, at its path, and every operation has a route", async () => {
  expect(FILES.length).toBeGreaterThan(15);
  const answered: Operation[] = [];
  for (const file of FILES) {
    const operation = await operationIn(file);
    expect(operation, `${file} has no operation`).toBeDefined();
    if (!operation || operation === "nothing") continue;
    expect(operation.path, file).toMatch(patternOf(file));
    answered.push(operation);
  }
  expect(answered.map(({ id }) => id).toSorted()).toEqual(OPERATIONS.map(({ id }) => id).toSorted());
  for (const operation of OPERATIONS) expect(answered).toContain(operation);
});
