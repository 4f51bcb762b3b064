import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { hello, tool } from "../servers/_rpc.ts";
import { crawlServerNamed, crawlTyped, names } from "./_crawl.ts";
import { type Answer, closeAll, json, listen, type Rpc, reply, result } from "./_remote.ts";

afterEach(closeAll);

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "placard", version: expect.any(String) },
  "io.modelcontextprotocol/clientCapabilities": {},
};

describe("a program of the stateless era", () => {
  test("is asked again without a handshake", async () => {
    const crawled = await crawlServerNamed("stateless");
    expect(crawled).toMatchObject({
      status: "ok",
      protocolVersion: "2026-07-28",
      serverInfo: { name: "stateless", version: "1.0.0" },
      instructions: "Ask away.",
      capabilities: { tools: {} },
      cache: { ttlMs: 5_000, scope: "public" },
      launch: {
        transport: "stdio",
        era: "stateless",
        protocolVersion: "2026-07-28",
        clientCapabilities: {},
      },
    });
    // An empty cursor is a cursor in this revision.
    expect(names(crawled)).toEqual(["one", "two"]);
    expect(crawled.tools[0]?.["x-meta"]).toEqual(META);
    expect(JSON.parse(crawled.raw[0] ?? "")).toMatchObject({ resultType: "complete", cacheScope: "public" });
  });

  test("may keep its list private", async () => {
    const crawled = await crawlServerNamed("stateless", ["private"]);
    expect(crawled).toMatchObject({
      status: "skipped",
      reason: expect.stringMatching(/marks its list as private \(cacheScope\)/),
      cache: { ttlMs: 5_000, scope: "private" },
      tools: [],
      problems: [],
      raw: [],
    });
  });

  test("a scope that nobody knows is none", async () => {
    const crawled = await crawlServerNamed("stateless", ["galactic"]);
    expect(crawled.status).toBe("ok");
    expect(crawled.cache).toEqual({ ttlMs: 5_000 });
  });
});

test("a program of the handshake era says so, and is asked nothing else", async () => {
  const crawled = await crawlServerNamed("good");
  expect(crawled.launch).toMatchObject({ era: "handshake", protocolVersion: "2025-11-25" });
  expect(crawled.cache).toEqual({ ttlMs: 1000 });
});

/** A remote of the stateless era, as strict as the revision wants servers to be. */
const stateless: Answer = (message, response, request) => {
  const version = message.params?._meta?.["io.modelcontextprotocol/protocolVersion"];
  const { headers } = request;
  const fail = (status: number, code: number, text: string): void => {
    response.statusCode = status;
    json(response, { jsonrpc: "2.0", id: message.id, error: { code, message: text } });
  };
  if (headers["mcp-method"] !== message.method || headers["mcp-protocol-version"] !== version)
    return fail(400, -32020, "Header mismatch");
  if (version !== "2026-07-28") return fail(400, -32022, "Unsupported protocol version");
  if (message.method === "server/discover")
    result(response, message, { supportedVersions: ["2026-07-28"], capabilities: { tools: {} } });
  else if (message.method === "tools/list")
    result(response, message, { tools: [tool("modern")], ttlMs: 1_000, cacheScope: "public" });
  else fail(404, -32601, "Method not found");
};

describe("a remote", () => {
  test("of the stateless era gets two requests, with the headers it wants", async () => {
    const seen: IncomingMessage[] = [];
    const crawled = await crawlTyped(await listen(stateless, seen));
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(["modern"]);
    expect(crawled).toMatchObject({
      protocolVersion: "2026-07-28",
      cache: { ttlMs: 1_000, scope: "public" },
      launch: { era: "stateless", protocolVersion: "2026-07-28", authorization: "none" },
    });
    expect(
      seen.map(({ method, headers }) => [method, headers["mcp-method"], headers["mcp-session-id"]]),
    ).toEqual([
      ["POST", "server/discover", undefined],
      ["POST", "tools/list", undefined],
    ]);
  });

  test("of both eras is asked in the newer one, where alone it says that its list is private", async () => {
    const url = await listen((message, response, request) => {
      if (request.headers["mcp-protocol-version"] !== "2026-07-28") return reply(message, response, request);
      if (message.method === "server/discover") return stateless(message, response, request);
      result(response, message, { tools: [tool("mine")], ttlMs: 0, cacheScope: "private" });
    });
    const crawled = await crawlTyped(url);
    expect(crawled).toMatchObject({ status: "skipped", cache: { ttlMs: 0, scope: "private" }, raw: [] });
    expect(JSON.stringify(crawled)).not.toContain("mine");
  });

  test("that turns private on a later page, or fails there, leaves nothing behind", async () => {
    const url = await listen((message, response, request) => {
      if (message.method !== "tools/list") return stateless(message, response, request);
      if (message.params?.cursor === undefined)
        return result(response, message, { tools: [tool("mine")], cacheScope: "private", nextCursor: "2" });
      response.writeHead(500).end();
    });
    const crawled = await crawlTyped(url);
    expect(crawled).toMatchObject({ status: "failed", tools: [], raw: [], cache: { scope: "private" } });
  });

  const older: [string, Answer][] = [
    ["400 and no JSON-RPC", (_m, response) => void response.writeHead(400).end("Bad Request")],
    [
      "400 and its own error",
      (_m, response) =>
        void response
          .writeHead(400)
          .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Server not initialized"}}'),
    ],
    ["200 and method not found", reply],
    ["500", (_m, response) => void response.writeHead(500).end()],
    ["404", (_m, response) => void response.writeHead(404).end()],
    [
      "a web page",
      (_m, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    ],
    ["a result that offers other versions", (m, r) => result(r, m, { supportedVersions: ["2030-01-01"] })],
    ["a result that is none", (m, r) => result(r, m, null)],
    ["202", (_m, response) => void response.writeHead(202).end()],
  ];

  test.each(older)(
    "of the handshake era that answers the probe with %s is asked as it likes",
    async (_n, answer) => {
      const seen: Rpc[] = [];
      const url = await listen((message, ...rest) => {
        seen.push(message);
        return message.method === "server/discover" ? answer(message, ...rest) : reply(message, ...rest);
      });
      const crawled = await crawlTyped(url);
      expect(crawled.reason).toBeUndefined();
      expect(crawled.launch).toMatchObject({ era: "handshake", protocolVersion: "2025-11-25" });
      expect(seen.map(({ method }) => method)).toEqual([
        "server/discover",
        "initialize",
        "notifications/initialized",
        "tools/list",
        "tools/list",
      ]);
      expect(seen.filter(({ params }) => params?._meta !== undefined)).toHaveLength(1);
    },
  );

  test("that speaks neither is told by what it said to the handshake", async () => {
    const url = await listen((message, response) => {
      const error = { code: -32022, message: `No ${message.method}; only 2030-01-01` };
      response.statusCode = 400;
      json(response, { jsonrpc: "2.0", id: message.id, error });
    });
    const { status, reason } = await crawlTyped(url);
    expect(status).toBe("failed");
    expect(reason).toMatch(/answered initialize with HTTP 400, "No initialize; only 2030-01-01"/);
  });

  test("that has no tools says so with 404 and a JSON-RPC error", async () => {
    const url = await listen((message, response, request) => {
      if (message.method === "server/discover")
        return result(response, message, {
          supportedVersions: ["2026-07-28"],
          capabilities: { prompts: {} },
        });
      stateless({ ...message, method: "other/method" }, response, request);
    });
    // The strict server finds the header wrong; what counts is that it declared no tools.
    expect(await crawlTyped(url)).toMatchObject({ status: "ok", tools: [] });
  });
});

describe("the time for a whole list", () => {
  test("cuts off a remote that answers each page slowly, and keeps what it has", async () => {
    const url = await listen((message, response, request) => {
      if (message.method !== "tools/list") return reply(message, response, request);
      const page = Number(message.params?.cursor ?? 1);
      const more = { tools: [tool(`page_${page}`)], nextCursor: `${page + 1}` };
      setTimeout(() => result(response, message, more), page === 1 ? 0 : 150);
    });
    const crawled = await crawlTyped(url, { limits: { listMs: 400, requestMs: 5_000 } });
    expect(crawled.status).toBe("ok");
    expect(crawled.tools.length).toBeGreaterThan(0);
    expect(crawled.problems).toEqual([
      {
        index: crawled.tools.length,
        problem: expect.stringMatching(
          /^Listing stopped after \d+ pages?, because it took 0\.4 s; the server has more\.$/,
        ),
      },
    ]);
  });

  test("fails a remote that never answers the first page", async () => {
    const url = await listen((message, response, request) => {
      if (message.method === "initialize") result(response, message, hello());
      else if (message.method !== "tools/list") reply(message, response, request);
    });
    const { reason } = await crawlTyped(url, { limits: { listMs: 200, requestMs: 5_000 } });
    expect(reason).toMatch(/^Listing the tools of .*: the server did not answer tools\/list within 200 ms/);
  });
});
