import { endpoint } from "../../../../api/endpoint.ts";
import { getPolicies } from "../../../../api/operations/policies.ts";
import { answerPolicy } from "../../../../api/policies.ts";
import { problem } from "../../../../api/problem.ts";
import { readPolicyQuery, SEVERAL_PARAMETERS } from "../../../../lib/policy-query.ts";

/** One document for several servers. */
export const ALL = endpoint(getPolicies, async ({ catalog, params }) => {
  const { query, problems } = readPolicyQuery(params, SEVERAL_PARAMETERS);
  const [first] = problems;
  return first ? problem(400, first.detail, first.parameter) : answerPolicy(catalog, query, "server");
});
