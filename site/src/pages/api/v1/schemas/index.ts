import { endpoint } from "../../../../api/endpoint.ts";
import { publishedSchemas } from "../../../../api/json-schemas.ts";
import { listSchemas } from "../../../../api/operations/service.ts";
import { schemaUrl } from "../../../../lib/addresses.ts";

export const ALL = endpoint(listSchemas, async () => ({
  items: Object.entries(publishedSchemas()).map(([name, { description = "" }]) => ({
    name,
    url: schemaUrl(name),
    description,
  })),
  nextCursor: null,
}));
