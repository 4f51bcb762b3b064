import { expect, it } from "vitest";
import { attacksOf, flowsOf, listAttacks, type ServerTools } from "../../classifier/attacks.ts";
import { classify } from "../../classifier/index.ts";
import { CORPUS, hasCorpus, readCorpus } from "../../eval/_sets.ts";

it("ties attack patterns to some real tools, and none to most of them", (context) => {
  if (!hasCorpus(CORPUS)) {
    // Elsewhere the patterns' own examples stand for real tools.
    context.annotate("There is no ../shared/corpus here: attack patterns were not held against real tools.");
    return;
  }
  const rows = readCorpus(CORPUS, "all");
  const hits = new Map(listAttacks().map(({ slug }) => [slug, 0]));
  const servers = new Map<string, ServerTools>();
  const unfounded: string[] = [];
  let untouched = 0;
  for (const { server, definition } of rows) {
    const verdict = classify(definition);
    const matches = attacksOf(definition, verdict);
    if (matches.length === 0) untouched++;
    for (const { pattern, because, evidence } of matches) {
      hits.set(pattern, (hits.get(pattern) ?? 0) + 1);
      if (evidence.length === 0 || /[{}]|undefined/.test(because))
        unfounded.push(`${definition.name}: ${because}`);
    }
    const known = servers.get(server) ?? { server, tools: [] };
    known.tools.push({ definition, verdict });
    servers.set(server, known);
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
