import { describe, expect, it } from "vitest";
import { findingsOf } from "../../classifier/findings.ts";
import type { Finding } from "../../classifier/index.ts";
import { CORPUS, hasCorpus, readCorpus } from "../../eval/_sets.ts";

/** Definitions of public servers, none of which is known to be an attack. */
const realDefinitions = () => readCorpus(CORPUS, "all").map(({ definition }) => definition);

describe("findings in real definitions, where the corpus is", () => {
  it("are rare: at most 0.4 % with a warning or an error, and 0.05 % with an error", (context) => {
    if (!hasCorpus(CORPUS)) {
      context.annotate("There is no ../shared/corpus here: no real definitions were read.");
      return;
    }
    const all = realDefinitions().map((definition) => findingsOf(definition));
    const share = (severities: Finding["severity"][]) =>
      all.filter((list) => list.some((finding) => severities.includes(finding.severity))).length / all.length;
    expect(all.length).toBeGreaterThan(7_000);
    expect(share(["warning", "error"])).toBeLessThan(0.004);
    expect(share(["error"])).toBeLessThan(0.0005);
    // Were it none at all, nothing would have been looked for.
    expect(share(["info", "warning", "error"])).toBeGreaterThan(0.0005);
  });

  it("have evidence for each", (context) => {
    if (!hasCorpus(CORPUS)) {
      context.annotate("There is no ../shared/corpus here: no real definitions were read.");
      return;
    }
    for (const definition of realDefinitions()) {
      for (const finding of findingsOf(definition)) {
        expect(finding.evidence.length, finding.id).toBeGreaterThan(0);
        for (const { excerpt, start, end } of finding.evidence) expect(excerpt).toHaveLength(end - start);
      }
    }
  });
});
