import { expect, test } from "vitest";
import type { Verdict } from "../../classifier/index.ts";
import { type Bounds, PRESETS, parsePolicy, recommend } from "../../policy/index.ts";
import { decide, LASTING, made, READ, string } from "./_made.ts";
import { toolOf } from "./_verdict.ts";

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

test("a list of plain words is no address; a list of addresses is bounded like any other", () => {
  const bounds = { urlHosts: ["example.com"] };
  const words = { endpoint: { ...string, enum: ["search", "scrape"] }, uri: { ...string, const: "all" } };
  expect(made(words, {}, "strict", bounds).policy.tools?.t?.require).toBeUndefined();
  expect(decide(made(words, {}, "strict", bounds), { endpoint: "search" })).toBe("allow");
  const addresses = { endpoint: { ...string, enum: ["search", "http://evil.test/"] } };
  expect(decide(made(addresses, {}, "permissive", bounds), { endpoint: "http://evil.test/" })).toBe("deny");
  const empty = { endpoint: { ...string, enum: [] } };
  expect(decide(made(empty, {}, "permissive", bounds), { endpoint: "http://evil.test/" })).toBe("deny");
});

test("a ceiling's currency and a reason are bounded in lists of words too", () => {
  const pay = { category: "Financial", risk: "medium" } as const;
  const ceiling = { amountCeiling: { max: 100, currency: "EUR" } };
  const properties = { amount: { type: "number" }, currency: { ...string, enum: ["EUR", "KWD"] } };
  const bounded = made(properties, pay, "recommended", ceiling);
  expect(decide(bounded, { amount: 1, currency: "KWD" })).toBe("deny");
  expect(decide(bounded, { amount: 1, currency: "EUR" })).toBe("allow");
  expect(decide(made({ reason: { ...string, enum: ["spam", "abuse"] } }, LASTING), {})).toBe("deny");
});

test("where the schema lets an argument be left out, the rule says that it must be sent", () => {
  const bounds = { urlHosts: ["example.com"] };
  const said = (required: string[], name = "webhookUrl") => {
    const definition = { name: "t", inputSchema: { properties: { [name]: string }, required } };
    const { policy, reasons } = recommend(definition, toolOf("t").verdict, { bounds });
    const why = reasons.find(({ pointer }) => pointer === "/tools/t/require/0")?.why;
    return { why, message: policy.tools?.t?.require?.[0]?.on_deny };
  };
  expect(said([]).message).toMatch(/names\. The argument webhookUrl must be sent\.$/);
  expect(said([]).why).toMatch(/without it, which the schema allows, is denied too/);
  expect(said([], `url_${"x".repeat(60)}_url`).message).toMatch(/names\. The argument must be sent\.$/);
  expect(said(["webhookUrl"]).message).toMatch(/names\.$/);
  expect(said(["webhookUrl"]).why).not.toMatch(/without it/);
});

test("both ends of a move are paths where the tool is about files, and nowhere else", () => {
  const bounds = { pathRoots: ["/srv/data"] };
  for (const name of ["source", "destination", "src", "dest", "target", "target_src"]) {
    const files = made({ [name]: string }, { facets: ["filesystem"] }, "recommended", bounds);
    expect(decide(files, { [name]: "/etc/shadow" })).toBe("deny");
    expect(decide(files, { [name]: "/srv/data/a" })).toBe("allow");
    expect(decide(made({ [name]: string }, {}, "recommended", bounds), { [name]: "en" })).toBe("allow");
  }
});

test("a bound that reaches no argument of such a tool is said", () => {
  const bounds = { pathRoots: ["/srv"], urlHosts: ["a.test"], amountCeiling: { max: 1, currency: "EUR" } };
  const notes = (properties: Record<string, unknown>, changes: Partial<Verdict>, some: Bounds = bounds) =>
    made(properties, changes, "recommended", some).reasons.filter(({ why }) =>
      /reaches no argument/.test(why),
    );
  const files = { facets: ["filesystem" as const] };
  expect(notes({ paths: { type: "array" } }, files)).toEqual([
    { pointer: "/tools/t", why: expect.stringContaining("bound on paths"), evidence: [] },
  ]);
  expect(notes({ urls: { type: "array" } }, { facets: ["egress"] })[0]?.why).toMatch(/bound on addresses/);
  expect(notes({ amount: string }, { category: "Financial", risk: "low" })[0]?.why).toMatch(/on amounts/);
  expect(notes({ path: string }, files)).toEqual([]);
  expect(notes({ paths: { type: "array" } }, files, {})).toEqual([]);
  expect(notes({ paths: { type: "array" } }, {})).toEqual([]);
  expect(notes({ paths: { type: "array" } }, { ...files, category: "Unknown", risk: "unknown" })).toEqual([]);
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
