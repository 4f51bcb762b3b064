import { z } from "zod";
import { annotationPatch } from "../../../../../../policy/index.ts";
import { endpoint } from "../../../../api/endpoint.ts";
import { problem } from "../../../../api/problem.ts";
import { servedTools } from "../../../../api/served-tools.ts";
import { API } from "../../../../lib/addresses.ts";
import { readStrictQuery } from "../../../../lib/filters.ts";

const query = z.object({ tool: z.string().optional() });

/** The annotations we suggest for a server's tools, as `placard policy --format annotations` prints them. */
export const ALL = endpoint(async ({ catalog, pathname, params }) => {
  const read = readStrictQuery(params, query);
  if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
  const found = await servedTools(catalog, pathname, `${API}/annotations`, read.value.tool);
  return found instanceof Response ? found : annotationPatch([found]);
});
