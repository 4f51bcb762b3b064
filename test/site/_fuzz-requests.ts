/** Requests for every operation of an OpenAPI document. */
import fc from "fast-check";
import { bodies, hostileValue, likelyValue, type ParameterSchema } from "./_fuzz-values.ts";

/** As much of an OpenAPI 3.1 document as is used here. */
export interface Document {
  paths: Record<string, Record<string, DocumentOperation>>;
  components: { responses: Record<string, DocumentResponse>; schemas: Record<string, ParameterSchema> };
}
export interface DocumentOperation {
  operationId: string;
  parameters: { name: string; in: string; explode?: boolean; schema: ParameterSchema }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, DocumentResponse>;
}
export interface DocumentResponse {
  $ref?: string;
  content?: Record<string, unknown>;
}

/** An operation with its place. */
export interface Target {
  method: string;
  path: string;
  operation: DocumentOperation;
}

export interface FuzzRequest {
  target: Target;
  method: string;
  /** Path and query, as they are sent. */
  address: string;
  headers: Record<string, string>;
  body?: Buffer;
}

export function targetsOf(document: Document): Target[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: {
        ...operation,
        parameters: operation.parameters.map((one) => ({ ...one, schema: writtenOut(one.schema, document) })),
      },
    })),
  );
}

/** With what it refers to in the references' places. */
function writtenOut(schema: ParameterSchema, document: Document): ParameterSchema {
  const named = schema.$ref && document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
  if (schema.$ref && !named) throw new Error(`nothing is at ${schema.$ref}`);
  const items = schema.items && writtenOut(schema.items, document);
  return { ...schema, ...named, ...(items ? { items } : {}) };
}

/** @param known values of the catalog, by the names of parameters */
export function requestsFor(
  target: Target,
  known: ReadonlyMap<string, readonly string[]>,
): fc.Arbitrary<FuzzRequest> {
  const { operation } = target;
  const example = Object.values(operation.requestBody?.content ?? {})[0]?.example;
  return fc
    .record({
      path: pathFor(target, known),
      query: queryFor(operation, known),
      method: fc.oneof(
        { weight: 15, arbitrary: fc.constant(target.method) },
        fc.constantFrom("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "GET", "POST"),
      ),
      headers: HEADERS,
      sent: example === undefined ? fc.constant(undefined) : bodies(example),
      stray: fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, fc.constant(Buffer.from("[1]"))),
    })
    .map(({ path, query, method, headers, sent, stray }) => ({
      target,
      method,
      address: path + (query === "" ? "" : `?${query}`),
      headers: sent && sent.type !== "" ? { ...headers, "content-type": sent.type } : headers,
      body: sent && method !== "GET" && method !== "HEAD" ? sent.bytes : stray,
    }));
}

function pathFor(
  { path, operation }: Target,
  known: ReadonlyMap<string, readonly string[]>,
): fc.Arbitrary<string> {
  const parts = path.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const schema = operation.parameters.find((parameter) => parameter.name === name)?.schema ?? {};
    return fc.oneof(
      { weight: 3, arbitrary: likelyValue(schema, known.get(name) ?? []) },
      { weight: 1, arbitrary: hostileValue },
    );
  });
  return fc.tuple(...parts).map((texts) => texts.join(""));
}

/** Mostly few parameters: of many, one is sure to be refused, and nothing else is looked at. */
function queryFor(
  operation: DocumentOperation,
  known: ReadonlyMap<string, readonly string[]>,
): fc.Arbitrary<string> {
  const pairs = operation.parameters
    .filter((parameter) => parameter.in === "query")
    .map(({ name, schema }) => {
      const one = schema.type === "array" && schema.items ? schema.items : schema;
      const likely = likelyValue(one, known.get(name) ?? []);
      const value = fc.oneof({ weight: 5, arbitrary: likely }, { weight: 2, arbitrary: hostileValue });
      return value.map((text) => `${name}=${text}`);
    });
  const stranger = fc.tuple(hostileValue, hostileValue).map(([name, value]) => `${name}=${value}`);
  const some =
    pairs.length === 0 ? stranger : fc.oneof({ weight: 12, arbitrary: fc.oneof(...pairs) }, stranger);
  const most = pairs.length === 0 ? 1 : 3;
  return fc.oneof(
    { weight: pairs.length === 0 ? 6 : 1, arbitrary: fc.constant("") },
    { weight: 8, arbitrary: fc.array(some, { minLength: 1, maxLength: most }).map((list) => list.join("&")) },
    { weight: 1, arbitrary: some.map((pair) => `${pair}&${pair}`) },
  );
}

/** What Node sends of a header: one line of Latin-1. */
const line = fc
  .oneof(
    hostileValue.map((text) => safe(decodeURIComponentOr(text))),
    fc.constant('"x"'),
    fc.constant("*"),
    fc.constant('W/"x", "y-br"'),
  )
  .map((text) => text.slice(0, 500));

const HEADERS: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      accept: fc.oneof(
        fc.constantFrom("*/*", "application/json", "text/html", "text/markdown", "application/yaml;q=0.1"),
        line,
      ),
      "accept-encoding": fc.oneof(fc.constantFrom("br", "gzip", "gzip, br;q=0", "identity", "*"), line),
      "if-match": line,
      "if-none-match": line,
      "if-modified-since": line,
      range: fc.constantFrom("bytes=0-0", "bytes=-1", "bytes=-0", `bytes=${"9".repeat(15)}-`, "lines=1"),
      "if-range": line,
      origin: fc.constantFrom("https://evil.example", "null"),
      "x-forwarded-for": line,
      "x-forwarded-host": fc.constant("evil.example"),
      "x-http-method-override": fc.constant("DELETE"),
      cookie: line,
    },
    { requiredKeys: [] },
  )
  .map((headers) =>
    Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined && value !== "")),
  );

function safe(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
