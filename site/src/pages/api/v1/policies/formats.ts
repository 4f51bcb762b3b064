import { z } from "zod";
import { EXPORT_FORMATS } from "../../../../../../policy/export/index.ts";
import { endpoint } from "../../../../api/endpoint.ts";
import { apiPolicyFormat } from "../../../../api/policies.ts";
import { problem } from "../../../../api/problem.ts";
import { unknownParameters } from "../../../../lib/filters.ts";

/** The formats a policy can be had in: what loads each, how it was tried, what it cannot say. */
export const ALL = endpoint(async ({ params }) => {
  const [unknown] = unknownParameters(params, z.object({}));
  if (unknown) return problem(400, unknown.detail, unknown.parameter);
  return { items: EXPORT_FORMATS.map(apiPolicyFormat), nextCursor: null };
});
