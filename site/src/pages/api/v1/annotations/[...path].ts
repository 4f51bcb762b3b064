import { annotationPatch } from "../../../../../../policy/index.ts";
import { endpoint } from "../../../../api/endpoint.ts";
import { getAnnotations } from "../../../../api/operations/tools.ts";
import { servedTools } from "../../../../api/served-tools.ts";
import { API, toolUrl } from "../../../../lib/addresses.ts";

/** The annotations we suggest for a server's tools, as `placard policy --format annotations` prints them. */
export const ALL = endpoint(getAnnotations, async ({ catalog, pathname, query }) => {
  const found = await servedTools(catalog, pathname, `${API}/annotations`, query.tool);
  if (found instanceof Response) return found;
  const { tools, ...patch } = annotationPatch([found]);
  return { ...patch, tools: tools.map((tool) => ({ url: toolUrl(tool.server, tool.name), ...tool })) };
});
