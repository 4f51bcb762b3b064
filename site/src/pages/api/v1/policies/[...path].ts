import { z } from "zod";
import { PRESETS } from "../../../../../../policy/index.ts";
import { endpoint } from "../../../../api/endpoint.ts";
import { problem } from "../../../../api/problem.ts";
import { servedTools } from "../../../../api/served-tools.ts";
import { API } from "../../../../lib/addresses.ts";
import { readStrictQuery } from "../../../../lib/filters.ts";
import { policyView } from "../../../../lib/policy.ts";

const query = z.object({
  tool: z.string().optional(),
  preset: z.enum(PRESETS, { error: `must be one of ${PRESETS.join(", ")}` }).optional(),
});

/** The document itself, as a gateway loads it; why each rule is there stands with the tool. */
export const ALL = endpoint(async ({ catalog, pathname, params }) => {
  const read = readStrictQuery(params, query);
  if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
  const { tool, preset } = read.value;
  const found = await servedTools(catalog, pathname, `${API}/policies`, tool);
  if (found instanceof Response) return found;
  return new Response(policyView(found.tools, preset).text, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'inline; filename="policy.json"',
    },
  });
});
