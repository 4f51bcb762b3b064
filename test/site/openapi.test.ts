import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { publishedSchemas } from "../../site/src/api/json-schemas.ts";
import { nameOf } from "../../site/src/api/named.ts";
import { openApiDocument, problemsOf } from "../../site/src/api/openapi.ts";
import type { Operation } from "../../site/src/api/operation.ts";
import { OPERATIONS } from "../../site/src/api/operations/index.ts";
import { API } from "../../site/src/lib/addresses.ts";

const document = openApiDocument(OPERATIONS);
const text = JSON.stringify(document);

test("the document is OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text) as Record<string, unknown>);
  expect(errors).toBeUndefined();
  expect([valid, validator.version]).toEqual([true, "3.1"]);
});

test("so it is where no field may be added", async () => {
  const { valid } = await new Validator().validate(openApiDocument(OPERATIONS, true));
  expect(valid).toBe(true);
});

test("every reference leads somewhere in it", () => {
  const refs = [...text.matchAll(/"\$ref":"#\/([^"]*)"/g)].map((match) => match[1] ?? "");
  expect(refs.length).toBeGreaterThan(100);
  for (const ref of new Set(refs)) {
    const found = ref
      .split("/")
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect(found, ref).toBeDefined();
  }
});

test("words with a name stand in it once: parameters refer to them as answers do", () => {
  const schemas = document.components as { schemas: Record<string, { enum?: unknown[] }> };
  const named = Object.entries(schemas.schemas).filter(([, { enum: words }]) => words);
  expect(named.map(([name]) => name)).toEqual(
    expect.arrayContaining(["Category", "ChangeKind", "CrawlStatus", "Facet", "PolicyFormatId", "Risk"]),
  );
  for (const [name, { enum: words }] of named)
    expect([name, text.split(`"enum":${JSON.stringify(words)}`).length - 1]).toEqual([name, 1]);
  const { parameters } = (document.paths as Record<string, { get: { parameters: { name: string }[] } }>)[
    "/api/v1/tools"
  ]?.get ?? { parameters: [] };
  expect(parameters.find(({ name }) => name === "risk")).toMatchObject({
    explode: true,
    schema: { type: "array", items: { $ref: "#/components/schemas/Risk" } },
  });
});

test("answers may get fields that nobody knows yet, and tests know of each; what is sent may not", () => {
  const { schemas } = document.components as { schemas: Record<string, object> };
  const closed = Object.keys(schemas).filter((name) =>
    JSON.stringify(schemas[name]).includes('"additionalProperties":false'),
  );
  // A policy is sent as it is answered, and gateways refuse keys that they do not know.
  expect(closed).toEqual(["EvaluateRequest", "Policy"]);
  expect(
    JSON.stringify(openApiDocument(OPERATIONS, true)).split('"additionalProperties":false').length,
  ).toBeGreaterThan(100);
});

describe.each(OPERATIONS.map((operation): [string, Operation] => [operation.id, operation]))(
  "%s",
  (_, operation) => {
    const { path, params, query, answers, body, example } = operation;

    test("has a name and a path that no other has", () => {
      expect(OPERATIONS.filter(({ id }) => id === operation.id)).toHaveLength(1);
      const same = OPERATIONS.filter((other) => other.path === path && other.method === operation.method);
      expect(same).toHaveLength(1);
      expect(operation.id).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    });

    test("describes all of its parameters, and those of its path are those of its template", () => {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(params?.shape ?? {})).toEqual(inPath);
      for (const field of Object.values({ ...params?.shape, ...query.shape })) {
        const { description } = z.toJSONSchema(field as z.ZodType, { io: "input", unrepresentable: "any" });
        expect(description).toMatch(/^\S.*\.$/s);
      }
    });

    test("answers with named schemas, and its problems are among those there are", () => {
      expect(Object.keys(answers).length).toBeGreaterThan(0);
      for (const status of problemsOf(operation)) expect(text).toContain(`"Problem${status}":`);
      if (body) expect(body.limit).toBeGreaterThan(0);
      expect(operation.method === "POST").toBe(body !== undefined);
    });

    test("says what it must be given, and which headers its answers have", () => {
      type Described = {
        parameters: { name: string; in: string; required?: boolean }[];
        responses: Record<string, { headers?: object }>;
      };
      const paths = document.paths as Record<string, Record<string, Partial<Described>>>;
      const { parameters = [], responses = {} } = paths[path]?.[operation.method.toLowerCase()] ?? {};
      for (const { name, in: place, required = false } of parameters.filter((one) => one.in !== "header")) {
        const field = { ...params?.shape, ...query.shape }[name] as z.ZodType;
        expect([name, required]).toEqual([name, place === "path" || !field.safeParse(undefined).success]);
      }
      for (const status of Object.keys(answers)) {
        const headers = Object.keys(responses[status]?.headers ?? {});
        expect(headers).toEqual(expect.arrayContaining(["Link", "RateLimit", "RateLimit-Policy"]));
        expect(headers.includes("ETag")).toBe(operation.method === "GET");
      }
      const sent = parameters.filter((one) => one.in === "header").map(({ name }) => name);
      expect(sent.includes("Range")).toBe(206 in answers);
      expect(Object.keys(responses).includes("416")).toBe(206 in answers);
      expect(Object.keys(responses)).toContain("default");
    });

    test("has an example at its own address", () => {
      const [asked = ""] = example.address.split("?");
      const pattern = path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, ".+");
      expect(asked).toMatch(new RegExp(`^${pattern}$`));
      expect(example.body === undefined).toBe(body === undefined);
    });
  },
);

describe("JSON Schemas", () => {
  const schemas = publishedSchemas();

  test("each has its address as its $id, and all of them can be used together", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const [name, schema] of Object.entries(schemas)) {
      expect(schema.$id).toBe(`${API}/schemas/${name}.json`);
      expect(schema.description).toMatch(/\.$/);
      expect(ajv.validateSchema(schema), name).toBe(true);
      ajv.addSchema(schema);
    }
    for (const { $id } of Object.values(schemas)) expect(ajv.getSchema(String($id))).toBeTypeOf("function");
    const isTool = ajv.getSchema(`${API}/schemas/Tool.json`);
    expect(isTool?.({ server: "npm/x" })).toBe(false);
  });

  test("their names are those that a reader of code sees", () => {
    for (const name of Object.keys(schemas)) expect(name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect(nameOf(z.string())).toBeUndefined();
  });
});
