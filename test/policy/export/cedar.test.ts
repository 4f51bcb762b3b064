import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { CEDAR_MCP } from "../../../policy/export/cedar-mcp.ts";
import { TOOLHIVE_CEDAR } from "../../../policy/export/toolhive-cedar.ts";
import type { ExportServer, ExportTool } from "../../../policy/export/types.ts";
import { PRESETS } from "../../../policy/index.ts";
import { callsOf, expected } from "./_calls.ts";
import { toolhive, typed, validationFaults } from "./_cedar.ts";
import { exportServers } from "./_corpus.ts";
import { written } from "./_gateways.ts";
import { exportServer, exportTool, hostileServers } from "./_prepared.ts";

// The engines are programs compiled to WebAssembly: slow where other work has the processor.
vi.setConfig({ testTimeout: 60_000 });

const HOSTILE = hostileServers(160, 7);

/** The tools of each server that have an action in the official schema. */
function withActions(servers: ExportServer[]) {
  const { losses } = written(CEDAR_MCP, servers);
  const without = new Set(
    losses.flatMap(({ what, tools }) => (what.startsWith("names and schemas") ? tools : [])),
  );
  return servers.map(({ alias, tools }) => ({
    alias,
    tools: tools.filter(({ name }) => !without.has(`${alias}/${name}`)).map(({ definition }) => definition),
  }));
}

describe("ToolHive", () => {
  test.each(PRESETS)("Cedar decides on every tool of every server as the export says (%s)", (preset) => {
    for (const server of exportServers(preset)) {
      const decide = toolhive(written(TOOLHIVE_CEDAR, [server]).text);
      for (const tool of server.tools) {
        // ToolHive cannot tell a missing argument from others it leaves out: it may deny what we allow, never the reverse.
        const decisions = callsOf(tool).map((args) => [
          decide(tool.name, args),
          expected(TOOLHIVE_CEDAR, tool, args),
        ]);
        const shown = `${server.alias}/${tool.name}`;
        expect(decisions.flat(), shown).toContain(TOOLHIVE_CEDAR.outcome(tool));
        if (TOOLHIVE_CEDAR.outcome(tool) === "allow")
          expect(decisions, shown).toContainEqual(["allow", "allow"]);
        expect(decisions, shown).not.toContainEqual(["allow", "deny"]);
      }
      expect(decide("a tool the server adds later")).toBe("deny");
    }
  });

  test("hostile names get their own rule and no other", () => {
    for (const server of HOSTILE) {
      const decide = toolhive(written(TOOLHIVE_CEDAR, [server]).text);
      const names = new Set(server.tools.map(({ name }) => name));
      for (const tool of server.tools.filter(({ name }) => name.isWellFormed())) {
        expect(decide(tool.name), JSON.stringify(tool.name)).toBe(TOOLHIVE_CEDAR.outcome(tool));
        for (const other of [`${tool.name}x`, `x${tool.name}`].filter((name) => !names.has(name)))
          expect(decide(other)).toBe("deny");
      }
    }
  });

  test("a server without tools denies everything, and several servers are refused", () => {
    expect(toolhive(written(TOOLHIVE_CEDAR, [exportServer("empty", [])]).text)("x")).toBe("deny");
    expect(TOOLHIVE_CEDAR.write(HOSTILE)).toEqual({
      ok: false,
      problem:
        "writing one ToolHive file for 2 servers: ToolHive loads a file for each server, and its rules name no server. Export one server at a time.",
    });
  });
});

describe("the official MCP schema", () => {
  test.each(PRESETS)(
    "policies of all servers are valid, and decide on every tool as the export says (%s)",
    (preset) => {
      const servers = exportServers(preset);
      const { text } = written(CEDAR_MCP, servers);
      const listed = withActions(servers);
      expect(validationFaults(text, listed)).toEqual([]);
      const tried = new Map(servers.map((server) => [server.alias, server]));
      let decided = 0;
      for (const server of listed) {
        const one = tried.get(server.alias) as ExportServer;
        const decide = typed(written(CEDAR_MCP, [one]).text, [server]);
        const names = new Set(server.tools.map(({ name }) => name));
        for (const tool of one.tools) {
          const shown = `${server.alias}/${tool.name}`;
          if (!names.has(tool.name)) {
            expect(CEDAR_MCP.outcome(tool), shown).toBe("deny");
            continue;
          }
          const decisions = callsOf(tool).map((args) => [
            decide(server.alias, tool.name, { ...samples(tool), ...args }, enumsOf(tool)),
            expected(CEDAR_MCP, tool, { ...samples(tool), ...args }),
          ]);
          const made = decisions.filter(([decision]) => decision !== "no request");
          for (const [decision, wanted] of made) expect(decision, shown).toBe(wanted);
          // Required arguments that are no plain values are left out here, so that no request is made.
          if (made.length === 0)
            expect(policyLine(text, server.alias, tool.name)).toBe(CEDAR_MCP.outcome(tool));
          else expect(made.flat()).toContain(CEDAR_MCP.outcome(tool));
          decided += made.length;
        }
      }
      expect(decided).toBeGreaterThan(200);
    },
  );

  test("hostile names are denied or get their own rule", () => {
    const { text } = written(CEDAR_MCP, HOSTILE);
    const listed = withActions(HOSTILE);
    expect(validationFaults(text, listed)).toEqual([]);
    expect(listed.flatMap(({ tools }) => tools).length).toBeGreaterThan(10);
    const decide = typed(text, listed);
    for (const server of HOSTILE) {
      const names = new Set(
        listed.find(({ alias }) => alias === server.alias)?.tools.map(({ name }) => name),
      );
      for (const tool of server.tools) {
        if (names.has(tool.name)) expect(decide(server.alias, tool.name)).toBe(CEDAR_MCP.outcome(tool));
        else expect(CEDAR_MCP.outcome(tool)).toBe("deny");
      }
    }
  });

  test("one name on two servers has two rules", () => {
    const servers = [
      exportServer("a", [exportTool("send", "allow")]),
      exportServer("b-c", [exportTool("send", "deny")]),
    ];
    const decide = typed(written(CEDAR_MCP, servers).text, withActions(servers));
    expect([decide("a", "send"), decide("b-c", "send")]).toEqual(["allow", "deny"]);
  });

  test.each(["in", "a b", "", "Ü", "__cedar"])("an alias that is no namespace is refused: %j", (alias) => {
    expect(CEDAR_MCP.write([exportServer(alias, [])])).toMatchObject({ ok: false });
  });

  test("aliases that become one namespace are refused", () => {
    expect(CEDAR_MCP.write([exportServer("a-b", []), exportServer("a_b", [])])).toMatchObject({ ok: false });
  });
});

const schemaSchema = z.looseObject({
  properties: z.record(z.string(), z.looseObject({})).default({}),
  required: z.array(z.string()).default([]),
});

function enumsOf({ definition }: ExportTool): string[] {
  const { properties } = schemaSchema.parse(definition.inputSchema);
  return Object.keys(properties).filter((key) => Array.isArray(properties[key]?.enum));
}

/** Values for the arguments that must be there, as far as they are plain ones. */
function samples({ definition }: ExportTool): Record<string, unknown> {
  const { properties, required } = schemaSchema.parse(definition.inputSchema);
  const values: Record<string, unknown> = { string: "x", integer: 1, boolean: true, array: [] };
  return Object.fromEntries(
    required.flatMap((key) => {
      const { enum: listed, type } = properties[key] ?? {};
      const value = Array.isArray(listed) ? listed[0] : values[String(type)];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** What the one policy for a tool does, whatever the call. */
function policyLine(text: string, alias: string, tool: string): string | undefined {
  const scope = `(principal, action == ${alias.replaceAll("-", "_")}::Action::${JSON.stringify(tool)}, resource)`;
  const lines = text.split("\n").filter((line) => line.includes(scope));
  return { [`permit${scope};`]: "allow", [`forbid${scope};`]: "deny" }[lines.join("\n")];
}
