import { endpoint } from "../../../../api/endpoint.ts";
import { apiRule } from "../../../../api/knowledge.ts";
import { getRule } from "../../../../api/operations/knowledge.ts";
import { problem } from "../../../../api/problem.ts";
import { apiRulesUrl } from "../../../../lib/addresses.ts";

export const ALL = endpoint(getRule, async ({ context }) => {
  const { rule = "" } = context.params;
  const shown = JSON.stringify(rule.slice(0, 100));
  return apiRule(rule) ?? problem(404, `There is no rule ${shown}. ${apiRulesUrl()} lists those there are.`);
});
