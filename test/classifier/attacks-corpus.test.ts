import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { attacksOf, flowsOf, listAttacks, type ServerTools } from "../../classifier/attacks.ts";
import { classify, type ToolDefinition } from "../../classifier/index.ts";

const file = resolve(import.meta.dirname, "../../../shared/corpus/tools-dev.jsonl");

it("ties attack patterns to some real tools, and none to most of them", (context) => {
  if (!existsSync(file)) {
    // Elsewhere the patterns' own examples stand for real tools.
    context.annotate("There is no ../shared/corpus here: attack patterns were not held against real tools.");
    return;
  }
  const rows = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ToolDefinition & { server: string });
  const hits = new Map(listAttacks().map(({ slug }) => [slug, 0]));
  const servers = new Map<string, ServerTools>();
  const unfounded: string[] = [];
  let untouched = 0;
  for (const row of rows) {
    const verdict = classify(row);
    const matches = attacksOf(row, verdict);
    if (matches.length === 0) untouched++;
    for (const { pattern, because, evidence } of matches) {
      hits.set(pattern, (hits.get(pattern) ?? 0) + 1);
      if (evidence.length === 0 || /[{}]|undefined/.test(because)) unfounded.push(`${row.name}: ${because}`);
    }
    const known = servers.get(row.server) ?? { server: row.server, tools: [] };
    known.tools.push({ definition: row, verdict });
    servers.set(row.server, known);
  }
  expect(unfounded).toEqual([]);
  for (const { slug, concerns } of listAttacks()) {
    const count = hits.get(slug) ?? 0;
    expect(count, slug).toBeLessThan(0.6 * rows.length);
    if (concerns === "tool") expect(count, slug).toBeGreaterThan(0);
  }
  expect(untouched).toBeGreaterThan(rows.length / 3);
  const flows = flowsOf([...servers.values()]);
  expect(flows.map((flow) => flow.id).sort()).toEqual(["data-theft", "induced-loss", "remote-code"]);
  expect(JSON.stringify(flows).length).toBeLessThan(100_000);
}, 60_000);
