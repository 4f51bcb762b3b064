import { endpoint } from "../../../../api/endpoint.ts";
import { apiAnnotations } from "../../../../api/map.ts";
import { getAnnotations } from "../../../../api/operations/tools.ts";
import { servedTools } from "../../../../api/served-tools.ts";
import { API } from "../../../../lib/addresses.ts";

/** The annotations we suggest for a server's tools, as `placard policy --format annotations` prints them. */
export const ALL = endpoint(getAnnotations, async ({ catalog, pathname, query }) => {
  const found = await servedTools(catalog, pathname, `${API}/annotations`, query.tool);
  return found instanceof Response ? found : apiAnnotations(found);
});
