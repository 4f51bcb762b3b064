import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { commandSource, crawl } from "../../crawler/index.ts";
import { TOOLS } from "../../mcp/index.ts";
import { placard } from "../cli/_run.ts";
import { names, temporaryHome } from "../crawler/_crawl.ts";
import { createTestDatabase, type TestDatabase } from "../database.ts";
import { ask } from "./_context.ts";
import { call, HELLO, LAUNCHER, startMcp } from "./_stdio.ts";

const GARDEN = "test/cli/fixtures/garden.json";
const OWN = TOOLS.map(({ name }) => name);
let empty: TestDatabase;
let filled: TestDatabase;

beforeAll(async () => {
  [empty, filled] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const { code, stderr } = await placard(["crawl", `file:${GARDEN}`], { env: { DATABASE_URL: filled.url } });
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => Promise.all([empty?.drop(), filled?.drop()]));

const started = (url: string, more: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [LAUNCHER, "mcp"],
  env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent", DATABASE_URL: url, ...more },
});

describe("official clients", () => {
  test.each([
    ["legacy", "2025-11-25"],
    ["auto", "2026-07-28"],
  ] as const)("of the present line, %s: revision %s", async (mode, revision) => {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    const transport = new StdioClientTransport(
      started(filled.url, { PLACARD_URL: "https://catalog.example.com" }),
    );
    await client.connect(transport);
    onTestFinished(() => client.close());
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(OWN);
    const told = await ask<Record<string, unknown>>(client, "get_tool", {
      server: "file/garden",
      tool: "delete_bed",
    });
    const explained = await placard(["explain", "file/garden", "delete_bed", "--json"], {
      env: { DATABASE_URL: filled.url },
    });
    const verdict = JSON.parse(explained.stdout);
    for (const field of ["category", "risk", "confidence", "digest", "summary", "tokens"])
      expect(told[field]).toEqual(verdict[field]);
    expect(told.url).toBe("https://catalog.example.com/tools/file/garden/delete_bed");
  });

  test("of the line before", async () => {
    const client = new OldClient({ name: "test", version: "1" });
    await client.connect(new OldTransport(started(filled.url)) as Parameters<OldClient["connect"]>[0]);
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(OWN);
    const { structuredContent } = await client.callTool({
      name: "search_tools",
      arguments: { text: "delete bed" },
    });
    expect(structuredContent).toMatchObject({
      items: [{ server: "file/garden", url: "/tools/file/garden/delete_bed" }],
    });
  });
});

describe("our own crawler, as for placard crawl -- …", () => {
  const list = async (command: string[]) => {
    const parsed = commandSource(command, { name: "placard" });
    if (!parsed.ok) throw new Error(parsed.reason);
    for await (const result of crawl(parsed.source, { home: temporaryHome() })) return result;
    throw new Error("no result");
  };

  test("lists it in the era of handshakes, in its sandbox and without a database", async () => {
    const crawled = await list([process.execPath, LAUNCHER, "mcp"]);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(OWN);
    expect(crawled).toMatchObject({ status: "ok", problems: [], launch: { era: "handshake" } });
  });

  test("lists it in the stateless era", async () => {
    // A program in front that knows of no handshake.
    const front = `
      const { spawn } = require("node:child_process");
      const { createInterface } = require("node:readline");
      const server = spawn(process.execPath, [${JSON.stringify(LAUNCHER)}, "mcp"], { stdio: ["pipe", "inherit", "inherit"] });
      createInterface({ input: process.stdin }).on("line", (line) => {
        const { id, method } = JSON.parse(line);
        if (method !== "initialize") server.stdin.write(line + "\\n");
        else console.log(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no such method" } }));
      }).on("close", () => server.stdin.end());`;
    const crawled = await list([process.execPath, "-e", front, "--", LAUNCHER]);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(OWN);
    expect(crawled).toMatchObject({
      cache: { ttlMs: 3_600_000, scope: "public" },
      launch: { era: "stateless", protocolVersion: "2026-07-28" },
    });
  });
});

describe("raw lines", () => {
  test("stdout carries messages of the protocol only, and it ends with its client", async () => {
    const mcp = startMcp({ DATABASE_URL: filled.url });
    mcp.send(HELLO);
    mcp.send({ method: "notifications/initialized" });
    mcp.send({ id: 2, method: "tools/list" });
    mcp.send(call(3, "search_tools", { text: "delete bed" }));
    mcp.send(call(4, "delete_everything", {}));
    mcp.send(call(5, "search_tools", { limit: "many" }));
    mcp.send({ id: 6, method: "no/such/method" });
    mcp.send({ id: 7, method: "ping" });
    expect((await mcp.answer(2)).result?.tools).toHaveLength(OWN.length);
    expect((await mcp.answer(3)).result).toMatchObject({
      structuredContent: { items: [{ name: "delete_bed" }] },
    });
    expect((await mcp.answer(4)).error?.code).toBe(-32602);
    expect((await mcp.answer(5)).result).toMatchObject({ isError: true });
    expect((await mcp.answer(6)).error?.code).toBe(-32601);
    expect((await mcp.answer(7)).result).toEqual({});
    mcp.child.stdin.end();
    expect(await mcp.exit).toBe(0);
    expect(mcp.lines.every((line) => JSON.parse(line).jsonrpc === "2.0")).toBe(true);
    expect(mcp.lines).toHaveLength(7);
  });

  test("a line that is no message is an error, and the next line is answered", async () => {
    const lines: [what: string, line: string | Buffer, code: number, id: unknown][] = [
      ["no JSON", "this is no message", -32700, null],
      ["half a message", '{"jsonrpc":"2.0","id":9,"method":"pi', -32700, null],
      ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), -32700, null],
      ["a number", "5", -32600, null],
      ["nothing", "null", -32600, null],
      ["an object of another kind", '{"hello":1}', -32600, null],
      ["another version", '{"jsonrpc":"1.0","id":9,"method":"ping"}', -32600, 9],
      ["an id that is none", '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
      ["parameters in a list", '{"jsonrpc":"2.0","id":"a","method":"ping","params":[1]}', -32600, "a"],
      ["an answer that is none", '{"jsonrpc":"2.0","id":1,"result":5}', -32600, null],
      ["several messages", '[{"jsonrpc":"2.0","id":9,"method":"ping"}]', -32600, null],
    ];
    const mcp = startMcp({ DATABASE_URL: empty.url });
    mcp.send("\n \r");
    for (const [, line] of lines)
      mcp.child.stdin.write(Buffer.concat([Buffer.from(line), Buffer.from("\n")]));
    mcp.send(HELLO);
    mcp.send({ id: 2, method: "ping" });
    expect((await mcp.answer(2)).result).toEqual({});
    mcp.child.stdin.end();
    expect(await mcp.exit).toBe(0);
    const said = mcp.lines.map((text) => JSON.parse(text));
    expect(said).toHaveLength(lines.length + 2);
    for (const [index, [what, , code, id]] of lines.entries()) {
      const error = { code, message: expect.stringMatching(/\.$/) };
      expect([what, said[index]]).toEqual([what, { jsonrpc: "2.0", id, error }]);
    }
    expect(mcp.stderr()).toBe("");
  });

  test("the last line may lack its end", async () => {
    const mcp = startMcp({ DATABASE_URL: empty.url });
    mcp.send(HELLO);
    mcp.child.stdin.end('{"jsonrpc":"2.0","id":2,"method":"ping"}');
    expect((await mcp.answer(2)).result).toEqual({});
    expect(await mcp.exit).toBe(0);
  });

  test("what was asked before the client closed its end is answered", async () => {
    const mcp = startMcp({ DATABASE_URL: filled.url });
    mcp.send(HELLO);
    mcp.send(call(2, "search_tools", { text: "delete bed" }));
    mcp.child.stdin.end();
    expect((await mcp.answer(2)).result).toMatchObject({
      structuredContent: { items: [{ name: "delete_bed" }] },
    });
    expect(await mcp.exit).toBe(0);
  });

  test("a cancelled call is not answered, and the next one is", async () => {
    const mcp = startMcp({ DATABASE_URL: filled.url });
    mcp.send(HELLO);
    await mcp.answer(1);
    mcp.send(call(2, "search_tools", { text: "delete bed" }));
    mcp.send({ method: "notifications/cancelled", params: { requestId: 2, reason: "no need" } });
    mcp.send(call(3, "search_tools", { text: "delete bed" }));
    expect((await mcp.answer(3)).result).toMatchObject({
      structuredContent: { items: [{ name: "delete_bed" }] },
    });
    mcp.child.stdin.end();
    await mcp.exit;
    expect(mcp.lines.map((line) => JSON.parse(line).id)).toEqual([1, 3]);
  });

  test("an empty catalog says how to fill it", async () => {
    const mcp = startMcp({ DATABASE_URL: empty.url });
    mcp.send(HELLO);
    mcp.send(call(2, "check_stack", { servers: [{ server: "npm/none" }] }));
    expect((await mcp.answer(2)).result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^The catalog is empty\. .*placard crawl/) }],
    });
  });

  test("a database that is not there is a sentence, and what needs none goes on", async () => {
    const mcp = startMcp({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
    mcp.send(HELLO);
    mcp.send({ id: 2, method: "tools/list" });
    expect((await mcp.answer(2)).result?.tools).toHaveLength(OWN.length);
    mcp.send(call(3, "get_server", { server: "npm/x" }));
    mcp.send(call(4, "classify_definition", { definition: { name: "delete_all" } }));
    expect((await mcp.answer(3)).result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/127\.0\.0\.1:1/) }],
    });
    expect((await mcp.answer(4)).result).toMatchObject({ structuredContent: { category: "Destructive" } });
  });

  test("a message without an end is not kept for ever", async () => {
    const mcp = startMcp({ DATABASE_URL: empty.url });
    mcp.send(HELLO);
    await mcp.answer(1);
    mcp.child.stdin.write(`{"jsonrpc":"2.0","id":2,"method":"${"x".repeat(5_000_000)}`);
    expect(await mcp.exit).toBe(0);
    expect(mcp.stderr()).toMatch(/buffer/i);
    expect(JSON.parse(mcp.lines.at(-1) ?? "")).toMatchObject({ id: null, error: { code: -32600 } });
  });
});

test("ends at Ctrl-C, and on a wrong option", async () => {
  const mcp = startMcp({ DATABASE_URL: filled.url });
  mcp.send(HELLO);
  mcp.send(call(2, "search_tools", { text: "delete bed" }));
  await mcp.answer(2);
  mcp.child.kill("SIGINT");
  expect(await mcp.exit).toBe(130);
  const { code, stderr } = await placard(["mcp", "--url", "catalog"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("catalog.example.com")]);
});
