import { endpoint } from "../../../../api/endpoint.ts";
import { publishedSchemas } from "../../../../api/json-schemas.ts";
import { getSchema } from "../../../../api/operations/service.ts";
import { problem } from "../../../../api/problem.ts";
import { API } from "../../../../lib/addresses.ts";

export const ALL = endpoint(getSchema, async ({ context }) => {
  const { name = "" } = context.params;
  const schemas = publishedSchemas();
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (!schema) {
    const shown = JSON.stringify(name.slice(0, 100));
    return problem(404, `There is no schema ${shown}. ${API}/schemas lists those there are.`);
  }
  return new Response(`${JSON.stringify(schema)}\n`, {
    headers: { "content-type": "application/schema+json; charset=utf-8" },
  });
});
