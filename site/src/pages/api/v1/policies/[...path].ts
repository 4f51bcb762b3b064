import { endpoint } from "../../../../api/endpoint.ts";
import { getPolicy } from "../../../../api/operations/policies.ts";
import { answerPolicy } from "../../../../api/policies.ts";
import { problem } from "../../../../api/problem.ts";
import { API, readServerPath } from "../../../../lib/addresses.ts";
import { ONE_PARAMETERS, readPolicyQuery } from "../../../../lib/policy-query.ts";

/** The policy for one server, as the program that asks for it loads it. */
export const ALL = endpoint(getPolicy, async ({ catalog, pathname, params }) => {
  const server = readServerPath(pathname, `${API}/policies`);
  const { query, problems } = readPolicyQuery(params, ONE_PARAMETERS, server ?? "");
  const [first] = problems;
  return first ? problem(400, first.detail, first.parameter) : answerPolicy(catalog, query);
});
