import { type ParseError, parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { CLAUDE_CODE } from "../../../policy/export/claude-code.ts";
import { CODEX } from "../../../policy/export/codex.ts";
import { CURSOR } from "../../../policy/export/cursor.ts";
import { DOCKER_MCP } from "../../../policy/export/docker-mcp.ts";
import { GEMINI_CLI } from "../../../policy/export/gemini-cli.ts";
import type { ExportFormat, ExportServer, Outcome } from "../../../policy/export/index.ts";
import { exportServer, exportTool, hostileServers } from "./_prepared.ts";

/** Each document read back with a library of its format, and against the shape its program documents. */

function textOf(format: ExportFormat, servers: ExportServer[]): string {
  const written = format.write(servers);
  if (!written.ok) throw new Error(written.problem);
  return written.text;
}

const namesWith = (format: ExportFormat, { tools }: ExportServer, ...outcomes: Outcome[]) =>
  tools.filter((tool) => outcomes.includes(format.outcome(tool))).map(({ name }) => name);

const hostile = hostileServers(800, 21);
/** The same names on two servers, with the opposite access. */
const twins = [
  exportServer("left", [exportTool("send", "allow"), exportTool("wipe", "deny")]),
  exportServer("right", [exportTool("send", "deny"), exportTool("wipe", "allow")]),
];

describe("claude-code", () => {
  const rule = z.string().regex(/^mcp__[A-Za-z0-9_-]+?__[A-Za-z0-9_-]*$/);
  const lists = z.strictObject({ allow: z.array(rule), ask: z.array(rule), deny: z.array(rule) });
  const shape = z.strictObject({ permissions: lists });
  const read = (servers: ExportServer[]) => shape.parse(JSON.parse(textOf(CLAUDE_CODE, servers))).permissions;

  test("names tools one by one, each in one list, never a pattern or arguments", () => {
    const { allow, ask, deny } = read(hostile);
    const all = [...allow, ...ask, ...deny];
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((name) => /^mcp__[^_]+(__)?$/.test(name) && !name.endsWith("__"))).toEqual([]);
  });

  test("keeps servers apart", () => {
    expect(read(twins)).toEqual({
      allow: ["mcp__left__send", "mcp__right__wipe"],
      ask: [],
      deny: ["mcp__left__wipe", "mcp__right__send"],
    });
  });

  test("gives tools that are written alike the stricter rule, and says so", () => {
    const servers = [
      exportServer("shop", [exportTool("a b", "allow"), exportTool("a.b", "deny"), exportTool("*", "deny")]),
    ];
    expect(read(servers)).toEqual({ allow: [], ask: [], deny: ["mcp__shop__a_b", "mcp__shop___"] });
    expect(CLAUDE_CODE.write(servers)).toMatchObject({
      losses: expect.arrayContaining([
        expect.objectContaining({ what: "a rule of its own", tools: ["shop/a b"] }),
      ]),
    });
  });

  test.each(["a__b", "a_", "a b ", "é", "a*_"])(
    "refuses the server name %j, whose rules would hold for nothing",
    (alias) => {
      expect(CLAUDE_CODE.write([exportServer(alias, [])])).toMatchObject({ ok: false });
    },
  );
});

describe("codex", () => {
  const approval = z.strictObject({ approval_mode: z.enum(["prompt", "approve"]) });
  const server = z.strictObject({
    enabled_tools: z.array(z.string()),
    disabled_tools: z.array(z.string()),
    default_tools_approval_mode: z.literal("prompt"),
    // Taken as it is: zod's objects drop a tool named __proto__.
    tools: z.custom<object>((value) => typeof value === "object").optional(),
  });

  test("enables what may run, and says of each tool whether it asks", () => {
    const text = textOf(CODEX, hostile);
    const { mcp_servers } = z
      .strictObject({ mcp_servers: z.record(z.string(), server) })
      .parse(parseToml(text));
    for (const wanted of hostile) {
      const got = mcp_servers[wanted.alias];
      expect(got?.enabled_tools).toEqual(namesWith(CODEX, wanted, "allow", "ask"));
      expect(got?.disabled_tools).toEqual(
        namesWith(CODEX, wanted, "deny").filter((name) => name.isWellFormed()),
      );
      const modes = Object.entries(got?.tools ?? {}).map(([name, mode]) => [
        name,
        approval.parse(mode).approval_mode,
      ]);
      const approved = modes.filter(([, mode]) => mode === "approve").map(([name]) => name);
      expect(approved.sort()).toEqual(namesWith(CODEX, wanted, "allow").sort());
      expect(modes.map(([name]) => name).sort()).toEqual(namesWith(CODEX, wanted, "allow", "ask").sort());
    }
  });

  test.each(["a b", "a.b", "é", 'a"]\n[x'])("refuses the server name %j", (alias) => {
    expect(CODEX.write([exportServer(alias, [])])).toMatchObject({ ok: false });
  });
});

describe("gemini-cli", () => {
  const rule = z.strictObject({
    mcpName: z.string().min(1).optional(),
    toolName: z.union([z.string().min(1), z.array(z.string().min(1)).min(2)]),
    argsPattern: z.string().max(2048).optional(),
    decision: z.enum(["allow", "ask_user", "deny"]),
    priority: z.int().min(0).max(999),
    denyMessage: z.string().optional(),
  });
  const read = (servers: ExportServer[]) =>
    z.strictObject({ rule: z.array(rule) }).parse(parseToml(textOf(GEMINI_CLI, servers))).rule;

  test("has no pattern but the one that denies the rest of a server", () => {
    for (const { mcpName, toolName, decision } of read(hostile)) {
      if (toolName !== "*") expect([toolName].flat().join("")).toMatch(/^[A-Za-z0-9_\-.:]+$/);
      else expect({ mcpName, decision }).toEqual({ mcpName: expect.any(String), decision: "deny" });
    }
  });

  test("tells when one rule reads as one for two tools", () => {
    const tools = [
      exportTool("send", "allow"),
      exportTool("mcp_shop_send", "deny"),
      exportTool("look", "allow"),
    ];
    expect(GEMINI_CLI.write([exportServer("shop", tools)])).toMatchObject({
      losses: [{ what: "a rule of its own", tools: ["shop/mcp_shop_send", "shop/send"] }],
    });
  });

  test("writes the allowed values of an argument, and asks about every call where they are too many to write", () => {
    const check = exportTool("orders", "check");
    expect(read([exportServer("shop", [check])])).toContainEqual(
      expect.objectContaining({ argsPattern: expect.any(String) }),
    );
    const value = Array.from({ length: 300 }, (_, index) => `value-${index}`);
    const conditions = [{ path: "args.action", op: "in" as const, value }];
    const servers = [exportServer("shop", [{ ...check, rules: { require: [{ conditions }] } }])];
    expect(read(servers).filter(({ argsPattern }) => argsPattern !== undefined)).toEqual([]);
    expect(GEMINI_CLI.write(servers)).toMatchObject({
      losses: [{ what: "argument rules", instead: "every call is asked about.", tools: ["shop/orders"] }],
    });
  });
});

describe("cursor", () => {
  test("lists exactly what is allowed, each entry in one reading", () => {
    const problems: ParseError[] = [];
    const document: unknown = parseJsonc(textOf(CURSOR, hostile), problems);
    expect(problems).toEqual([]);
    const { mcpAllowlist } = z.strictObject({ mcpAllowlist: z.array(z.string()) }).parse(document);
    const wanted = hostile.flatMap((server) =>
      namesWith(CURSOR, server, "allow").map((name) => [server.alias, name]),
    );
    expect(mcpAllowlist.map((entry) => entry.split(":"))).toEqual(wanted);
    expect(mcpAllowlist.filter((entry) => /[*?\s]/.test(entry))).toEqual([]);
  });

  test("says that it denies nothing", () => {
    expect(CURSOR.write(twins)).toMatchObject({
      losses: expect.arrayContaining([
        expect.objectContaining({ what: "denying", tools: ["left/wipe", "right/send"] }),
      ]),
    });
  });
});

describe("docker-mcp", () => {
  test("lists exactly what is allowed, by server; a server with none has an empty list", () => {
    const servers = [...hostile, exportServer('a: "b"\n<<', []), exportServer("__proto__", [])];
    const lists = z
      .map(z.string(), z.array(z.string()))
      .parse(parseYaml(textOf(DOCKER_MCP, servers), { mapAsMap: true }));
    expect([...lists]).toEqual(
      servers.map((server) => [server.alias, namesWith(DOCKER_MCP, server, "allow")]),
    );
  });
});
