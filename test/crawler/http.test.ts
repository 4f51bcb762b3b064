import type { IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { guardedLookup, isLoopbackHost, mayConnect, RefusedAddressError } from "../../crawler/_addresses.ts";
import { parseSource } from "../../crawler/index.ts";
import { hello, tool } from "../servers/_rpc.ts";
import { crawlTyped, names } from "./_crawl.ts";
import {
  type Answer,
  bodyOf,
  closeAll,
  listen,
  type Rpc,
  reply,
  result,
  resultOf,
  serveHttp,
} from "./_remote.ts";

afterEach(closeAll);

describe("a remote that behaves", () => {
  test("is listed over JSON answers, page by page", async () => {
    const seen: IncomingMessage[] = [];
    const url = await listen(reply, seen);
    const result = await crawlTyped(`${url}/?token=s3cret`);
    expect(result.reason).toBeUndefined();
    expect(result).toMatchObject({
      server: `remote/${new URL(url).host}/mcp`,
      source: `${url}/`,
      status: "ok",
      launch: { transport: "http", url: `${url}/`, clientCapabilities: {} },
    });
    expect(names(result)).toEqual(["first", "second"]);
    expect(result.problems).toMatchObject([{ index: 1 }]);
    expect(JSON.stringify(result)).not.toContain("s3cret");
    expect(seen[0]?.url).toContain("token=s3cret");
    expect(seen[0]?.headers["user-agent"]).toMatch(/^placard\/\d/);
    expect(seen.at(-1)?.headers["mcp-protocol-version"]).toBe("2025-11-25");
  });

  test("is listed over event streams, and its session is closed", async () => {
    const seen: IncomingMessage[] = [];
    const url = await listen((message, response) => {
      if (message.id === undefined) return void response.writeHead(202).end();
      response.writeHead(200, { "content-type": "text/event-stream", "mcp-session-id": "s1" });
      response.write(": a comment\n\n");
      response.write(
        'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\n\n',
      );
      response.end(
        `data: ${JSON.stringify({ jsonrpc: "2.0", id: message.id, result: resultOf(message) })}\n\n`,
      );
    }, seen);
    const result = await crawlTyped(url);
    expect(names(result)).toEqual(["first", "second"]);
    expect(seen.filter(({ method }) => method === "DELETE")).toMatchObject([
      { headers: { "mcp-session-id": "s1" } },
    ]);
  });

  test("may cut the stream it keeps open beside our requests", async () => {
    const methods: string[] = [];
    const url = await serveHttp(async (request, response) => {
      methods.push(request.method ?? "");
      if (request.method === "GET") {
        response.writeHead(200, { "content-type": "text/event-stream" }).write(": hello\n\n");
        return void setTimeout(() => response.destroy(), 20);
      }
      const message = JSON.parse(await bodyOf(request)) as Rpc;
      if (message.method === "initialize") result(response, message, hello({ tools: { listChanged: true } }));
      else setTimeout(() => reply(message, response, request), 100);
    });
    const crawled = await crawlTyped(url);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(["first", "second"]);
    expect(methods).toContain("GET");
  });

  test("is listed again when it says on that stream that its list changed", async () => {
    const isLate = Promise.withResolvers<void>();
    let lists = 0;
    const url = await serveHttp(async (request, response) => {
      if (request.method === "GET") {
        response.writeHead(200, { "content-type": "text/event-stream" });
        await isLate.promise;
        return void response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      }
      const message = JSON.parse(await bodyOf(request)) as Rpc;
      if (message.method === "initialize")
        return result(response, message, hello({ tools: { listChanged: true } }));
      if (message.method !== "tools/list") return reply(message, response, request);
      lists++;
      result(response, message, { tools: [tool(`list_${lists}`)] });
      isLate.resolve();
    });
    expect(names(await crawlTyped(url))).toEqual(["list_2"]);
  });

  test("may redirect within its own origin, and compress", async () => {
    const url = await listen((message, response, request) => {
      if (request.url === "/mcp") return void response.writeHead(307, { location: "/other" }).end();
      if (message.id === undefined) return void response.writeHead(202).end();
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: resultOf(message) })));
    });
    expect(names(await crawlTyped(url))).toEqual(["first", "second"]);
  });
});

describe("a remote that asks for authorization", () => {
  test.each([
    [
      401,
      'Bearer resource_metadata="http://10.0.0.1/.well-known/oauth-protected-resource"',
      " and describes it at http://10.0.0.1/.well-known/oauth-protected-resource",
    ],
    [401, undefined, ""],
    [403, 'Bearer error="insufficient_scope"', ""],
  ])("%i %s", async (status, challenge, described) => {
    const url = await listen((_message, response) => {
      response.writeHead(status, challenge === undefined ? {} : { "www-authenticate": challenge }).end("no");
    });
    const result = await crawlTyped(url);
    expect(result.status).toBe("needs-authorization");
    expect(result.reason).toBe(
      `Asking ${url}: the server asks for authorization (HTTP ${status})${described}. Its tools are visible only with an account there.`,
    );
  });
});

describe("a remote that fails is one sentence", () => {
  const cases: [string, Answer, RegExp][] = [
    [
      "404",
      (_m, response) => void response.writeHead(404).end("<html>"),
      /answered initialize with HTTP 404\. Check that the address is the MCP endpoint/,
    ],
    [
      "500 with a JSON-RPC error",
      (_m, response) =>
        void response.writeHead(500).end('{"jsonrpc":"2.0","error":{"code":1,"message":"out of\\norder"}}'),
      /with HTTP 500, "out of order"\. Try again later/,
    ],
    [
      "429",
      (_m, response) => void response.writeHead(429, { "retry-after": "120" }).end(),
      /HTTP 429\. Try again later; it asks to wait 120 s\./,
    ],
    [
      "a status of its own",
      (_m, response) => void response.writeHead(999).end(),
      /with HTTP 999\. Try again later/,
    ],
    [
      "a web page",
      (_m, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      /the answer is text\/html, neither JSON nor an event stream/,
    ],
    [
      "no JSON",
      (_m, response) => void response.writeHead(200, { "content-type": "application/json" }).end("<html>"),
      /neither JSON nor an event stream/,
    ],
    ["silence", () => {}, /did not answer initialize within 500 ms\. Try again later/],
    [
      "a redirect to elsewhere",
      (_m, response) => void response.writeHead(302, { location: "http://169.254.169.254/latest?x=1" }).end(),
      /redirects to http:\/\/169\.254\.169\.254\/latest, which is not a public address/,
    ],
    [
      "a redirect loop",
      (_m, response) => void response.writeHead(307, { location: "/mcp" }).end(),
      /HTTP 307|redirect/,
    ],
    [
      "too much",
      (_m, response) =>
        void response.writeHead(200, { "content-type": "application/json" }).end("x".repeat(200_000)),
      /more than 100000 bytes, our limit/,
    ],
    [
      "a bomb",
      (_m, response) =>
        void response
          .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
          .end(gzipSync("x".repeat(10_000_000))),
      /more than 100000 bytes, our limit/,
    ],
    ["a cut connection", (_m, response) => void response.socket?.destroy(), /the server cut the connection/],
  ];

  test.each(cases)("%s", async (_name, answer, sentence) => {
    const url = await listen(answer);
    const result = await crawlTyped(url, {
      limits: { requestMs: 500, messageBytes: 100_000, totalBytes: 200_000 },
    });
    expect(result).toMatchObject({ status: "failed", tools: [] });
    expect(result.reason).toMatch(/^Asking http:\/\/127\.0\.0\.1:\d+\/mcp: /);
    expect(result.reason).toMatch(sentence);
  });

  test("an endless event stream", async () => {
    const url = await listen((_message, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const timer = setInterval(() => response.write(`data: ${"x".repeat(50_000)}\n\n`), 5);
      response.on("close", () => clearInterval(timer));
    });
    const { reason } = await crawlTyped(url, { limits: { totalBytes: 200_000 } });
    expect(reason).toMatch(/the server sent answers of more than 200000 bytes, our limit/);
  });

  test("nobody there", async () => {
    const { reason } = await crawlTyped("http://127.0.0.1:9/mcp");
    expect(reason).toBe(
      "Asking http://127.0.0.1:9/mcp: nothing answers at that address and port. Check the address and that the server is up.",
    );
  });
});

describe("addresses", () => {
  test.each([
    "http://10.0.0.1/mcp",
    "http://192.168.1.1/mcp",
    "http://169.254.169.254/latest/meta-data",
    "http://0x0a000001/mcp",
    "http://[fe80::1]/mcp",
    "http://[::ffff:10.0.0.1]/mcp",
    "http://0.0.0.0:4321/mcp",
  ])("%s is refused", async (url) => {
    const { status, reason } = await crawlTyped(url);
    expect(status).toBe("failed");
    expect(reason).toMatch(
      /is not a public address\. Placard connects to private addresses only where you type localhost/,
    );
  });

  test("a name that leads to this machine is refused, unless it is localhost", async () => {
    // RFC 6761: names below localhost lead to loopback wherever a resolver knows them at all.
    const { reason } = await crawlTyped("http://placard.localhost:9/mcp");
    expect(reason).toMatch(/is not a public address|could not be resolved/);
    expect((await crawlTyped("http://localhost:9/mcp")).reason).toMatch(/nothing answers/);
  });

  test("what a name leads to is checked where the connection is made", async () => {
    // The one name that every resolver knows, and a private address behind it.
    const look = (loopback: boolean) =>
      new Promise<Error | null>((resolve) => {
        guardedLookup(loopback)("localhost", { all: true }, (error) => resolve(error));
      });
    expect(await look(false)).toBeInstanceOf(RefusedAddressError);
    expect(await look(true)).toBeNull();
  });

  test("typed loopback allows this machine only", () => {
    expect(["localhost", "127.0.0.1", "127.9.9.9", "[::1]"].map(isLoopbackHost)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["localhost.example.com", "10.0.0.1", "[::2]"].map(isLoopbackHost)).toEqual([false, false, false]);
    expect(mayConnect("127.0.0.1", true)).toBe(true);
    for (const address of ["10.0.0.1", "169.254.169.254", "fd00::1", "not an address"]) {
      expect(mayConnect(address, true), address).toBe(false);
    }
    for (const address of ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]) {
      expect(mayConnect(address, false), address).toBe(true);
    }
    for (const address of [
      "127.0.0.1",
      "::1",
      "::ffff:127.0.0.1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "100.64.0.1",
    ]) {
      expect(mayConnect(address, false), address).toBe(false);
    }
  });
});

describe("sources that are none", () => {
  test.each([
    [
      "https://",
      'Reading the source "https://": it is no URL. Write https://<host>/<path>, such as https://mcp.example.com/mcp.',
    ],
    [
      "https://me:pw@example.com/mcp",
      'Reading the source "https://example.com/mcp": it holds a user name or password. Leave it out; Placard looks at servers without an account.',
    ],
    [
      "ftp://example.com",
      'Reading the source "ftp://example.com": there is no source "ftp:". Known sources are ',
    ],
    ["tools.json", 'Reading the source "tools.json": it names no kind of source. Known sources are '],
  ])("%s", (argument, reason) => {
    // The list of known sources grows; what is said before it doesn't.
    const parsed = parseSource(argument);
    expect(parsed).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});
