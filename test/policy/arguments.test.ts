import { describe, expect, test } from "vitest";
import type { Verdict } from "../../classifier/index.ts";
import { type Bounds, PRESETS, type Preset, parsePolicy, recommend } from "../../policy/index.ts";
import { call } from "./_call.ts";
import { toolOf } from "./_verdict.ts";

const string = { type: "string" };

/** The recommendation for a tool `t` with these arguments. */
function made(
  properties: Record<string, unknown>,
  changes: Partial<Verdict> = {},
  preset: Preset = "recommended",
  bounds: Bounds = {},
) {
  const { verdict } = toolOf("t", changes);
  return recommend({ name: "t", inputSchema: { type: "object", properties } }, verdict, { preset, bounds });
}
const decide = (recommendation: ReturnType<typeof made>, args: unknown) =>
  call(recommendation.policy, args).decision;
const READ = { category: "Read", risk: "medium" } as const;
const LASTING = { category: "Execute", risk: "medium", reversible: "no" } as const;

test("a bound is for arguments of one plain type and name; each rule has a reason that points at the argument", () => {
  const { policy, reasons } = made({ url: string });
  expect(parsePolicy(JSON.parse(JSON.stringify(policy))).ok).toBe(true);
  expect(reasons.find(({ pointer }) => pointer === "/tools/t/deny_if/0")).toMatchObject({
    why: expect.stringContaining("address"),
    evidence: [{ pointer: "/inputSchema/properties/url", excerpt: "url" }],
  });
  for (const odd of [
    { url: {} },
    { url: { type: ["string", "null"] } },
    { url: { type: "array" } },
    { "a.url": string },
    { curl: string },
  ]) {
    expect(made(odd).policy.tools?.t?.deny_if).toBeUndefined();
  }
});

describe("addresses", () => {
  const PRIVATE = [
    "http://localhost:3000",
    "http://127.0.0.1/x",
    "http://127.1",
    "http://2130706433/",
    "http://0x7f000001",
    "http://user@10.0.0.1:80",
    "192.168.1.1",
    "http://172.20.1.1",
    "http:\\\\localhost",
    "http://[::1]/",
    "http://[fd12::1]",
    "file:///etc/passwd",
    "FILE:/etc",
    "http://a.localhost.",
  ];
  const METADATA = [
    "http://169.254.169.254/latest",
    "//169.254.169.254",
    "http://x@169.254.1.1:80/",
    "http://metadata.google.internal/",
    "http://[fe80::1]",
  ];
  const PUBLIC = [
    "https://example.com/?u=http://localhost",
    "https://10.example.com/",
    "https://example.com/a:127.0.0.1",
    "example.com",
    "http://172.32.1.1/",
    "https://localhost.example.com",
    "http://11.0.0.1",
  ];
  test.each(METADATA)("%s is denied by recommended and strict", (url) => {
    expect(decide(made({ url: string }), { url })).toBe("deny");
    expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("deny");
    expect(decide(made({ url: string }, {}, "permissive"), { url })).toBe("allow");
  });
  test.each(PRIVATE)("%s is denied by strict", (url) => {
    expect(decide(made({ url: string }), { url })).toBe("allow");
    expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("deny");
  });
  test.each(PUBLIC)("%s stays allowed", (url) => {
    expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("allow");
  });
  test.each([
    ["https://Example.com/a", "allow"],
    ["http://example.com:8080?x", "allow"],
    ["https://example.com.evil.test/", "deny"],
    ["https://example.com@evil.test/", "deny"],
    ["https://example.com\\@evil.test/", "deny"],
    ["https://evil.test/https://example.com/", "deny"],
    ["file://example.com/", "deny"],
  ])("with a host list: %s %s", (url, decision) => {
    expect(decide(made({ url: string }, {}, "permissive", { urlHosts: ["example.com"] }), { url })).toBe(
      decision,
    );
  });
});

test.each([
  ["/srv/data", "allow"],
  ["/srv/data/a/b..c", "allow"],
  ["/srv/data/../secret", "deny"],
  ["/srv/data/%2e%2E/secret", "deny"],
  ["/srv/data\\..\\x", "deny"],
  ["/srv/database", "deny"],
  ["/etc/passwd", "deny"],
  ["data", "deny"],
])("with a root: path %s %s", (path, decision) => {
  expect(
    decide(made({ filePath: string }, {}, "recommended", { pathRoots: ["/srv/data/"] }), { filePath: path }),
  ).toBe(decision);
});

test.each([
  ["a@example.com", "allow"],
  ["a@EXAMPLE.com", "allow"],
  ["a@example.com, b@evil.test", "deny"],
  ["a@example.com.evil.test", "deny"],
  ["b@evil.test\na@example.com", "deny"],
])("with a domain: recipient %j %s", (to, decision) => {
  const mail = { facets: ["messaging" as const] };
  expect(
    decide(made({ to: string }, mail, "recommended", { recipientDomains: ["example.com"] }), { to }),
  ).toBe(decision);
});

test.each([
  [{ amount: 100, currency: "EUR" }, "allow"],
  [{ amount: 99.99, currency: "eur" }, "allow"],
  [{ amount: 100.01, currency: "EUR" }, "deny"],
  [{ amount: -1, currency: "EUR" }, "deny"],
  [{ amount: "5", currency: "EUR" }, "deny"],
  [{ amount: 100, currency: "KWD" }, "deny"],
  [{ amount: 100 }, "deny"],
])("with a ceiling: %j %s", (args, decision) => {
  const pay = { category: "Financial", risk: "medium" } as const;
  const ceiling = { amountCeiling: { max: 100, currency: "EUR" } };
  expect(
    decide(made({ amount: { type: "number" }, currency: string }, pay, "recommended", ceiling), args),
  ).toBe(decision);
});

describe("SQL", () => {
  const sql = { sql: string };
  test.each([
    ["SELECT updated_at FROM t;", "allow"],
    ["show create table t", "allow"],
    ["select 1; \n", "allow"],
    ["delete from t", "deny"],
    ["WITH x AS (DeLeTe FROM t RETURNING *) SELECT * FROM x", "deny"],
    ["/* */ create table t (a int)", "deny"],
    ["select 1; select 2", "deny"],
    ["explain analyze update t set a = 1", "deny"],
  ])("%s: %s for a tool that reads", (text, decision) => {
    expect(decide(made(sql, READ), { sql: text })).toBe(decision);
  });
  test("may write where writing is what the tool is for, but not under strict", () => {
    const tool = { category: "Execute", risk: "medium" } as const;
    expect(decide(made(sql, tool), { sql: "delete from t" })).toBe("allow");
    expect(decide(made(sql, tool, "strict"), { sql: "delete from t" })).toBe("deny");
  });
  test("is not every argument named query", () => {
    expect(decide(made({ query: string }, READ), { query: "how to update" })).toBe("allow");
    expect(decide(made({ query: { ...string, description: "SQL to run" } }, READ), { query: "update" })).toBe(
      "deny",
    );
  });
});

test("what lasts needs a reason where the tool takes one, and a trial run under strict", () => {
  const properties = { reason: string, dry_run: { type: "boolean" }, force: { type: "boolean" } };
  expect(decide(made(properties, LASTING), {})).toBe("deny");
  expect(decide(made(properties, LASTING), { reason: "  " })).toBe("deny");
  expect(decide(made(properties, LASTING), { reason: "asked for", force: true })).toBe("allow");
  const strict = made(properties, LASTING, "strict");
  expect(decide(strict, { reason: "asked for" })).toBe("deny");
  expect(decide(strict, { reason: "asked for", dry_run: true })).toBe("allow");
  expect(decide(strict, { reason: "asked for", dry_run: true, force: true })).toBe("deny");
});

test("bounds and tighter presets never let more through", () => {
  const properties = {
    url: string,
    path: string,
    to: string,
    sql: string,
    reason: string,
    force: { type: "boolean" },
  };
  const bounds: Bounds = {
    pathRoots: ["/a"],
    urlHosts: ["b.test"],
    recipientDomains: ["c.test"],
    amountCeiling: { max: 1, currency: "EUR" },
  };
  const calls = [
    {},
    { url: "http://b.test" },
    { url: "http://localhost", path: "/a/x" },
    { url: "http://169.254.1.1" },
    { sql: "drop table x" },
    { force: true, reason: "r" },
    { url: "http://b.test", path: "/a", to: "x@c.test", reason: "r", force: false, sql: "select 1" },
  ];
  for (const changes of [READ, LASTING, { facets: ["messaging" as const] }]) {
    for (const args of calls) {
      const allowed = PRESETS.map((preset) => decide(made(properties, changes, preset), args) === "allow");
      expect(allowed).toEqual(allowed.toSorted());
      PRESETS.forEach((preset, index) => {
        if (allowed[index]) return;
        expect(decide(made(properties, changes, preset, bounds), args)).not.toBe("allow");
      });
    }
  }
});
