import { request as nodeRequest } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { TOOLS } from "../../mcp/index.ts";
import { crawlTyped, names } from "../crawler/_crawl.ts";
import { bodyOf, closeAll, serveHttp } from "../crawler/_remote.ts";
import { OFFICE, POISONED } from "../site/_attacked.ts";
import { fakeCatalog } from "../site/_catalog.ts";
import { type SiteServer, startSite } from "../site/_server.ts";
import { SERVERS } from "../site/_servers.ts";
import { ask } from "./_context.ts";

const OWN = TOOLS.map(({ name }) => name);
let site: SiteServer;
let url: URL;

beforeAll(async () => {
  site = await startSite(fakeCatalog([...SERVERS, OFFICE, POISONED]));
  url = new URL("/mcp", site.url);
});
afterAll(() => site?.close());
afterEach(closeAll);

/** An official client of the present line, which opens in one era or the other. */
async function connect(mode: "legacy" | "auto"): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(url));
  onTestFinished(() => client.close());
  return client;
}

describe("official clients", () => {
  test.each([
    ["legacy", "2025-11-25"],
    ["auto", "2026-07-28"],
  ] as const)("of the present line, %s: revision %s", async (mode, revision) => {
    const client = await connect(mode);
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    expect(client.getServerVersion()).toMatchObject({ name: "placard" });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(OWN);
    const told = await ask<{ risk: string }>(client, "get_tool", { server: OFFICE.id, tool: "run_command" });
    expect(told.risk).toBe("critical");
    const refused = await client.callTool({ name: "get_server", arguments: { server: "npm/none" } });
    expect(refused.isError).toBe(true);
  });

  test("of the line before", async () => {
    const client = new OldClient({ name: "test", version: "1" });
    await client.connect(new OldTransport(url) as Parameters<OldClient["connect"]>[0]);
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(OWN);
    // This one holds answers to the output schema.
    for (const [name, args] of CALLS) {
      const { isError, structuredContent } = await client.callTool({ name, arguments: args });
      expect([name, isError, typeof structuredContent]).toEqual([name, undefined, "object"]);
    }
  });
});

const CALLS: [string, Record<string, unknown>][] = [
  ["search_tools", { text: "record" }],
  ["get_tool", { server: POISONED.id, tool: "add", quote: true }],
  ["get_server", { server: OFFICE.id }],
  ["classify_definition", { definition: { name: "x" } }],
  ["recommend_policy", { servers: [OFFICE.id], format: "cedar-mcp" }],
  ["check_stack", { servers: [{ server: OFFICE.id }, { server: "mine", tools: [{ name: "x" }] }] }],
];

describe("the same as the API says", () => {
  const api = async (path: string) => (await fetch(`${site.url}/api/v1${path}`)).json();

  test("of a tool", async () => {
    const client = await connect("auto");
    const told = await ask<Record<string, unknown>>(client, "get_tool", {
      server: OFFICE.id,
      tool: "send_email",
    });
    const known = await api("/tools/local/office/send_email");
    for (const field of [
      "category",
      "risk",
      "confidence",
      "facets",
      "summary",
      "digest",
      "firstSeen",
      "tokens",
    ])
      expect(told[field]).toEqual(known[field]);
    expect(told.url).toBe(`${site.url}${known.url}`);
    expect((await fetch(String(told.url))).status).toBe(200);
  });

  test("of a list", async () => {
    const client = await connect("auto");
    type Page = { items: { url: string; risk: string }[]; nextCursor: string | null };
    const told = await ask<Page>(client, "search_tools", { risk: "high", limit: 5 });
    const known: Page = await api("/tools?risk=high&limit=5");
    expect(told.nextCursor).toBe(known.nextCursor);
    expect(told.items).toEqual(
      known.items.map((item) => expect.objectContaining({ risk: item.risk, url: `${site.url}${item.url}` })),
    );
  });

  test("of what is sent", async () => {
    const client = await connect("auto");
    const definition = {
      name: "wipe_disk",
      description: "Erases the disk.",
      annotations: { readOnlyHint: true },
    };
    const told = await ask<Record<string, unknown>>(client, "classify_definition", { definition });
    const answer = await fetch(`${site.url}/api/v1/classify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(definition),
    });
    const [known] = (await answer.json()).items;
    for (const field of ["category", "risk", "confidence", "facets", "summary", "because", "digest", "reach"])
      expect(told[field]).toEqual(known[field]);
    expect(told.annotations).toMatchObject({ suggested: known.annotations.suggested });
  });

  test("of a policy, at the address that is given for it", async () => {
    const client = await connect("auto");
    const given = { servers: [OFFICE.id, "npm/@example/sessions"], format: "claude-code", preset: "strict" };
    type Told = { document: string; documentUrl: string; url: string };
    const { document, documentUrl, url: page } = await ask<Told>(client, "recommend_policy", given);
    expect(await (await fetch(documentUrl)).text()).toBe(document);
    expect((await fetch(page)).status).toBe(200);
  });
});

describe("our own crawler", () => {
  test("lists it in the stateless era, and may keep and show the list", async () => {
    const crawled = await crawlTyped(url.href);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(OWN);
    expect(crawled).toMatchObject({
      cache: { ttlMs: 3_600_000, scope: "public" },
      launch: { era: "stateless", protocolVersion: "2026-07-28" },
      problems: [],
    });
  });

  test("lists it in the era of handshakes", async () => {
    // Somebody in front who knows nothing of the newer era.
    const front = await serveHttp(async (request, response) => {
      const body = await bodyOf(request);
      if (body.includes("2026-07-28")) return void response.writeHead(400).end();
      const headers = new Headers();
      for (const name of ["content-type", "accept", "mcp-protocol-version"]) {
        const value = request.headers[name];
        if (typeof value === "string") headers.set(name, value);
      }
      const method = request.method ?? "GET";
      const answer = await fetch(url, { method, headers, body: method === "POST" ? body : undefined });
      response.writeHead(answer.status, {
        "content-type": answer.headers.get("content-type") ?? "text/plain",
      });
      response.end(await answer.text());
    });
    const crawled = await crawlTyped(front);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(OWN);
    expect(crawled.launch).toMatchObject({ era: "handshake", protocolVersion: "2025-11-25" });
  });
});

const ACCEPT = "application/json, text/event-stream";
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Posts a message as it is. */
function post(message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: ACCEPT, ...headers },
    body: typeof message === "string" ? message : JSON.stringify(message),
  });
}

/** The messages of an answer, whether it is JSON or a stream of events. */
async function messages(
  response: Response,
): Promise<{ id: unknown; result?: object; error?: { code: number } }[]> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    return [JSON.parse(text)].flat();
  return [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
}

/** A request of the stateless era, with the headers that repeat it. */
function modern(
  method: string,
  params: object = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const name: Record<string, string> = "name" in params ? { "mcp-name": String(params.name) } : {};
  return post(
    { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: META } },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...name, ...headers },
  );
}

describe("raw calls", () => {
  test("the stateless list says how long and for whom it holds", async () => {
    const [answer] = await messages(await modern("tools/list"));
    expect(answer?.result).toMatchObject({ ttlMs: 3_600_000, cacheScope: "public", resultType: "complete" });
    expect(await (await modern("tools/list")).text()).toBe(await (await modern("tools/list")).text());
    const [discovered] = await messages(await modern("server/discover"));
    expect(discovered?.result).toMatchObject({ supportedVersions: ["2026-07-28"], cacheScope: "public" });
  });

  test.each([
    ["an unknown tool", () => modern("tools/call", { name: "delete_everything", arguments: {} }), -32602],
    ["an unknown method", () => modern("prompts/list"), -32601],
    ["another revision", () => modern("tools/list", {}, { "mcp-protocol-version": "2099-01-01" }), undefined],
    ["a header of another method", () => modern("tools/list", {}, { "mcp-method": "tools/call" }), -32020],
    ["no header of the method", () => modern("tools/list", {}, { "mcp-method": "" }), -32020],
    ["something to subscribe to", () => modern("subscriptions/listen", { notifications: {} }), -32603],
    ["no JSON", () => post("{"), -32700],
    ["no body", () => post(""), -32700],
    ["JSON that is no message", () => post({ hello: 1 }), -32600],
    ["a number", () => post("5"), -32600],
    ["an id that is none", () => post({ jsonrpc: "2.0", id: null, method: "tools/list" }), -32600],
    ["an empty list of messages", () => post([]), -32600],
  ])("%s is an error", async (_what, send, code) => {
    const response = await send();
    expect(response.status).toBeLessThan(500);
    const [answer] = await messages(response);
    expect(answer?.error).toMatchObject(code === undefined ? { code: expect.any(Number) } : { code });
    expect(answer?.result).toBeUndefined();
  });

  test("a wrong version of the handshake is answered with one of ours", async () => {
    const params = {
      protocolVersion: "1999-01-01",
      capabilities: {},
      clientInfo: { name: "x", version: "1" },
    };
    const [answer] = await messages(await post({ jsonrpc: "2.0", id: 1, method: "initialize", params }));
    expect(answer?.result).toMatchObject({ protocolVersion: "2025-11-25", serverInfo: { name: "placard" } });
  });

  test.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "shakes hands in %s",
    async (protocolVersion) => {
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: "x", version: "1" } };
      const [answer] = await messages(await post({ jsonrpc: "2.0", id: 1, method: "initialize", params }));
      expect(answer?.result).toMatchObject({ protocolVersion });
      const headers = { "mcp-protocol-version": protocolVersion };
      const [list] = await messages(await post({ jsonrpc: "2.0", id: 2, method: "tools/list" }, headers));
      expect(list?.result).toMatchObject({ tools: { length: OWN.length } });
    },
  );

  test("several messages in one body are each answered, as 2025-03-26 has it", async () => {
    const batch = [1, 2].map((id) => ({ jsonrpc: "2.0", id, method: "tools/list" }));
    const answers = await messages(await post(batch, { "mcp-protocol-version": "2025-03-26" }));
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2]);
  });

  test("but not very many: their answers would be hundreds of times as long", async () => {
    const response = await post(
      Array.from({ length: 21 }, (_, id) => ({ jsonrpc: "2.0", id, method: "tools/list" })),
    );
    expect(response.status).toBe(400);
    expect((await messages(response))[0]?.error).toMatchObject({ code: -32600 });
  });

  test("notifications, cancelling ones too, are taken without an answer", async () => {
    for (const method of ["notifications/initialized", "notifications/cancelled"]) {
      const response = await post({ jsonrpc: "2.0", method, params: { requestId: 7 } });
      expect([response.status, await response.text()]).toEqual([202, ""]);
    }
  });

  test.each([
    ["another kind of body", { "content-type": "text/plain" }, 415],
    ["an answer we cannot give", { accept: "text/html" }, 406],
  ])("%s is refused", async (_what, headers, status) => {
    const response = await post({ jsonrpc: "2.0", id: 1, method: "tools/list" }, headers);
    expect(response.status).toBe(status);
    await response.text();
  });

  test("a slash at the end of the address makes no other one", async () => {
    const answer = await fetch(`${url}/`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: ACCEPT },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    expect((await messages(answer))[0]?.result).toMatchObject({ tools: { length: OWN.length } });
  });

  test.each(["GET", "DELETE", "PUT", "PATCH"])("%s is not for us", async (method) => {
    const response = await fetch(url, { method, headers: { accept: ACCEPT } });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    await response.text();
  });

  test("a body of more than a mebibyte is refused", async () => {
    const definition = { name: "x", description: "y".repeat(2 ** 20) };
    const response = await modern("tools/call", { name: "classify_definition", arguments: { definition } });
    expect(response.status).toBe(413);
    await response.text();
  });

  test("there is no session to take", async () => {
    const response = await post(
      { jsonrpc: "2.0", id: 1, method: "tools/list" },
      { "mcp-session-id": "stolen" },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("mcp-session-id")).toBeNull();
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect((await messages(response))[0]?.result).toBeDefined();
  });
});

describe("pages of other origins", () => {
  const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

  test("get no answer on this machine, and may not read one", async () => {
    for (const origin of ["https://attack.invalid", "null", "http://localhost.attack.invalid"]) {
      const response = await post(LIST, { origin });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([403, null]);
      await response.text();
    }
    const preflight = await fetch(url, { method: "OPTIONS", headers: { origin: site.url } });
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, null]);
  });

  test("our own pages do", async () => {
    expect((await post(LIST, { origin: site.url })).status).toBe(200);
  });

  test("under a name of theirs for this machine neither", async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = nodeRequest(url, { method: "POST", headers: { host: "attack.invalid" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on("error", reject);
      asked.end(JSON.stringify(LIST));
    });
    expect(status).toBe(421);
  });

  test("may ask where the API is open to them", async () => {
    const open = await startSite(fakeCatalog(SERVERS), 0, "0.0.0.0");
    onTestFinished(() => open.close());
    const at = new URL("/mcp", open.url.replace("0.0.0.0", "127.0.0.1"));
    const origin = "https://client.example.com";
    const preflight = await fetch(at, { method: "OPTIONS", headers: { origin } });
    expect(preflight.headers.get("access-control-allow-methods")).toBe("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("mcp-protocol-version");
    const headers = { "content-type": "application/json", accept: ACCEPT, origin };
    const answer = await fetch(at, { method: "POST", headers, body: JSON.stringify(LIST) });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    await answer.text();
  });
});

test("the page about it names every tool and this address", async () => {
  const page = await (await fetch(`${site.url}/docs/mcp`)).text();
  for (const name of OWN) expect(page).toContain(`<code>${name}</code>`);
  expect(page).toContain(`claude mcp add --transport http placard ${url.href}`);
  expect(await (await fetch(`${site.url}/docs`)).text()).toContain('href="/docs/mcp"');
});
