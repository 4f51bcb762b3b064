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
