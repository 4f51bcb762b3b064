import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { crawlTyped, names, temporaryHome } from "./_crawl.ts";

const list = { tools: [{ name: "one" }, { name: "two", inputSchema: { type: "object" } }] };

function crawlText(text: string | Buffer, name = "notes.json") {
  const path = join(temporaryHome(), name);
  writeFileSync(path, text);
  return crawlTyped(`file:${path}`);
}

describe("forms of a recorded list", () => {
  test.each([
    ["a tools/list result", JSON.stringify(list)],
    ["with white space and a byte order mark", `\ufeff${JSON.stringify(list, undefined, 2)}\n`],
    ["a JSON-RPC response", JSON.stringify({ jsonrpc: "2.0", id: 1, result: list })],
    ["an array", JSON.stringify(list.tools)],
    ["a tool a line", list.tools.map((tool) => JSON.stringify(tool)).join("\r\n")],
    ["a page a line", list.tools.map((tool) => JSON.stringify({ tools: [tool] })).join("\n")],
  ])("%s", async (_form, text) => {
    const result = await crawlText(text);
    expect(result).toMatchObject({
      server: "file/notes",
      status: "ok",
      problems: [],
      launch: { transport: "file" },
    });
    expect(names(result)).toEqual(["one", "two"]);
    expect(result.raw).toEqual([text.replace("\ufeff", "")]);
  });

  test("one tool by itself, and a list of none", async () => {
    expect(names(await crawlText('{"name":"only"}'))).toEqual(["only"]);
    expect(await crawlText('{"tools":[]}')).toMatchObject({ status: "ok", tools: [] });
  });

  test("bad tools are problems", async () => {
    const result = await crawlText('[{"name":"one"},7,{"name":"one"}]');
    expect(names(result)).toEqual(["one"]);
    expect(result.problems.map(({ index }) => index)).toEqual([1, 2]);
  });
});

describe("what can't be read is one sentence", () => {
  const expected =
    "Expected a tools/list result, a JSON-RPC response that holds one, an array of tools, or one tool a line.";

  test.each([
    ["", `the file is empty. ${expected}`],
    [" \n", `the file is empty. ${expected}`],
    [
      '{"tools": [\n  {"name": "one"},\n  {"name": oops}\n]}',
      `line 3, column 12 is not JSON (Unexpected token 'o'). ${expected}`,
    ],
    ['{"tools": [', `line 1, column 12 is not JSON (Unexpected end of JSON input). ${expected}`],
    ['{"tools": [],}', `line 1, column 14 is not JSON (Expected double-quoted property name). ${expected}`],
    [
      '{"name":"one"}\n{"name":"two"\n',
      `line 2, column 14 is not JSON (Expected ',' or '}' after property value). ${expected}`,
    ],
    ["<html>", `line 1, column 1 is not JSON (Unexpected token '<'). ${expected}`],
    ['{"servers": []}', `it is JSON, but holds no tools. ${expected}`],
    ['"tools"', `it is JSON, but holds no tools. ${expected}`],
    [
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}',
      "it holds an error instead of tools (-32601, no). Record the list again.",
    ],
  ])("%j", async (text, sentence) => {
    const result = await crawlText(text);
    expect(result).toMatchObject({ status: "failed", tools: [] });
    expect(result.reason?.replace(/^Reading file:\S+: /, "")).toBe(sentence);
  });

  test("a missing file, a folder, a file too large", async () => {
    const folder = temporaryHome();
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "big.json"), "[1,2,3]");
    const reason = async (name: string) =>
      (await crawlTyped(`file:${join(folder, name)}`, { limits: { fileBytes: 5 } })).reason;
    expect(await reason("none.json")).toMatch(/none\.json: there is no such file\. Check the path/);
    expect(await reason("sub")).toMatch(/sub: it is a folder\. Name a file in it\.$/);
    expect(await reason("big.json")).toMatch(/it is larger than/);
  });

  test("more values than a crawl may hold, in one text or in lines", async () => {
    const limits = { jsonParts: 100 };
    const tools = (count: number) =>
      Array.from({ length: count }, (_, i) => JSON.stringify({ name: `t${i}` }));
    const path = join(temporaryHome(), "tools.json");
    const crawled = async (text: string) => {
      writeFileSync(path, text);
      return crawlTyped(`file:${path}`, { limits });
    };
    // Of each tool the brace, the colon and the comma after it.
    expect((await crawled(`[${tools(33)}]`)).tools).toHaveLength(33);
    expect((await crawled(tools(50).join("\n"))).tools).toHaveLength(50);
    for (const text of [`[${tools(34)}]`, tools(51).join("\n"), "[".repeat(101)]) {
      const { status, reason } = await crawled(text);
      expect(status).toBe("failed");
      expect(reason).toMatch(
        /: it holds more than 100 values and keys, our limit\. Split it, one file a server\.$/,
      );
    }
  });
});
