import { setImmediate as breathe } from "node:timers/promises";
import { classify, type Verdict } from "../classifier/index.ts";
import type { CrawlResult } from "../crawler/index.ts";
import type { Corrections } from "../policy/index.ts";
import { rootMessage } from "./_root-message.ts";

/**
 * Verdicts on a crawl's tools, in their order and with the corrections of reviewers. A tool that the classifier cannot take becomes a problem of the crawl
 * instead of costing the rest.
 */
export async function classifyCrawl(
  crawl: CrawlResult,
  corrections: Corrections,
): Promise<{ crawl: CrawlResult; verdicts: Verdict[] }> {
  const taken = new Set(crawl.problems.map((problem) => problem.index));
  const tools = [];
  const problems = [...crawl.problems];
  const verdicts = [];
  let index = 0;
  for (const definition of crawl.tools) {
    while (taken.has(index)) index += 1;
    try {
      verdicts.push(corrections.apply(classify(definition)));
      tools.push(definition);
    } catch (error) {
      const problem = `The classifier could not take it: ${rootMessage(error)}.`;
      problems.push({ index, name: definition.name, problem });
    }
    index += 1;
    // Pages may be served by this process too.
    if (index % 20 === 0) await breathe();
  }
  return { crawl: { ...crawl, tools, problems }, verdicts };
}
