import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type CrawlResult, crawl, parseSource } from "../../crawler/index.ts";
import { hello, tool } from "../servers/_rpc.ts";
import { selfSigned } from "./_certificate.ts";
import {
  type Answer,
  bodyOf,
  closeAll,
  listen,
  open,
  openConnections,
  type Rpc,
  reply,
  result,
  rpcError,
  serveHttp,
} from "./_remote.ts";

// Short, so that the whole zoo is through in seconds; the behaviours are those that the real limits stop as well.
const limits = {
  requestMs: 800,
  probeMs: 300,
  listMs: 1_500,
  retryAfterMs: 500,
  messageBytes: 100_000,
  totalBytes: 300_000,
  jsonParts: 20_000,
};

async function crawlUrl(url: string): Promise<CrawlResult> {
  const parsed = parseSource(url);
  if (!parsed.ok) throw new Error(parsed.reason);
  for await (const crawled of crawl(parsed.source, { home: tmpdir(), limits })) return crawled;
  throw new Error("the source lists no server");
}

type Status = CrawlResult["status"];
type Row = [name: string, serve: () => Promise<string>, status: Status, reason: RegExp | undefined];

/** A server that posts meet with `answer`. */
const posts = (answer: Answer) => () => listen(answer);

/** A server that behaves but for one method. */
const but = (method: string, answer: Answer) =>
  posts((message, ...rest) => (message.method === method ? answer : reply)(message, ...rest));

/** A server that writes this to every request. */
const always = (status: number, headers: Record<string, string>, body: string | Buffer = "") =>
  posts((_message, response) => void response.writeHead(status, headers).end(body));

const JSON_TYPE = { "content-type": "application/json" };
const STREAM = { "content-type": "text/event-stream" };

/** Writes pieces until the other side has had enough. */
function drip(response: ServerResponse, piece: string, everyMs: number): void {
  const timer = setInterval(() => response.write(piece), everyMs);
  response.on("close", () => clearInterval(timer));
}

/** Writes 200 MB as fast as they are taken. */
function flood(response: ServerResponse): void {
  const piece = Buffer.alloc(1024 * 1024, " ");
  let left = 200;
  const more = (): void => {
    while (left-- > 0) if (!response.write(piece)) return void response.once("drain", more);
    response.end("{}");
  };
  more();
}

/** A server that speaks no HTTP. */
const bytes = (text: string) => async () =>
  `http://127.0.0.1:${await open(createServer((socket) => socket.resume().end(text)))}/mcp`;

/** A server that sends every request on to `to(request)`. */
const redirects = (to: (request: IncomingMessage) => string, status = 307) =>
  posts((_message, response, request) => void response.writeHead(status, { location: to(request) }).end());

const hop = (request: IncomingMessage): number =>
  Number(new URL(`http://x${request.url}`).searchParams.get("hop") ?? 0);

/** A server that answers 429 or 503 so many times before it behaves. */
const busy = (times: number, status: number, retryAfter: string) => {
  let left = times;
  return posts((message, response, request) => {
    if (left-- > 0) response.writeHead(status, { "retry-after": retryAfter }).end();
    else reply(message, response, request);
  });
};

/** A server whose session ends so many times before the second page. */
const forgetful = (times: number, status: number): (() => Promise<string>) => {
  let left = times;
  let sessions = 0;
  return posts((message, response, request) => {
    if (message.method === "initialize") {
      response.setHeader("mcp-session-id", `session-${++sessions}`);
      return result(response, message, hello());
    }
    if (message.params?.cursor !== undefined && left-- > 0) {
      const error = { code: -32000, message: "No valid session ID provided" };
      return void response
        .writeHead(status, JSON_TYPE)
        .end(JSON.stringify({ jsonrpc: "2.0", error, id: null }));
    }
    reply(message, response, request);
  });
};

/** A server of HTTP+SSE (2024-11-05), which names `endpoint` to post to. */
const legacy =
  (endpoint: string | undefined, answer: Answer = reply) =>
  async () => {
    let stream: ServerResponse | undefined;
    return serveHttp(async (request, response) => {
      if (request.method === "GET") {
        stream = response.writeHead(200, STREAM);
        stream.write(endpoint === undefined ? ": nothing\n\n" : `event: endpoint\ndata: ${endpoint}\n\n`);
      } else if (request.url?.startsWith("/messages")) {
        const message = JSON.parse(await bodyOf(request)) as Rpc;
        response.writeHead(202).end();
        // The answer that the server would have given goes to the stream.
        const end = (text: string) => void stream?.write(`event: message\ndata: ${text}\n\n`);
        if (message.id !== undefined)
          answer(message, { end, setHeader: () => ({ end }) } as unknown as ServerResponse, request);
      } else {
        response.writeHead(404).end("Cannot POST /mcp");
      }
    });
  };

/** A server that wants an account, and serves `metadata` at a path. */
const gated = (status: number, challenge: string | undefined, path?: string, metadata?: unknown) => () =>
  serveHttp((request, response) => {
    if (request.method === "GET" && request.url === path)
      return response.writeHead(200, JSON_TYPE).end(JSON.stringify(metadata));
    if (request.method === "GET") return response.writeHead(404).end();
    response.writeHead(status, challenge === undefined ? {} : { "www-authenticate": challenge }).end();
  });

const METADATA = {
  resource: "https://mcp.example.com/mcp",
  authorization_servers: ["https://login.example.com"],
};
const WELL_KNOWN = "/.well-known/oauth-protected-resource";

const pagesOf = (next: (page: number) => object, delayMs: number): (() => Promise<string>) =>
  but("tools/list", (message, response) => {
    const page = Number(message.params?.cursor ?? 1);
    setTimeout(() => result(response, message, next(page)), delayMs);
  });

const silent = /did not answer initialize within 800 ms\. Try again later/;
const ZOO: Row[] = [
  // Slow and silent
  ["never answers", posts(() => {}), "failed", silent],
  [
    "answers a byte at a time",
    posts((_m, response) => drip(response.writeHead(200, JSON_TYPE), " ", 50)),
    "failed",
    silent,
  ],
  [
    "streams comments without an answer",
    posts((_m, response) => drip(response.writeHead(200, STREAM), ":\n\n", 50)),
    "failed",
    silent,
  ],
  ["is silent to the new era only", but("server/discover", () => {}), "ok", undefined],
  [
    "takes its time for each of endless pages",
    pagesOf((page) => ({ tools: [tool(`tool_${page}`)], nextCursor: `${page + 1}` }), 400),
    "ok",
    undefined,
  ],
  // Too much
  [
    "sends 200 MB",
    posts((_m, response) => flood(response.writeHead(200, JSON_TYPE))),
    "failed",
    /sent a message of more than 100000 bytes, our limit/,
  ],
  [
    "sends a gzip bomb",
    always(200, { ...JSON_TYPE, "content-encoding": "gzip" }, gzipSync(Buffer.alloc(20_000_000))),
    "failed",
    /sent a message of more than 100000 bytes/,
  ],
  [
    "sends a brotli bomb",
    always(200, { ...JSON_TYPE, "content-encoding": "br" }, brotliCompressSync(Buffer.alloc(20_000_000))),
    "failed",
    /sent a message of more than 100000 bytes/,
  ],
  [
    "sends a gzip bomb with an error status",
    always(404, { "content-encoding": "gzip" }, gzipSync(Buffer.alloc(20_000_000))),
    "failed",
    /HTTP 404/,
  ],
  [
    "sends an event without an end",
    posts((_m, response) => drip(response.writeHead(200, STREAM), `data: ${"x".repeat(20_000)}`, 1)),
    "failed",
    /sent a message of more than 100000 bytes/,
  ],
  [
    "sends events without an end",
    posts((_m, response) =>
      drip(response.writeHead(200, STREAM), `data: ${JSON.stringify({ x: "x".repeat(20_000) })}\n\n`, 1),
    ),
    "failed",
    /sent answers of more than 300000 bytes/,
  ],
  [
    "sends JSON of nothing but brackets",
    always(200, JSON_TYPE, `[${"[],".repeat(25_000)}[]]`),
    "failed",
    /sent JSON of more than 20000 values and keys/,
  ],
  [
    "sends 64 KiB of headers",
    always(200, { "x-much": "x".repeat(65_536) }),
    "failed",
    /headers of more than 16 KiB/,
  ],
  // Not what it says
  ["speaks no HTTP", bytes("SSH-2.0-OpenSSH_9.2\r\n"), "failed", /is no HTTP \(HPE_/],
  ["hangs up", bytes(""), "failed", /the server cut the connection/],
  ["has a status of its own", always(999, {}), "failed", /HTTP 999/],
  [
    "is a web page",
    always(200, { "content-type": "text/html" }, "<html>"),
    "failed",
    /the answer is text\/html/,
  ],
  ["names no content type", always(200, {}, "{}"), "failed", /the answer is of no content type/],
  ["says JSON and isn't", always(200, JSON_TYPE, "<html>"), "failed", /not the JSON that it says it is/],
  [
    "says gzip and isn't",
    always(200, { ...JSON_TYPE, "content-encoding": "gzip" }, "{}"),
    "failed",
    /could not be unpacked \(Z_DATA_ERROR\)/,
  ],
  [
    "answers another request",
    always(200, JSON_TYPE, '{"jsonrpc":"2.0","id":77,"result":{}}'),
    "failed",
    /ended without an answer to initialize/,
  ],
  ["answers with nothing", always(202, {}), "failed", /ended without an answer to initialize/],
  ["answers with an empty batch", always(200, JSON_TYPE, "[]"), "failed", /ended without an answer/],
  [
    "cuts its answer in the middle",
    posts((_m, response) => {
      response.writeHead(200, { ...JSON_TYPE, "content-length": "100" }).write("{");
      setTimeout(() => response.destroy(), 20);
    }),
    "failed",
    /the server cut the connection/,
  ],
  [
    "speaks plain HTTP where TLS was expected",
    async () => (await listen(reply)).replace("http:", "https:"),
    "failed",
    /no TLS connection came about \(.*\); the server may speak plain HTTP there/,
  ],
  [
    "has a certificate that only itself has signed",
    async () => `https://127.0.0.1:${await open(createTlsServer(selfSigned(), () => {}))}/mcp`,
    "failed",
    /TLS certificate is signed by nobody we know/,
  ],
  // Redirects
  ...[
    "http://127.0.0.1:1/mcp",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/mcp",
    "http://10.0.0.1/mcp",
    "http://localhost:1/mcp",
    "http://2130706433/mcp",
  ].map(
    (to): Row => [
      `redirects to ${to}`,
      redirects(() => to),
      "failed",
      /redirects to .*, which is not a public address/,
    ],
  ),
  [
    "redirects to another name",
    redirects(() => "https://mcp.example.com/mcp?t=1"),
    "failed",
    /redirects to https:\/\/mcp\.example\.com\/mcp, which is another place/,
  ],
  [
    "redirects to a file",
    redirects(() => "file:///etc/passwd"),
    "failed",
    /redirects to file:, which is another place/,
  ],
  ["redirects to itself", redirects(() => "/mcp"), "failed", /redirects in a circle/],
  [
    "redirects in a circle",
    redirects(({ url }) => (url === "/a" ? "/b" : "/a"), 302),
    "failed",
    /redirects in a circle/,
  ],
  [
    "redirects without end",
    redirects((request) => `/mcp?hop=${hop(request) + 1}`, 308),
    "failed",
    /again and again/,
  ],
  [
    "redirects four times",
    posts((message, response, request) => {
      if (hop(request) === 4) reply(message, response, request);
      else response.writeHead(301, { location: `/mcp?hop=${hop(request) + 1}` }).end();
    }),
    "ok",
    undefined,
  ],
  // Authorization
  [
    "wants an account, without metadata",
    gated(401, undefined),
    "needs-authorization",
    /asks for authorization \(HTTP 401\)\. Its tools/,
  ],
  [
    "wants an account, and a challenge says where",
    gated(401, `Bearer resource_metadata="/meta"`, "/meta", METADATA),
    "needs-authorization",
    /\(HTTP 401\) and describes it at http:.*\/meta\./,
  ],
  [
    "wants an account, with metadata at the well-known place",
    gated(401, "Bearer", `${WELL_KNOWN}/mcp`, METADATA),
    "needs-authorization",
    /describes it at http:.*oauth-protected-resource\/mcp/,
  ],
  [
    "wants a wider scope",
    gated(403, 'Bearer error="insufficient_scope", scope="tools:read"'),
    "needs-authorization",
    /\(HTTP 403\)/,
  ],
  [
    "forbids, with metadata",
    gated(403, undefined, WELL_KNOWN, METADATA),
    "needs-authorization",
    /\(HTTP 403\) and describes it/,
  ],
  ["forbids", gated(403, undefined), "failed", /HTTP 403/],
  [
    "has metadata of 1 MB",
    gated(401, undefined, `${WELL_KNOWN}/mcp`, { ...METADATA, x: "x".repeat(1e6) }),
    "needs-authorization",
    /\(HTTP 401\)\. Its tools/,
  ],
  [
    "names metadata in a private network",
    gated(401, 'Bearer resource_metadata="http://169.254.169.254/x"'),
    "needs-authorization",
    /describes it at http:\/\/169/,
  ],
  // Busy
  ["asks to wait, and then answers", busy(1, 429, "0"), "ok", undefined],
  [
    "asks to wait an hour",
    busy(9, 429, "3600"),
    "failed",
    /HTTP 429\. Try again later; it asks to wait 3600 s\./,
  ],
  [
    "asks to wait until a day",
    busy(9, 503, "Fri, 01 Jan 2100 00:00:00 GMT"),
    "failed",
    /HTTP 503\. Try again later; it asks to wait until Fri, 01 Jan 2100/,
  ],
  ["asks to wait again and again", busy(9, 503, "0"), "failed", /HTTP 503/],
  ["is out of order", always(500, {}), "failed", /HTTP 500\. Try again later/],
  // Sessions
  ["forgets its session once", forgetful(1, 404), "ok", undefined],
  ["forgets its session once, and says 400", forgetful(1, 400), "ok", undefined],
  [
    "forgets its session every time",
    forgetful(9, 404),
    "failed",
    /\(page 2\): the server ended our session twice/,
  ],
  [
    "speaks a revision that no header can hold",
    but("initialize", (message, response) =>
      result(response, message, { ...hello(), protocolVersion: "２０２５-11-25" }),
    ),
    "ok",
    undefined,
  ],
  // Lists
  [
    "says that its list is private",
    but("tools/list", (m, r) => result(r, m, { tools: [tool("secret")], cacheScope: "private" })),
    "skipped",
    /marks its list as private/,
  ],
  [
    "has no list",
    but("tools/list", (m, r) => rpcError(r, m, -32603, "fetch failed")),
    "failed",
    /error -32603, "fetch failed"/,
  ],
  [
    "has no array",
    but("tools/list", (m, r) => result(r, m, { tools: {} })),
    "failed",
    /has no "tools" array/,
  ],
  // HTTP+SSE
  ["speaks HTTP+SSE", legacy("/messages?s=1"), "ok", undefined],
  [
    "speaks HTTP+SSE, and fails",
    legacy("/messages", but1("tools/list")),
    "failed",
    /error -32603, "no list"/,
  ],
  [
    "would have us post elsewhere",
    legacy("http://169.254.169.254/x"),
    "failed",
    /HTTP 404, "Cannot POST \/mcp"/,
  ],
  ["never says where to post", legacy(undefined), "failed", /HTTP 404, "Cannot POST \/mcp"/],
  ["says nothing that is an address", legacy("http://["), "failed", /HTTP 404/],
];

function but1(method: string): Answer {
  return (message, response, request) =>
    message.method === method
      ? rpcError(response, message, -32603, "no list")
      : reply(message, response, request);
}

afterAll(closeAll);

describe("a remote that", () => {
  test.concurrent.each(ZOO)("%s", async (_name, serve: () => Promise<string>, status, reason) => {
    const url = await serve();
    const crawled = await crawlUrl(url);
    expect({ status: crawled.status, reason: crawled.reason }).toEqual({
      status,
      reason: reason === undefined ? undefined : expect.stringMatching(reason),
    });
    if (status === "ok") expect(crawled.tools.length).toBeGreaterThan(0);
    else expect(crawled.tools).toEqual([]);
    expect(crawled.reason ?? "").not.toMatch(/\p{Cc}/u);
  });
});

test("of 200 MB only the beginning is read", async () => {
  let written = 0;
  const url = await listen((_message, response) => {
    response.writeHead(200, JSON_TYPE);
    const piece = Buffer.alloc(1024 * 1024, " ");
    const more = (): void => {
      while (written < 200 && !response.destroyed) {
        written++;
        if (!response.write(piece)) return void response.once("drain", more);
      }
    };
    more();
  });
  await crawlUrl(url);
  // What the two kernels' buffers hold is written too.
  expect(written).toBeLessThan(50);
});

test("no connection outlives its crawl", async () => {
  await vi.waitFor(() => expect(openConnections()).toBe(0));
});
