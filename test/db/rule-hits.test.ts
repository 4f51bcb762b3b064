import { expect, test } from "vitest";
import { classify } from "../../classifier/index.ts";
import { listTools, replaceVerdict, storeCrawl } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf } from "./_catalog.ts";

const PURGE = { name: "purge_notes", description: "Deletes all notes permanently." };
const READ = { name: "read_note", description: "Reads one note. \u0000\u202E" };

test("tools are found by the rules that their evidence is by, worst first, and no longer when it is gone", async () => {
  const database = await openTestDatabase();
  const verdicts = [PURGE, READ].map((tool) => classify(tool));
  await storeCrawl(database, crawlOf([PURGE, READ]), verdicts);
  const namesBy = async (rule: string) => (await listTools(database, { rule })).items.map(({ name }) => name);
  for (const { name, evidence } of verdicts) {
    const rules = new Set(evidence.map(({ rule }) => rule));
    expect(rules.size).toBeGreaterThan(0);
    for (const rule of rules) expect(await namesBy(rule)).toContain(name);
  }
  expect(await namesBy("delete-data")).toEqual(["purge_notes"]);
  expect(await listTools(database, { rule: "delete-data", risk: "low" })).toMatchObject({
    items: [],
    count: 0,
  });
  expect(await namesBy("none-of-this-name")).toEqual([]);
  expect(await namesBy("' | '#tool")).toEqual([]);
  const [purge] = verdicts;
  if (purge) await replaceVerdict(database, { ...purge, evidence: [] });
  expect(await namesBy("delete-data")).toEqual([]);
});
