import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { ExportServer, ExportTool } from "../../../policy/export/index.ts";
import { INTERCEPT } from "../../../policy/export/intercept.ts";
import { fromIntercept, type Policy } from "../../../policy/index.ts";
import { call, policyOf } from "../_call.ts";
import { callsOf } from "./_calls.ts";
import { EXPORTS, HOSTILE, written } from "./_gateways.ts";
import { exportServer, exportTool } from "./_prepared.ts";

vi.setConfig({ testTimeout: 60_000 });

/** The document as policy.json again. */
function readBack(servers: ExportServer[]): { policy: Policy; losses: Map<string, string[]> } {
  const { text, losses } = written(INTERCEPT, servers);
  const parsed = fromIntercept(parse(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const told = losses.flatMap(({ what, tools }) => tools.map((tool) => ({ tool, what })));
  const byTool = Map.groupBy(told, ({ tool }) => tool);
  return {
    policy: parsed.policy,
    losses: new Map([...byTool].map(([tool, group]) => [tool, group.map(({ what }) => what)])),
  };
}

const limitsOf = (policy: Policy, name: string) =>
  (policy.tools?.[name]?.limits ?? []).map(({ window, max }) => `${max}/${window}`).sort();

describe("Intercept, read back as policy.json", () => {
  test.each(EXPORTS)("lets nothing more through, and without a loss decides the same: %s", (_, groups) => {
    let [same, allowed] = [0, 0];
    for (const servers of groups()) {
      const { policy: again, losses } = readBack(servers);
      for (const { alias, tools, policy } of servers) {
        for (const tool of tools) {
          const isSame = !losses.has(`${alias}/${tool.name}`);
          for (const args of callsOf(tool)) {
            const before = call(policy, args, { tool: tool.name }).decision;
            const after = call(again, args, { tool: tool.name }).decision;
            const shown = `${tool.name} ${JSON.stringify(args)}`;
            if (after === "allow") expect(before, shown).toBe("allow");
            if (isSame) expect(after, shown).toBe(before);
            if (INTERCEPT.outcome(tool) === "deny") expect(after, shown).not.toBe("allow");
            same += isSame ? 1 : 0;
            allowed += after === "allow" ? 1 : 0;
          }
          if (isSame) expect(limitsOf(again, tool.name)).toEqual(limitsOf(policy, tool.name));
        }
      }
    }
    expect(Math.min(same, allowed)).toBeGreaterThan(20);
  });

  test("a tool that it says is allowed can be called", () => {
    const values = { to: "a@example.com", reason: "asked", force: false };
    const rules: ExportTool["rules"] = {
      require: [{ conditions: [{ path: "args.reason", op: "regex", value: "[^ ]" }] }],
      deny_if: [{ conditions: [{ path: "args.force", op: "eq", value: true }] }],
      limits: [{ counter: "c", window: "hour", max: 2, scope: "grant" }],
    };
    const server = exportServer("mail", [{ ...exportTool("send", "check"), rules }]);
    expect(INTERCEPT.outcome(server.tools[0] as ExportTool)).toBe("allow");
    const { policy } = readBack([server]);
    expect(call(policy, values, { tool: "send" }).decision).toBe("allow");
    expect(call(policy, { ...values, force: true }, { tool: "send" }).decision).toBe("deny");
    expect(limitsOf(policy, "send")).toEqual(["2/hour"]);
  });
});

test("rules that no operator turns round deny every call, and are told", () => {
  const rules: ExportTool["rules"] = {
    deny_if: [{ conditions: [{ path: "args.url", op: "regex", value: "^file:" }] }],
  };
  const server = exportServer("web", [
    { ...exportTool("fetch", "check"), rules },
    exportTool("look", "allow"),
  ]);
  const { policy, losses } = readBack([server]);
  expect(call(policy, { url: "https://example.com" }, { tool: "fetch" }).decision).toBe("deny");
  expect(call(policy, {}, { tool: "look" }).decision).toBe("allow");
  expect([...losses.keys()]).toEqual(["web/fetch"]);
});

test("half a character in a name or a rule denies the tool", () => {
  const rules: ExportTool["rules"] = {
    require: [{ conditions: [{ path: "args.kind", op: "in", value: ["\ud800"] }] }],
  };
  const tools = [
    { ...exportTool("pick", "check"), rules },
    exportTool("\udc00", "allow"),
    exportTool("a", "allow"),
  ];
  const { policy, losses } = readBack([exportServer("shop", tools)]);
  expect(Object.keys(policy.tools ?? {}).sort()).toEqual(["a", "pick"]);
  expect(call(policy, { kind: "\ud800" }, { tool: "pick" }).decision).toBe("deny");
  expect([...losses.keys()].sort()).toEqual(["shop/pick", "shop/\udc00"]);
});

test("the document is the same each time, and nothing in it acts on a terminal or hides", () => {
  const { text } = written(INTERCEPT, HOSTILE);
  expect(written(INTERCEPT, HOSTILE).text).toBe(text);
  expect(text).not.toMatch(/(?!\n|\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
});

test("names that servers share have the rules of all, and are told", () => {
  const servers = [
    exportServer("one", [exportTool("send", "limit")]),
    exportServer("two", [exportTool("send", "deny")]),
  ];
  const { policy, losses } = readBack(servers);
  expect(policyOf(policy).tools?.send?.deny_if).toHaveLength(1);
  expect(losses.get("one/send")).toContain("rules for one server");
});

test("servers without tools come to a document that denies everything", () => {
  const { policy } = readBack([exportServer("empty", [])]);
  expect(call(policy, {}, { tool: "any" })).toMatchObject({ decision: "deny", rule: "/default" });
});
