import { describe, expect, test } from "vitest";
import { readSchema } from "../../site/src/lib/schema.ts";

describe("a schema as rows", () => {
  test("types, limits, defaults, values and what is required", () => {
    const { rows, left } = readSchema(
      {
        type: "object",
        properties: {
          path: { type: "string", description: "Where", minLength: 1, pattern: "^/" },
          mode: { enum: ["read", "write", 3], default: "read" },
          tags: { type: "array", items: { type: "string" } },
          owner: { anyOf: [{ type: "string" }, { type: "null" }] },
          "a/b~c": { type: ["integer", "null"], minimum: 0 },
        },
        required: ["path"],
      },
      "inputSchema",
    );
    expect(left).toBe(0);
    expect(rows.map(({ name, type, required, limits }) => [name, type, required, limits])).toEqual([
      ["path", "string", true, ["min. length 1", "matches ^/"]],
      ["mode", "one of", false, ['default "read"']],
      ["tags", "array of string", false, []],
      ["owner", "string or null", false, []],
      ["a/b~c", "integer or null", false, ["at least 0"]],
    ]);
    expect(rows[1]?.values[2]).toEqual({ text: "3", pointer: "/inputSchema/properties/mode/enum/2" });
    expect(rows[4]?.pointer).toBe("/inputSchema/properties/a~1b~0c");
  });

  test("nested properties are indented, also behind arrays, alternatives and references", () => {
    const { rows } = readSchema(
      {
        properties: {
          list: { type: "array", items: { $ref: "#/$defs/item" } },
          either: { oneOf: [{ properties: { x: {} } }] },
        },
        $defs: { item: { type: "object", properties: { id: { type: "string" } } } },
      },
      "inputSchema",
    );
    expect(rows.map(({ pointer, depth, type }) => [pointer, depth, type])).toEqual([
      ["/inputSchema/properties/list", 0, "array of object"],
      ["/inputSchema/properties/list/items/properties/id", 1, "string"],
      ["/inputSchema/properties/either", 0, "object"],
      ["/inputSchema/properties/either/oneOf/0/properties/x", 1, "anything"],
    ]);
  });

  test("shapes to choose from are told apart, also at the top, and other keys have a row", () => {
    const { rows } = readSchema(
      {
        oneOf: [
          { properties: { id: { type: "string" } }, required: ["id"] },
          { properties: { name: { type: "string" } } },
        ],
        properties: { scores: { type: "object", additionalProperties: { type: "number", maximum: 5 } } },
      },
      "inputSchema",
    );
    expect(
      rows.map(({ name, pointer, required, note, limits }) => [name, pointer, required, note, limits]),
    ).toEqual([
      ["scores", "/inputSchema/properties/scores", false, undefined, []],
      [
        "any other name",
        "/inputSchema/properties/scores/additionalProperties",
        false,
        undefined,
        ["at most 5"],
      ],
      ["id", "/inputSchema/oneOf/0/properties/id", true, "in shape 1 of 2", []],
      ["name", "/inputSchema/oneOf/1/properties/name", false, "in shape 2 of 2", []],
    ]);
  });

  test("bounds of items, flags and examples are said", () => {
    const { rows } = readSchema(
      {
        properties: {
          tags: {
            type: "array",
            uniqueItems: true,
            maxItems: 3,
            items: { type: "string", format: "uri", maxLength: 9 },
          },
          exact: { type: "object", additionalProperties: false, deprecated: true },
          step: { type: "number", multipleOf: 0.5, examples: [1.5, 2], default: null },
        },
      },
      "inputSchema",
    );
    expect(rows.map(({ limits }) => limits)).toEqual([
      ["max. items 3", "no item twice", "each max. length 9", "each format uri"],
      ["no other properties", "deprecated"],
      ["default null", "a multiple of 0.5", "such as 1.5"],
    ]);
  });

  test("what leads back to where it stands is named once and not followed", () => {
    const node = {
      type: "object",
      properties: {
        name: {},
        next: { $ref: "#/$defs/node" },
        all: { type: "array", items: { $ref: "#/$defs/node" } },
      },
    };
    const { rows, left } = readSchema(
      { properties: { tree: { $ref: "#/$defs/node" }, me: { $ref: "#" } }, $defs: { node } },
      "inputSchema",
    );
    expect(rows.map(({ name, depth, note }) => [name, depth, note])).toEqual([
      ["tree", 0, undefined],
      ["name", 1, undefined],
      ["next", 1, "as above, and so on"],
      ["all", 1, "as above, and so on"],
      ["me", 0, "as above, and so on"],
    ]);
    expect(left).toBe(0);
  });

  test("a property's own words go before those of what it refers to", () => {
    const { rows } = readSchema(
      {
        properties: { a: { $ref: "#/$defs/x", description: "mine", default: 1 } },
        $defs: { x: { type: "integer", description: "theirs", minimum: 0 } },
      },
      "inputSchema",
    );
    expect(rows[0]).toMatchObject({
      type: "integer",
      description: "mine",
      limits: ["default 1", "at least 0"],
    });
  });

  test("what is no schema, endless, or too much is said and not followed", () => {
    expect(readSchema("nonsense", "inputSchema").empty).toBe("The server declares no schema.");
    expect(readSchema({ type: "object" }, "inputSchema").empty).toBe("No arguments.");
    expect(readSchema({ properties: [1], required: "x" }, "inputSchema").rows).toEqual([]);
    const endless = {
      properties: { me: { $ref: "#" }, down: { $ref: "#/properties/down" } },
      required: null,
    };
    expect(readSchema(endless, "inputSchema").rows.length).toBeLessThan(20);
    const tree: Record<string, unknown> = { properties: {} };
    tree.properties = { child: { $ref: "#/$defs/node" } };
    tree.$defs = {
      node: { properties: { left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } } },
    };
    expect(readSchema(tree, "inputSchema").rows.length).toBeLessThanOrEqual(150);
    const loop = {
      anyOf: [{ $ref: "#/$defs/loop" }, { $ref: "#/$defs/loop" }],
      items: { $ref: "#/$defs/loop" },
    };
    expect(readSchema({ properties: { a: loop }, $defs: { loop } }, "inputSchema").rows).toHaveLength(1);
    const wide = {
      properties: Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`p${index}`, {}])),
    };
    expect(readSchema(wide, "inputSchema")).toMatchObject({ left: 250 });
  });
});
