import { endpoint } from "../../../../api/endpoint.ts";
import { apiAttackPattern } from "../../../../api/knowledge.ts";
import { getAttack } from "../../../../api/operations/knowledge.ts";
import { problem } from "../../../../api/problem.ts";
import { apiAttacksUrl } from "../../../../lib/addresses.ts";

export const ALL = endpoint(getAttack, async ({ context }) => {
  const { slug = "" } = context.params;
  const shown = JSON.stringify(slug.slice(0, 100));
  return (
    apiAttackPattern(slug) ??
    problem(404, `There is no attack pattern ${shown}. ${apiAttacksUrl()} lists those there are.`)
  );
});
