/** The OpenAPI 3.1 document, from the table of operations. */
import { z } from "zod";
import { apiDocsUrl, apiGroupUrl } from "../lib/addresses.ts";
import { isList } from "../lib/filters.ts";
import { bare, type JsonSchema, namedSchemas, plainSchema } from "./json-schemas.ts";
import { nameOf, nameOfWords } from "./named.ts";
import { CONDITIONS, COUNTED, HEADERS, headerRefs, PROBLEM_HEADERS, RANGES } from "./openapi-headers.ts";
import { type Answer, GROUPS, type Operation } from "./operation.ts";
import { PROBLEMS, type ProblemStatus, problemSchema } from "./problem.ts";

const COMPONENT = "#/components/schemas/";
/** The version of the API: raised with what it has. */
const VERSION = "1.3.0";

/** @param strict whether objects have no fields but those named; for tests. */
export function openApiDocument(operations: readonly Operation[], strict = false): JsonSchema {
  const schemas = namedSchemas({ uri: (name) => COMPONENT + name, strict });
  return {
    openapi: "3.1.1",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "Placard catalog API",
      version: VERSION,
      description:
        "The open risk catalog of MCP tools: servers, tools with verdicts and the words that prove them, and policies. What is answered may get more fields, and words of enumerations; those there are keep their names and meanings. HEAD is answered as GET, without the body.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    externalDocs: { description: "The same for people, with examples.", url: apiDocsUrl() },
    tags: GROUPS.filter((group) => operations.some((operation) => operation.group === group)).map((name) => ({
      name,
      externalDocs: { url: apiGroupUrl(name) },
    })),
    // Nobody needs a key.
    security: [],
    paths: pathsOf(operations),
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)])),
      responses: Object.fromEntries(
        Object.entries(PROBLEMS).map(([status, { title, what }]) => [
          `Problem${status}`,
          {
            description: `${title}. ${what}`,
            content: PROBLEM_CONTENT,
            ...(PROBLEM_HEADERS[status] ? { headers: PROBLEM_HEADERS[status] } : {}),
          },
        ]),
      ),
      headers: HEADERS,
    },
  };
}

const PROBLEM_CONTENT = {
  "application/problem+json": { schema: { $ref: COMPONENT + nameOf(problemSchema) } },
};

function pathsOf(operations: readonly Operation[]): Record<string, JsonSchema> {
  const paths: Record<string, JsonSchema> = {};
  for (const operation of operations) {
    const described = { [operation.method.toLowerCase()]: describe(operation) };
    paths[operation.path] = { ...paths[operation.path], ...described };
  }
  return paths;
}

function describe(operation: Operation): JsonSchema {
  const { id, group, summary, description, body } = operation;
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(description ? { description } : {}),
    parameters: parametersOf(operation),
    ...(body
      ? {
          requestBody: {
            required: true,
            description: `JSON of at most ${body.limit} bytes.`,
            content: {
              "application/json": {
                schema: contentSchema(body.schema, "input"),
                ...(operation.example.body === undefined ? {} : { example: operation.example.body }),
              },
            },
          },
        }
      : {}),
    responses: responsesOf(operation),
  };
}

function parametersOf({ params, query, method, answers }: Operation): JsonSchema[] {
  const inPath = Object.entries(params?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = plainSchema(field as z.ZodType, "input");
    return { name, in: "path", required: true, description, schema };
  });
  const inQuery = Object.entries(query.shape).map(([name, field]) => parameterOf(name, field as z.ZodType));
  const headers = method === "GET" ? { ...CONDITIONS, ...(206 in answers ? RANGES : {}) } : {};
  const inHeaders = Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  }));
  return [...inPath, ...inQuery, ...inHeaders];
}

/** Arrays are one value each, given again and again; but those that are written with commas. */
function parameterOf(name: string, field: z.ZodType): JsonSchema {
  const { description, ...schema } = plainSchema(field, "input");
  const required = !field.safeParse(undefined).success;
  const array = schema.type === "array" ? { style: "form", explode: isList(field) } : {};
  return {
    name,
    in: "query",
    ...(required ? { required } : {}),
    ...(description ? { description } : {}),
    ...array,
    schema: referring(schema),
  };
}

/** A reference where words have a name: a filter takes what answers say. */
function referring(schema: JsonSchema): JsonSchema {
  const { type: _, enum: words, ...rest } = schema;
  const name = Array.isArray(words) ? nameOfWords(words) : undefined;
  if (name) return { ...rest, $ref: COMPONENT + name };
  return schema.items ? { ...schema, items: referring(schema.items as JsonSchema) } : schema;
}

/** Statuses of problems that an operation can answer with. */
export function problemsOf({ method, params, query, body, problems = [] }: Operation): ProblemStatus[] {
  const statuses = new Set<number>([400, 429, 500, ...problems]);
  if (method === "GET") statuses.add(412);
  if (params) statuses.add(404);
  if (body) for (const status of [408, 413, 415]) statuses.add(status);
  if ("cursor" in query.shape) statuses.add(503);
  return [...statuses].sort((a, b) => a - b) as ProblemStatus[];
}

function responsesOf(operation: Operation): JsonSchema {
  const isGet = operation.method === "GET";
  const answers = Object.entries(operation.answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      headers: {
        ...headersOf(answer),
        ...(isGet ? headerRefs({ ETag: "ETag" }) : {}),
        ...headerRefs({ Link: "Link" }),
        ...COUNTED,
      },
      content: contentOf(answer),
    },
  ]);
  const unchanged = isGet ? [["304", UNCHANGED]] : [];
  const problems = problemsOf(operation).map((status) => [
    String(status),
    { $ref: `#/components/responses/Problem${status}` },
  ]);
  return { ...Object.fromEntries([...answers, ...unchanged, ...problems]), default: OTHER };
}

/** What has nothing to do with the operation: another method, another host, a request that cannot be read. */
const OTHER = { description: "Any other problem.", content: PROBLEM_CONTENT };
const UNCHANGED = {
  description: "You have it: If-None-Match names its ETag.",
  headers: headerRefs({ ETag: "ETag" }),
};

function headersOf({ headers = {} }: Answer): JsonSchema {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }]),
  );
}

function contentOf({ content }: Answer): JsonSchema {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      { schema: typeof schema === "string" ? textSchema(schema) : contentSchema(schema, "output") },
    ]),
  );
}

/** Bytes have no schema (OpenAPI 3.1, "Considerations for File Uploads"). */
const textSchema = (kind: "text" | "binary"): JsonSchema => (kind === "text" ? { type: "string" } : {});

/** A reference for what has a name, alternatives one by one, and the rest as it is. */
function contentSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const name = nameOf(schema);
  if (name) return { $ref: COMPONENT + name };
  if (schema instanceof z.ZodUnion)
    return { anyOf: schema.options.map((option) => contentSchema(option as z.ZodType, io)) };
  return plainSchema(schema, io);
}
