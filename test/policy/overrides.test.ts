import { describe, expect, test } from "vitest";
import {
  compareDigests,
  parseOverrides,
  policyDigests,
  policyDigestsSchema,
  recommendServer,
  recommendServers,
} from "../../policy/index.ts";
import { call } from "./_call.ts";
import { toolOf } from "./_verdict.ts";

const overridesOf = (data: unknown) => {
  const parsed = parseOverrides(data);
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.value;
};
const DATA = {
  bounds: { urlHosts: ["example.com"] },
  tools: { "npm/a/run": { action: "allow" }, run: { action: "hide" } },
  facets: { messaging: { action: "limit", max: 2, window: "hour" }, egress: { action: "deny" } },
};

describe("a user's file", () => {
  const tools = [
    toolOf("run", { risk: "critical" }),
    toolOf("send", { facets: ["messaging"] }),
    toolOf("post", { facets: ["messaging", "egress"] }),
    toolOf("other"),
  ];
  const { policy, reasons } = recommendServers([{ server: "npm/a", tools }], {
    overrides: overridesOf(DATA),
  });

  test("goes before the preset, a tool with its server first, then the tightest facet", () => {
    expect(policy.tools?.run).toEqual({});
    expect(policy.tools?.send?.limits).toMatchObject([{ max: 2, window: "hour" }]);
    expect(call(policy, {}, { tool: "post" }).decision).toBe("deny");
    expect(policy.tools?.other?.limits).toMatchObject([{ max: 10, window: "minute" }]);
    expect(reasons.find(({ pointer }) => pointer === "/tools/run")?.why).toMatch(
      /^The configuration names this tool/,
    );
    const elsewhere = recommendServers([{ server: "npm/b", tools }], { overrides: overridesOf(DATA) });
    expect(elsewhere.policy.hide).toEqual(["run"]);
  });

  test("goes by the server's id where one server's document is made, and by the name alone without it", () => {
    const overrides = overridesOf(DATA);
    expect(recommendServer(tools, { server: "npm/a", overrides }).policy).toEqual(policy);
    expect(recommendServer(tools, { overrides }).policy.hide).toEqual(["run"]);
  });

  test.each(["__proto__", "constructor", "toString"])("names a tool %s like any other", (name) => {
    const overrides = overridesOf(JSON.parse(`{"tools":{"${name}":{"action":"hide"}}}`));
    expect(recommendServer([toolOf(name), toolOf("other")], { overrides }).policy.hide).toEqual([name]);
    expect(parseOverrides(JSON.parse(`{"tools":{"${name}":{"action":"drop"}}}`)).ok).toBe(false);
    expect(parseOverrides(JSON.parse(`{"facets":{"${name}":{"action":"deny"}}}`)).ok).toBe(false);
  });

  test("bounds arguments", () => {
    const { verdict } = toolOf("get");
    const definition = { name: "get", inputSchema: { properties: { url: { type: "string" } } } };
    const bounded = recommendServers([{ server: "npm/a", tools: [{ definition, verdict }] }], {
      overrides: overridesOf(DATA),
    });
    const decide = (url: string) => call(bounded.policy, { url }, { tool: "get" }).decision;
    expect([decide("https://example.com/"), decide("https://evil.test/")]).toEqual(["allow", "deny"]);
  });

  test.each<[string, unknown, RegExp]>([
    ["an unknown key", { tool: {} }, /tool/],
    ["a limit without figures", { tools: { a: { action: "limit" } } }, /At \/tools\/a: max and window/],
    [
      "figures without a limit",
      { tools: { a: { action: "deny", max: 1, window: "hour" } } },
      /max and window/,
    ],
    ["an unknown facet", { facets: { mail: { action: "deny" } } }, /facets/],
    ["an address for a host", { bounds: { urlHosts: ["https://example.com"] } }, /plain name/],
    ["any host below another", { bounds: { urlHosts: ["*.example.com"] } }, /without \*/],
    ["any domain below another", { bounds: { recipientDomains: ["*.example.com"] } }, /without \*/],
    ["a host with a path", { bounds: { urlHosts: ["example.com/a"] } }, /plain name/],
    ["the root of all", { bounds: { pathRoots: ["/"] } }, /pathRoots\/0: a folder below the root/],
    ["a root with a step upwards", { bounds: { pathRoots: ["/srv/../etc"] } }, /without \.\. in its path/],
    ["a list", [], /At the top/],
  ])("%s is refused in words", (_, data, words) => {
    const parsed = parseOverrides(data);
    expect(parsed.ok ? [] : parsed.problems).toEqual([expect.stringMatching(words)]);
  });
});

describe("the digests a policy was made for", () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const made = policyDigests([
    {
      server: "npm/a",
      tools: [
        toolOf("b", { digest: digest("b") }),
        toolOf("a", { digest: digest("a") }),
        toolOf("a", { digest: digest("c") }),
        toolOf("__proto__", { digest: digest("d") }),
      ],
    },
  ]);

  test("survive JSON, and nothing has changed then", () => {
    const read = policyDigestsSchema.parse(JSON.parse(JSON.stringify(made)));
    expect(Object.keys(read.servers["npm/a"] ?? {})).toEqual(["__proto__", "a", "b"]);
    expect(compareDigests(read, made)).toEqual({ changed: [], added: [], removed: [] });
    expect(policyDigestsSchema.safeParse({ madeBy: "placard", servers: { a: { t: "x" } } }).success).toBe(
      false,
    );
  });

  test("keep a server whose id is no plain key", () => {
    const odd = policyDigests([{ server: "__proto__", tools: [toolOf("a")] }]);
    const read = policyDigestsSchema.parse(JSON.parse(JSON.stringify(odd)));
    expect(compareDigests(read, odd)).toEqual({ changed: [], added: [], removed: [] });
    expect(compareDigests(policyDigestsSchema.parse({ madeBy: "placard", servers: {} }), odd).added).toEqual([
      { server: "__proto__", tool: "a" },
    ]);
  });

  test("show what was changed, added and removed", () => {
    const now = policyDigests([
      {
        server: "npm/a",
        tools: [
          toolOf("a", { digest: digest("a") }),
          toolOf("n"),
          toolOf("__proto__", { digest: digest("d") }),
        ],
      },
    ]);
    expect(compareDigests(made, now)).toEqual({
      changed: [{ server: "npm/a", tool: "a" }],
      added: [{ server: "npm/a", tool: "n" }],
      removed: [{ server: "npm/a", tool: "b" }],
    });
    expect(
      compareDigests(made, policyDigests([{ server: "npm/b", tools: [toolOf("a")] }])).added,
    ).toHaveLength(1);
  });
});
