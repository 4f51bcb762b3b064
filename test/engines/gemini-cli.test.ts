import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { allowedValues } from "../../policy/export/_arguments.ts";
import { GEMINI_CLI } from "../../policy/export/gemini-cli.ts";
import type { ExportServer, Outcome } from "../../policy/export/index.ts";
import { PRESETS } from "../../policy/index.ts";
import { exportServers } from "../policy/export/_corpus.ts";
import { exportServer, exportTool, hostileServers } from "../policy/export/_prepared.ts";

/** Exports in Gemini CLI's own loader and policy engine, asked the way its scheduler asks before each call. */

interface Tool {
  name: string;
}
interface Engine {
  setApprovalMode(mode: string): void;
  getExcludedTools(metadata: Map<string, object>, names: Set<string>): Set<string>;
}
interface PolicyConfig {
  rules: { source?: string }[];
}
interface Modules {
  loadPoliciesFromToml(
    paths: string[],
    tier: () => number,
  ): Promise<{ errors: { severity?: string; message: string; details?: string }[] }>;
  createPolicyEngineConfig(settings: object, mode: string): Promise<PolicyConfig>;
  PolicyEngine: new (config: PolicyConfig) => Engine;
  DiscoveredMCPTool: new (
    callable: object,
    server: string,
    tool: string,
    description: string,
    schema: object,
    bus: object,
  ) => Tool;
  checkPolicy(call: object, config: object): Promise<{ decision: string }>;
}

const SOURCES = resolve(import.meta.dirname, "node_modules/@google/gemini-cli-core/dist/src");
const load = async (file: string): Promise<Modules> => import(pathToFileURL(join(SOURCES, file)).href);
const { loadPoliciesFromToml } = await load("policy/toml-loader.js");
const { createPolicyEngineConfig } = await load("policy/config.js");
const { PolicyEngine } = await load("policy/policy-engine.js");
const { DiscoveredMCPTool } = await load("tools/mcp-tool.js");
const { checkPolicy } = await load("scheduler/policy.js");

const home = mkdtempSync(join(tmpdir(), "placard-gemini-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const OUTCOMES: Record<string, Outcome> = { allow: "allow", ask_user: "ask", deny: "deny" };
const STRICTNESS: Outcome[] = ["allow", "ask", "deny"];

/** Loads an export, which must be taken without a complaint, as a file of the user's; the built-in rules stay below it. */
async function engineFor(servers: ExportServer[]): Promise<Engine> {
  const written = GEMINI_CLI.write(servers);
  if (!written.ok) throw new Error(written.problem);
  const file = join(home, "placard.toml");
  writeFileSync(file, written.text);
  const { errors } = await loadPoliciesFromToml([file], () => 4);
  expect(errors.filter(({ severity }) => severity !== "warning")).toEqual([]);
  return new PolicyEngine(await createPolicyEngineConfig({ policyPaths: [file] }, "default"));
}

const toolFor = (alias: string, name: string) =>
  new DiscoveredMCPTool({}, alias, name, "", { type: "object" }, {});

async function decision(
  engine: Engine,
  alias: string,
  name: string,
  args: object = {},
): Promise<Outcome | undefined> {
  const tool = toolFor(alias, name);
  const config = { getPolicyEngine: () => engine, isInteractive: () => true };
  const { decision } = await checkPolicy({ request: { name: tool.name, args }, tool }, config);
  return OUTCOMES[decision];
}

describe.each(PRESETS)("the %s policies of all servers in one file", (preset) => {
  const servers = exportServers(preset);

  test.each(["default", "yolo"])("give each tool its outcome, in %s mode", async (mode) => {
    const engine = await engineFor(servers);
    engine.setApprovalMode(mode);
    let asked = 0;
    for (const { alias, tools } of servers) {
      for (const tool of tools) {
        asked += 1;
        const about = `${alias}/${tool.name}`;
        const values = tool.access === "check" ? allowedValues(tool.rules) : undefined;
        const fitting = Object.fromEntries(
          [...(values ?? [])].map(([argument, [value]]) => [argument, value]),
        );
        expect(await decision(engine, alias, tool.name, fitting), about).toBe(GEMINI_CLI.outcome(tool));
        if (values) expect(await decision(engine, alias, tool.name), about).toBe("deny");
      }
      expect(await decision(engine, alias, "a_tool_of_later")).toBe("deny");
    }
    expect(asked).toBeGreaterThan(300);
  });

  test("keep what is denied out of the model's sight, and nothing else", async () => {
    const engine = await engineFor(servers);
    for (const { alias, tools } of servers) {
      const names = new Map(tools.map((tool) => [toolFor(alias, tool.name).name, tool]));
      const metadata = new Map([...names.keys()].map((name) => [name, { _serverName: alias }]));
      const excluded = engine.getExcludedTools(metadata, new Set(names.keys()));
      const denied = [...names]
        .filter(([, tool]) => GEMINI_CLI.outcome(tool) === "deny")
        .map(([name]) => name);
      expect([...excluded].sort(), alias).toEqual(denied.sort());
    }
  });
});

describe("rules about arguments", () => {
  const checked = exportServer("shop", [exportTool("orders", "check", "Destructive")]);

  test.each<[object, Outcome]>([
    [{ action: "list" }, "ask"],
    [{ action: 'get"\u2028|)' }, "ask"],
    [{ action: 2 }, "ask"],
    [{ action: true, other: { action: "wipe" } }, "ask"],
    [{ zone: 1, action: "list", a: [] }, "ask"],
    [{}, "deny"],
    [{ action: "wipe" }, "deny"],
    [{ action: "List" }, "deny"],
    [{ action: "list2" }, "deny"],
    [{ action: ["list"] }, "deny"],
    [{ action: "2" }, "deny"],
    [{ action: 22 }, "deny"],
    [{ action: 2.5 }, "deny"],
    [{ action: null }, "deny"],
    [{ Action: "list" }, "deny"],
    [{ other: { action: "list" } }, "deny"],
    [{ other: '\u0000"action":"list"\u0000' }, "deny"],
    [{ other: '","action":"list"' }, "deny"],
    [{ '\u0000"action":"list"\u0000': 1 }, "deny"],
  ])("are applied to the arguments: %j", async (args, outcome) => {
    expect(await decision(await engineFor([checked]), "shop", "orders", args)).toBe(outcome);
  });
});

describe("hostile names", () => {
  test("never get less than their outcome, and exactly that where the name is theirs alone", async () => {
    const servers = hostileServers(600, 7);
    const engine = await engineFor(servers);
    const uses = Map.groupBy(
      servers.flatMap(({ alias, tools }) => tools.map(({ name }) => toolFor(alias, name).name)),
      (name) => name,
    );
    let exact = 0;
    for (const { alias, tools } of servers) {
      for (const tool of tools) {
        const got = await decision(engine, alias, tool.name, { action: "list" });
        const meant = GEMINI_CLI.outcome(tool);
        const about = JSON.stringify([alias, tool.name, meant, got]);
        expect(STRICTNESS.indexOf(got ?? "allow"), about).toBeGreaterThanOrEqual(STRICTNESS.indexOf(meant));
        if (got === meant) exact += 1;
        else expect(uses.get(toolFor(alias, tool.name).name)?.length, about).toBeGreaterThan(1);
      }
    }
    expect(exact).toBeGreaterThan(500);
  });

  test.each(["my server", "mcp", "mcp_shop", "mcp_", "a*", "*", "x".repeat(40), "名", 'a"b\n'])(
    "of a server, such as %j, leave its rules in force",
    async (alias) => {
      const tools = [
        exportTool("look", "allow"),
        exportTool("w".repeat(80), "deny"),
        exportTool("send", "limit"),
      ];
      const engine = await engineFor([
        exportServer(alias, tools),
        exportServer("other", [exportTool("send", "allow")]),
      ]);
      for (const tool of tools)
        expect(await decision(engine, alias, tool.name)).toBe(GEMINI_CLI.outcome(tool));
      expect(await decision(engine, "other", "send")).toBe("allow");
      expect(await decision(engine, alias, "a_tool_of_later")).not.toBe("allow");
    },
  );

  test("that one rule reads as two tools get the stricter one of both", async () => {
    const tools = [
      exportTool("send", "deny"),
      exportTool("mcp_shop_send", "allow"),
      exportTool("mcp_shop_look", "check"),
      exportTool("look", "deny"),
    ];
    const engine = await engineFor([exportServer("shop", tools)]);
    expect(await decision(engine, "shop", "send")).toBe("deny");
    expect(await decision(engine, "shop", "look", { action: "list" })).toBe("deny");
  });
});
