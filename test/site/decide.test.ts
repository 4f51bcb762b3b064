import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify, type ToolDefinition } from "../../classifier/index.ts";
import { correctionsOf, evaluateCall, recommendServer } from "../../policy/index.ts";
import { classifySent } from "../../site/src/api/classify.ts";
import { MOST_DEFINITIONS } from "../../site/src/api/decide-types.ts";
import { evaluateSent, MOST_ANSWER, MOST_PATTERNS, MOST_VALUES } from "../../site/src/api/evaluate.ts";
import { publishedSchemas } from "../../site/src/api/json-schemas.ts";
import { schemaUrl } from "../../site/src/lib/addresses.ts";
import type { Tokens } from "../../site/src/lib/tokens.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const TOOLS: ToolDefinition[] = SERVERS.flatMap(({ tools }) => tools);
const FIRST = TOOLS[0] as ToolDefinition;
const CORRECTED: ToolDefinition = { name: "purge", description: "Purges everything." };
const NOTE = { who: "R. Viewer", when: "2026-11-01", why: "It purges a cache." };
const corrections = correctionsOf([
  {
    digest: classify(CORRECTED).digest,
    server: "local/cache",
    tool: "purge",
    ...NOTE,
    category: "Write",
    risk: "low",
  },
]);

let site: SiteServer;
beforeAll(async () => {
  const judge = (definition: ToolDefinition) => corrections.apply(classify(definition));
  site = await startSite(fakeCatalog(SERVERS), 0, "127.0.0.1", { judge });
});
afterAll(() => site.close());

interface Answer {
  status: number;
  type: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape, looked at below.
  body: any;
}

async function post(
  path: string,
  body: BodyInit,
  type = "application/json",
  more: HeadersInit = {},
): Promise<Answer> {
  const answer = await fetch(`${site.url}/api/v1/${path}`, {
    method: "POST",
    body,
    headers: { "content-type": type, ...more },
  });
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.json() };
}
const schemas = new Ajv2020({ strict: false, validateFormats: false });
for (const schema of Object.values(publishedSchemas())) schemas.addSchema(schema);
/** Whether a value is as the published schema of that name says. */
const isOf = (name: string, value: unknown) => schemas.getSchema(schemaUrl(name))?.(value);
const send = (path: string, value: unknown) => post(path, JSON.stringify(value));

describe("classify", () => {
  test("says of every shape what placard classify says", async () => {
    const plain = TOOLS.map((tool) => classify(tool));
    for (const body of [
      TOOLS,
      { tools: TOOLS },
      { jsonrpc: "2.0", id: 1, result: { tools: TOOLS, nextCursor: "x" } },
      TOOLS.map((tool) => ({ ...tool, server: "local/own" })),
      { server: "local/own", tools: TOOLS },
    ]) {
      expect(isOf("ClassifyRequest", body)).toBe(true);
      const { status, body: said } = await send("classify", body);
      expect(status).toBe(200);
      const items = said.items.map(({ tokens, server, ...verdict }: { tokens: Tokens; server?: string }) => {
        // As a tool of the catalog has them.
        expect(isOf("Tokens", tokens)).toBe(true);
        expect(tokens.count).toBeGreaterThan(0);
        expect(server).toBe(JSON.stringify(body).includes("local/own") ? "local/own" : undefined);
        return verdict;
      });
      expect(items).toEqual(JSON.parse(JSON.stringify(plain)));
      expect(said.problems).toEqual([]);
      expect(said.tokens.count).toBe(
        said.items.reduce((sum: number, { tokens }: { tokens: Tokens }) => sum + tokens.count, 0),
      );
    }
    const single = await send("classify", FIRST);
    expect(single.body.items).toHaveLength(1);
    expect(single.body.items[0].digest).toBe(plain[0]?.digest);
  });

  test("applies the corrections of reviewers", async () => {
    const { body } = await send("classify", CORRECTED);
    expect(body.items[0]).toMatchObject({ category: "Write", risk: "low", correction: NOTE });
  });

  test("says what tools make together, without pages that there are none of", async () => {
    const { body } = await send("classify", {
      server: "local/office",
      tools: [
        { name: "read_mail", description: "Reads the messages in your inbox that others have sent." },
        {
          name: "read_file",
          description: "Reads a private file of the user.",
          inputSchema: { type: "object", properties: { path: { type: "string" } } },
        },
        {
          name: "send_mail",
          description: "Sends an e-mail to any address.",
          inputSchema: { type: "object", properties: { to: { type: "string" }, body: { type: "string" } } },
        },
      ],
    });
    expect(body.flows.map(({ id }: { id: string }) => id)).toContain("data-theft");
    expect(body.flows[0].legs[0].tools[0]).toMatchObject({ server: "local/office" });
    expect(body.flows[0].break.steps[0]).toMatchObject({
      pointer: expect.stringMatching(/^\/inputSchema\//),
    });
    expect(isOf("Classification", body)).toBe(true);
    expect(JSON.stringify(body.flows)).not.toContain('"url"');
  });

  test("answers as its schema says, whatever servers the entries name", async () => {
    const server = "x".repeat(700);
    const { status, body } = await send("classify", [
      { ...FIRST, server },
      { server },
      { ...FIRST, server: 5 },
    ]);
    expect([status, isOf("Classification", body)]).toEqual([200, true]);
    expect(body.items.map((item: { server?: string }) => item.server)).toEqual([server, undefined]);
    expect(body.problems[0]).toMatchObject({ server, pointer: "/1" });
  });

  test("leaves out what cannot be taken, and says where it is", async () => {
    const { status, body } = await send("classify", {
      result: { tools: [FIRST, 5, { description: "no name" }, { name: "x\u0000y" }, { name: "\ud800" }] },
    });
    expect(status).toBe(200);
    expect(body.items).toHaveLength(1);
    expect(body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      [1, 2, 3, 4].map((index) => `/result/tools/${index}`),
    );
    expect(body.problems[0].problem).toBe("it is a number, not an object");
  });

  test.each([
    ["a number", "5", 400],
    ["an error", '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}', 400],
    ["an object of another kind", "{}", 400],
    ["a server's id that is too long", JSON.stringify({ server: "x".repeat(601), tools: [] }), 400],
    ["an error with a name", '{"jsonrpc":"2.0","id":1,"error":{"code":1},"name":"x"}', 400],
    ["nothing", "", 400],
    ["no JSON", '[{"name": "a",}]', 400],
    ["nesting without an end", "[".repeat(500_000), 400],
    ["keys without an end", '{"a":'.repeat(100_000), 400],
    ["no UTF-8", Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 400],
    ["half a character at the end", Buffer.from([0x22, 0xe2, 0x82]), 400],
  ])("%s is refused with the place", async (_what, body, status) => {
    const answer = await post("classify", body);
    expect(answer).toMatchObject({
      status,
      type: "application/problem+json; charset=utf-8",
      body: { status },
    });
    expect(answer.body.detail).toMatchSnapshot();
  });

  test.each([
    ["text/plain", {}],
    ["application/x-www-form-urlencoded", {}],
    ["application/json; charset=iso-8859-1", {}],
    ["application/json", { "content-encoding": "gzip" }],
    ["application/jsonp", {}],
  ])("%s %j is a 415", async (type, more) => {
    const answer = await post("classify", "[]", type, more);
    expect([answer.status, answer.body.type]).toEqual([415, "/docs/api#problem-415"]);
  });

  test("other kinds of JSON are taken, and a byte order mark", async () => {
    for (const type of ["application/json;charset=UTF-8", "application/vnd.mcp+json", "Application/JSON"])
      expect((await post("classify", "\ufeff[]", type)).status).toBe(200);
  });

  test("more definitions than are taken are refused where they stand", async () => {
    const many = Array.from({ length: MOST_DEFINITIONS + 1 }, (_, index) => ({ name: `t${index}` }));
    expect((await send("classify", many.slice(1))).status).toBe(200);
    const { status, body } = await send("classify", { tools: many });
    expect([status, body.pointer]).toEqual([400, "/tools"]);
    expect(isOf("ClassifyRequest", { tools: many })).toBe(false);
    expect(await classifySent({ result: { tools: many } })).toMatchObject({
      ok: false,
      pointer: "/result/tools",
    });
  });

  test("it is no page, and other methods are told so", async () => {
    const answer = await fetch(`${site.url}/api/v1/classify`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    const posted = await fetch(`${site.url}/api/v1/classify`, {
      method: "POST",
      body: "[]",
      headers: { "content-type": "application/json" },
    });
    expect([posted.headers.get("cache-control"), posted.headers.get("etag")]).toEqual(["no-store", null]);
    expect((await fetch(`${site.url}/api/v1/tools`, { method: "POST", body: "x" })).status).toBe(405);
  });
});

describe("evaluate", () => {
  const NOW = Date.UTC(2026, 10, 23, 12);
  const limited = (max: number) => ({ limits: [{ counter: "c", window: "minute", max, scope: "grant" }] });

  test("decides as the evaluator does, on a recommended policy", async () => {
    const judged = TOOLS.map((definition) => ({ definition, verdict: classify(definition) }));
    const { policy } = recommendServer(judged, { preset: "strict" });
    const calls = TOOLS.map(({ name }) => ({ tool: name, arguments: { path: "../../etc/passwd" } }));
    expect(isOf("Policy", policy)).toBe(true);
    expect(isOf("EvaluateRequest", { policy, calls })).toBe(true);
    const { status, body } = await send("policies/evaluate", { policy, calls });
    expect(status).toBe(200);
    for (const [index, { tool, arguments: args }] of calls.entries()) {
      const { decision, rule, message } = evaluateCall(policy, { tool, args }, new Map(), NOW);
      if (decision !== "limited")
        expect(body.decisions[index]).toMatchObject({ tool, decision, rule, message });
    }
  });

  test("counts over the calls of one request, for each server by itself", () => {
    const policy = { version: "1", default: "deny", tools: { a: limited(2), b: limited(3) } };
    const calls = [
      { tool: "a" },
      { tool: "b" },
      { tool: "a" },
      { tool: "b" },
      { server: "s", tool: "a" },
      { tool: "b" },
    ];
    const answered = evaluateSent({ policy, calls }, NOW);
    expect(answered.ok && answered.value.decisions.map(({ decision }) => decision)).toEqual([
      "allow",
      "allow",
      "limited",
      "allow",
      "allow",
      "limited",
    ]);
    expect(answered.ok && answered.value.decisions[2]).toEqual({
      tool: "a",
      decision: "limited",
      rule: "/tools/a/limits/0",
      message: expect.stringContaining("at most 2 calls a minute"),
      retryAt: "2026-11-23T12:01:00.000Z",
    });
    expect(evaluateSent({ policy, calls }, NOW)).toEqual(answered);
  });

  test.each([
    ["no policy", { calls: [{ tool: "a" }] }, "/policy"],
    [
      "another version",
      { policy: { version: "2", default: "deny" }, calls: [{ tool: "a" }] },
      "/policy/version",
    ],
    [
      "a misspelt rule",
      { policy: { version: "1", default: "deny", tools: { "a/b": { denyif: [] } } }, calls: [{ tool: "a" }] },
      "/policy/tools/a~1b/denyif",
    ],
    [
      "a pattern that two readers read differently",
      {
        policy: {
          version: "1",
          default: "deny",
          tools: { a: { deny_if: [{ conditions: [{ path: "args.x", op: "regex", value: "(?=a)" }] }] } },
        },
        calls: [{ tool: "a" }],
      },
      "/policy/tools/a/deny_if/0/conditions/0/value",
    ],
    ["no calls", { policy: { version: "1", default: "deny" }, calls: [] }, "/calls"],
    [
      "a call with another key",
      { policy: { version: "1", default: "deny" }, calls: [{ tool: "a", args: {} }] },
      "/calls/0/args",
    ],
    ["a call without a tool", { policy: { version: "1", default: "deny" }, calls: [{}] }, "/calls/0/tool"],
    [
      "a server's id that is too long",
      { policy: { version: "1", default: "deny" }, calls: [{ tool: "a", server: "x".repeat(601) }] },
      "/calls/0/server",
    ],
    ["another key", { policy: { version: "1", default: "deny" }, calls: [{ tool: "a" }], now: 1 }, "/now"],
    [
      "too many calls",
      {
        policy: { version: "1", default: "deny" },
        calls: Array.from({ length: 1_001 }, () => ({ tool: "a" })),
      },
      "/calls",
    ],
    ["a list", [], ""],
  ])("%s is a 400 that points to it", async (_what, sent, pointer) => {
    const { status, type, body } = await send("policies/evaluate", sent);
    expect([status, type, body.pointer]).toEqual([400, "application/problem+json; charset=utf-8", pointer]);
    expect(body.detail).toMatch(/^The (body|policy)('s \/\S+)? .*\.$/);
    expect(body.detail).not.toMatch(
      /Invalid|Unrecognized|Too (big|small)|expected (string|object), received/,
    );
    // What RE2 takes no schema can say.
    if (!pointer.endsWith("/value")) expect(isOf("EvaluateRequest", sent)).toBe(false);
  });

  test("work without an end is refused before it is begun", async () => {
    const patterns = (count: number, of: (index: number) => string) => ({
      version: "1",
      default: "deny",
      tools: {
        t: {
          deny_if: Array.from({ length: count }, (_, index) => ({
            conditions: [{ path: "args.x", op: "regex", value: of(index) }],
          })),
        },
      },
    });
    const many = {
      policy: patterns(MOST_PATTERNS + 1, (index) => `(b{99}){9}${index}`),
      calls: [{ tool: "t" }],
    };
    expect(await send("policies/evaluate", many)).toMatchObject({
      status: 422,
      body: { pointer: "/policy" },
    });
    const text = "ab".repeat(16_000);
    const slow = {
      policy: patterns(1_000, () => "[ab]*a[ab]{700}[cd]"),
      calls: [{ tool: "u" }, { tool: "t", arguments: { x: text } }],
    };
    expect(await send("policies/evaluate", slow)).toMatchObject({
      status: 422,
      body: { pointer: "/calls/1" },
    });
    const fine = { ...slow, calls: [{ tool: "t", arguments: { x: "a" } }] };
    expect((await send("policies/evaluate", fine)).status).toBe(200);
  });

  const denying = (conditions: object[], more: object = {}) => ({
    version: "1",
    default: "deny",
    tools: { t: { deny_if: [{ conditions, ...more }] } },
  });

  test.each([
    ["what the rule tells", denying([], { on_deny: "é".repeat(150_000) })],
    ["the path", denying([{ path: `args.${"é".repeat(150_000)}`, op: "gt", value: 1 }])],
  ])("an answer that repeats %s for each call has an end", async (_what, policy) => {
    const call = { tool: "t", arguments: { ["é".repeat(150_000)]: "x" } };
    const calls = Array.from({ length: 1_000 }, () => ({ tool: "t" }));
    const sent = { policy, calls: [call, ...calls.slice(1)] };
    const args = policy.tools.t.deny_if[0]?.conditions.length === 0 ? calls : Array(1_000).fill(call);
    expect(evaluateSent({ ...sent, calls: args }, NOW)).toMatchObject({
      ok: false,
      status: 422,
      detail: expect.stringContaining("4,194,304 bytes"),
      pointer: `/calls/${Math.floor(MOST_ANSWER / 300_100)}`,
    });
    expect(evaluateSent({ ...sent, calls: args.slice(0, 13) }, NOW).ok).toBe(true);
  });

  test("a policy of too many values is refused before it is looked at", () => {
    const tools = (count: number, tool: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, tool]));
    const calls = [{ tool: "t0" }];
    const fits = { version: "1", default: "deny", tools: tools(MOST_VALUES - 3, {}) };
    expect(evaluateSent({ policy: fits, calls }, NOW).ok).toBe(true);
    for (const policy of [
      { ...fits, tools: tools(MOST_VALUES - 2, {}) },
      { ...fits, tools: tools(60_000, 5) },
      denying(Array.from({ length: MOST_VALUES }, () => ({}))),
      { ...fits, hide: Array.from({ length: MOST_VALUES }, () => 1) },
    ]) {
      expect(evaluateSent({ policy, calls }, NOW)).toMatchObject({
        ok: false,
        status: 422,
        detail: expect.stringContaining("more than 10,000 tools, rules, conditions"),
        pointer: "/policy",
      });
    }
  });

  test("many conditions on arguments with many keys are refused before they are compared", () => {
    const policy = denying(
      Array.from({ length: 1_900 }, () => ({ path: "args.x", op: "exists", value: false })),
    );
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
    const asked = (count: number) =>
      evaluateSent({ policy, calls: [{ tool: "t", arguments: keys(count) }] }, NOW);
    expect(asked(40_000)).toMatchObject({ ok: false, status: 422, pointer: "/calls/0" });
    expect(asked(100).ok).toBe(true);
  });

  test("names and arguments that mean something to the language are only names", async () => {
    const policy = JSON.parse(
      '{"version":"1","default":"deny","tools":{"__proto__":{},"constructor":{"deny_if":[{"conditions":[{"path":"args.__proto__","op":"exists","value":true}]}]}}}',
    );
    const text = `{"policy":${JSON.stringify(policy)},"calls":[{"tool":"__proto__","arguments":{"__proto__":1}},{"tool":"constructor","arguments":{"__proto__":1}},{"tool":"toString"},{"tool":""},{"tool":"constructor","arguments":[]}]}`;
    const { status, body } = await post("policies/evaluate", text);
    expect(status).toBe(200);
    expect(body.decisions.map(({ decision }: { decision: string }) => decision)).toEqual([
      "allow",
      "deny",
      "deny",
      "deny",
      "deny",
    ]);
    expect(body.decisions[3].rule).toBeNull();
  });
});
