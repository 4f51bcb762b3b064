/** Whether answers of the API are what the OpenAPI document says: strictly, fields that nobody described included. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { openApiDocument } from "../../site/src/api/openapi.ts";
import { OPERATIONS } from "../../site/src/api/operations/index.ts";

interface Described {
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { responses: Record<string, { content: Record<string, { schema: object }> }> };
}

const document = openApiDocument(OPERATIONS, true);
const { paths, components } = document as unknown as Document;
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ ...document, $id: "https://placard.invalid/openapi" });

/**
 * What of an answer is not as described, a line each; nothing when it is.
 * @param status and content type as they came, and the body as text
 */
export function undescribed(
  operation: { path: string; method: string },
  { status, type, body }: { status: number; type: string; body: string },
): string[] {
  const { responses } = paths[operation.path]?.[operation.method.toLowerCase()] ?? { responses: {} };
  const response = responses[String(status)];
  if (!response) return [`the status ${status} is not described`];
  const content = response.$ref
    ? components.responses[response.$ref.split("/").at(-1) ?? ""]?.content
    : response.content;
  if (!content) return body === "" ? [] : ["a body is not described"];
  const media = type.split(";")[0]?.trim() ?? "";
  const described = content[media];
  if (!described) return [`the media type ${media} is not described`];
  if (!media.endsWith("json")) return [];
  return against(described.schema, JSON.parse(body));
}

/** What of a body that is sent is not as described, a line each. */
export function unlikeSchema(operation: { path: string; method: string }, body: unknown): string[] {
  const described = paths[operation.path]?.[operation.method.toLowerCase()]?.requestBody;
  const schema = described?.content["application/json"]?.schema;
  return schema ? against(schema, body) : ["no body is described"];
}

function against(described: object, value: unknown): string[] {
  const schema = JSON.parse(
    JSON.stringify(described).replaceAll('"#/', '"https://placard.invalid/openapi#/'),
  ) as object;
  const check = ajv.compile(schema);
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
}
