/** Values for parameters and bodies: those that a schema allows, those at its edges, and those that hurt. All of our own making. */
import fc from "fast-check";

/** As much of a JSON Schema as parameters have. */
export interface ParameterSchema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  items?: ParameterSchema;
}

const LONG = "a".repeat(300);
const HOSTILE_TEXTS = [
  // For a query.
  ..."' OR '1'='1|1; DROP TABLE tools;--|\\|\\'|%|_|$$|:*|&|!|a & !b|(|<->|'::tsquery|pg_sleep(5)|1) UNION SELECT 1--|*".split(
    "|",
  ),
  // For a path.
  ..."../../etc/passwd|..|.|./|....//....//|/etc/passwd|C:\\x|file:///x|//evil.example/|~|~Li4|~=Li4|~=|.md|x.md|index.html".split(
    "|",
  ),
  // For a header, a log, a page.
  "\r\nX-Injected: yes",
  "a\r\n\r\nHTTP/1.1 200 OK",
  "\n",
  "\t",
  "<script>alert(1)</script>",
  '"><img src=x>',
  "\u001b[31m",
  // For whoever reads characters.
  "\u0000",
  "a\u0000b",
  "\ud800",
  "x\udfff",
  "\u202eevil",
  "\ufeff",
  "\u{10ffff}",
  "ﷺ".repeat(40),
  "İß",
  `e${"\u0301".repeat(100)}`,
  "👩‍👩‍👧",
  "\u2028",
  // For whoever reads numbers and dates.
  ..."0|-1|1.5|1e309|1e3|NaN|Infinity|-0|0x10|９|+1| 1|1_000|99999999999999999999|9007199254740993|2147483648".split(
    "|",
  ),
  ..."2026-02-30T00:00:00Z|9999-12-31T23:59:59.999Z|0000-01-01T00:00:00Z|-271821-04-20T00:00:00Z|+275760-09-13T00:00:00Z|2026-01-01|now|2026-01-01T00:00:00+25:00|infinity|294277-01-01T00:00:00Z".split(
    "|",
  ),
  // For the language.
  ..."__proto__|constructor|toString|hasOwnProperty|null|undefined|true|[]|{}|[object Object]".split("|"),
  "",
  " ",
  LONG,
  "é".repeat(700),
  "x,".repeat(200),
];
/** Written into the address as they are. */
const HOSTILE_CODES =
  "%|%z|%zz|%ff%fe|%c0%af|%c0%80|%ed%a0%80|%f4%90%80%80|%u0041|+|%2B|%00|%0d%0aX-Injected:%20yes|a;b|a&b|=|a=b|[]|%5b0%5d|%2e%2e%2f|%252e%252e|%25|\xff\xfe|'|!|$ne".split(
    "|",
  );

/** A text as it stands in an address. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 300 }) },
  { weight: 1, arbitrary: fc.integer().map(String) },
);

/** A value that no schema would have, as it stands in an address. */
export const hostileValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: hostileText.map(encoded) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_CODES) },
);

/** A value that a schema allows, or one just beyond its edge, as it stands in an address. */
export function likelyValue(schema: ParameterSchema, known: readonly string[]): fc.Arbitrary<string> {
  const edges = edgesOf(schema);
  const plain = plainValue(schema, known).map(encoded);
  return edges.length === 0
    ? plain
    : fc.oneof(
        { weight: 4, arbitrary: plain },
        { weight: 1, arbitrary: fc.constantFrom(...edges).map(encoded) },
      );
}

function plainValue(schema: ParameterSchema, known: readonly string[]): fc.Arbitrary<string> {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String));
  if (schema.type === "array" && schema.items) {
    return fc
      .array(plainValue(schema.items, known), { minLength: 1, maxLength: 3 })
      .map((items) => items.join(","));
  }
  if (schema.type === "integer" || schema.type === "number") {
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 }).map(String);
  }
  if (schema.type === "boolean") return fc.constantFrom("true", "false");
  if (schema.format === "date-time") {
    return fc
      .date({ min: new Date("2025-01-01"), max: new Date("2027-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  const words = fc.constantFrom("get", "delete file", "record", "list", "send mail", "the", "x");
  return known.length === 0 ? words : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, words);
}

function edgesOf({ minimum, maximum, maxLength }: ParameterSchema): string[] {
  const numbers = [minimum, maximum].flatMap((edge) =>
    edge === undefined ? [] : [edge - 1, edge, edge + 1].map(String),
  );
  // An address has 16 KB at most.
  const lengths = maxLength === undefined || maxLength > 7_000 ? [] : [maxLength, maxLength + 1];
  return [...numbers, ...lengths.map((length) => "a".repeat(length))];
}

/** A body as it is sent: mostly near what is asked for. */
export function bodies(example: unknown): fc.Arbitrary<{ type: string; bytes: Buffer }> {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value) ?? "");
  const texts = fc.oneof(
    { weight: 4, arbitrary: fc.constant(json(example)) },
    { weight: 8, arbitrary: changed(example).map(json) },
    { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4 }).map(json) },
    { weight: 2, arbitrary: fc.nat(2_000).map((length) => json(example).subarray(0, length)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        Buffer.from("[".repeat(5_000)),
        Buffer.from('{"a":'.repeat(2_000)),
        Buffer.from('{"tools":[{"name":"a","name":"b"}],"tools":[]}'),
        Buffer.from('["\\ud800"]'),
        Buffer.from("[1e999]"),
        Buffer.from("\ufeff[]"),
        json([{ name: "a".repeat(600) }, { name: "b", description: "delete ".repeat(5_000) }]),
        json({ policy: { version: "1", default: "allow" }, calls: [{ tool: "\u0000" }] }),
      ),
    },
  );
  const types = fc.oneof(
    { weight: 12, arbitrary: fc.constant("application/json") },
    fc.constantFrom(
      "application/json; charset=utf-8",
      "application/mcp+json",
      "text/plain",
      "application/xml",
      "",
      "x",
      "application/json; charset=latin1",
    ),
  );
  return fc.record({ type: types, bytes: texts });
}

const anyValue = fc.oneof(hostileText, fc.jsonValue({ maxDepth: 2 }));

/** The example with one of its parts made something else, left out or given another name. */
function changed(example: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(example);
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom("replace", "remove", "rename"), anyValue, hostileText)
    .map(([place, how, value, name]) => {
      const copy = structuredClone(example);
      let parent = copy as Record<string, unknown>;
      for (const key of place.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
      const last = place.at(-1) ?? "";
      if (how === "replace" || Array.isArray(parent)) parent[last] = value;
      else {
        const described = { value: parent[last], enumerable: true, configurable: true, writable: true };
        delete parent[last];
        // Also where the name is __proto__.
        if (how === "rename") Object.defineProperty(parent, name, described);
      }
      return copy;
    });
}

function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [[...path, key], ...placesIn(part, [...path, key])]);
}
