import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classify, listRules } from "../../classifier/index.ts";
import { loadRules } from "../../classifier/load-rules.ts";

const folder = new URL("../../classifier/", import.meta.url);

const rulesIn = (definition: { name: string }) =>
  classify(definition).evidence.map((evidence) => evidence.rule);

describe("the compiled rules", () => {
  it("are those of the files: after a change, run npm run rules", () => {
    const compiled: unknown = JSON.parse(readFileSync(new URL("rules.generated.json", folder), "utf8"));
    expect(compiled).toEqual(JSON.parse(JSON.stringify(loadRules(folder.pathname))));
  });

  it("have no list left that is not spelled out, within phrases either", () => {
    const pages = listRules();
    const clauses = pages.flatMap(({ match }) => [...match.any, ...match.not]);
    const phrases = clauses.flatMap((clause) => Object.values(clause).flat());
    expect(phrases.filter((phrase) => phrase.includes("@"))).toEqual([]);
    const optional = pages.find(({ id }) => id === "option-to-delete");
    expect(optional?.match.any.flatMap(({ explained = [] }) => explained)).toContain("if set wipes");
  });

  it("have ids of their own, and refine only rules that exist", () => {
    const ids = listRules().map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const rule of listRules()) expect(ids).toEqual(expect.arrayContaining(rule.refines));
  });

  it("each have a page with the three headings", () => {
    for (const rule of listRules()) {
      expect(rule.body.match(/^## .+$/gm), rule.id).toEqual([
        "## Why it matters",
        "## What this rule cannot see",
        "## What to do about it",
      ]);
    }
  });

  it("speak for a category with a risk, raise the risk of some, or show a facet", () => {
    for (const rule of listRules()) {
      const does = (rule.category && rule.risk) || (rule.raises && rule.risk) || rule.facets.length > 0;
      expect(does, rule.id).toBeTruthy();
    }
  });
});

describe.each(listRules().map((rule) => [rule.id, rule] as const))("rule %s", (id, rule) => {
  it.each(rule.examples.match.map((example) => [example.define.name, example.define] as const))(
    "holds for %s",
    (_, definition) => {
      // A rule without a category only shows in what it does: evidence lists what decided or set a facet.
      expect(rulesIn(definition)).toContain(id);
    },
  );

  it.each(rule.examples["no-match"].map((example) => [example.define.name, example] as const))(
    "stays silent for %s",
    (_, { define, because }) => {
      expect(rulesIn(define), because).not.toContain(id);
    },
  );
});
