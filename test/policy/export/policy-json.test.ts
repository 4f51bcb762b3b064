import { expect, test } from "vitest";
import { POLICY_JSON } from "../../../policy/export/policy-json.ts";
import { evaluateCall, PRESETS, parsePolicy, recommendServers } from "../../../policy/index.ts";
import { exportServers } from "./_corpus.ts";
import { exportServer, exportTool, hostileServers } from "./_prepared.ts";

function policyOf(servers: Parameters<typeof POLICY_JSON.write>[0]) {
  const written = POLICY_JSON.write(servers);
  if (!written.ok) throw new Error(written.problem);
  const parsed = parsePolicy(JSON.parse(written.text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { policy: parsed.policy, losses: written.losses };
}

test.each(PRESETS)(
  "of one server it is the %s recommendation, of several the recommendation for all",
  (preset) => {
    const servers = exportServers(preset);
    for (const server of servers) expect(policyOf([server]).policy).toEqual(server.policy);
    const all = servers.map(({ server, tools }) => ({ server, tools }));
    expect(policyOf(servers).policy).toEqual(recommendServers(all, { preset }).policy);
  },
);

test("each tool of each server has its outcome with our evaluator", () => {
  let tried = 0;
  for (const server of exportServers("recommended")) {
    const { policy } = policyOf([server]);
    for (const tool of server.tools.filter(({ access }) => access !== "check")) {
      const { decision } = evaluateCall(policy, { tool: tool.name, args: {} }, new Map(), 0);
      expect(decision === "allow", tool.name).toBe(POLICY_JSON.outcome(tool) === "allow");
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(300);
});

test("a merged document lets through nothing that a document of its own denies", () => {
  const servers = hostileServers(300, 9);
  const { policy, losses } = policyOf(servers);
  const decide = (document: typeof policy, tool: string) =>
    evaluateCall(document, { tool, args: { action: "list" } }, new Map(), 0).decision;
  for (const server of servers) {
    for (const { name } of server.tools) {
      if (decide(server.policy, name) !== "allow") expect(decide(policy, name), name).not.toBe("allow");
    }
  }
  expect(losses.map(({ what }) => what)).toEqual(["rules for one server"]);
});

test("names that servers share have the rules of all, and are told", () => {
  const servers = [
    exportServer("one", [exportTool("send", "limit")]),
    exportServer("two", [exportTool("send", "deny")]),
  ];
  const { policy, losses } = policyOf(servers);
  expect(policy.tools?.send).toEqual({ deny_if: [{ conditions: [], on_deny: "Denied." }] });
  expect(losses).toMatchObject([{ tools: ["one/send", "two/send"] }]);
});
