import { describe, expect, it } from "vitest";
import { compareVersions } from "../../classifier/attacks/versions.ts";
import { advisoriesOf, attacksOf } from "../../classifier/attacks.ts";
import { classify, type ToolDefinition, type Verdict } from "../../classifier/index.ts";

const text = { type: "string" };
const tool = (
  name: string,
  description: string,
  properties: Record<string, unknown> = {},
): ToolDefinition => ({
  name,
  description,
  inputSchema: { type: "object", properties },
});
const attacks = (definition: ToolDefinition, change: Partial<Verdict> = {}) =>
  attacksOf(definition, { ...classify(definition), ...change });
const patterns = (definition: ToolDefinition) => attacks(definition).map((match) => match.pattern);
const reason = (definition: ToolDefinition, pattern: string) =>
  attacks(definition).find((match) => match.pattern === pattern)?.because;

describe("attacks of a tool", () => {
  it("are none for tools whose category alone could be abused", () => {
    expect(patterns(tool("get_weather", "Gets the weather of a city.", { city: text }))).toEqual([]);
    expect(
      patterns(tool("lookup_vulnerability", "Looks up a vulnerability by its id.", { id: text })),
    ).toEqual([]);
    expect(patterns(tool("create_color", "Creates a colour of the palette.", { hex: text }))).toEqual([]);
  });

  it("name the argument they rest on, and where it stands", () => {
    const shell = tool("run_command", "Runs a command.", { command: text });
    const match = attacks(shell).find(({ pattern }) => pattern === "command-injection");
    expect(match?.because).toContain("“command”");
    expect(match?.evidence).toContainEqual({
      pointer: "/inputSchema/properties/command",
      start: 0,
      end: 7,
      excerpt: "command",
    });
  });

  it("name the words of the definition that show a facet, with their rule", () => {
    const issues = tool("list_issues", "Lists issues with their comments.");
    const match = attacks(issues).find(({ pattern }) => pattern === "indirect-prompt-injection");
    expect(match?.because).toContain("“issues”");
    expect(match?.evidence.every(({ rule }) => rule !== undefined)).toBe(true);
  });

  it("tell free text from a choice, a number and a date", () => {
    const sql = (schema: unknown) =>
      patterns(tool("run_report", "Runs a report.", { sql: schema })).includes("sql-injection");
    expect(sql(text)).toBe(true);
    expect(sql({ type: ["string", "null"] })).toBe(true);
    expect(sql({ anyOf: [{ type: "string" }, { type: "null" }] })).toBe(true);
    expect(sql({ type: "array", items: text })).toBe(true);
    expect(sql({ type: "string", enum: ["daily", "weekly"] })).toBe(false);
    expect(sql({ type: "integer" })).toBe(false);
    expect(sql({ type: "string", format: "date" })).toBe(false);
    expect(sql({ type: "object", properties: { limit: { type: "integer" } } })).toBe(false);
  });

  it("find arguments behind references and inside objects", () => {
    const definition = {
      ...tool("send_email", "Sends an e-mail."),
      inputSchema: {
        $ref: "#/$defs/Mail",
        $defs: {
          Mail: { type: "object", properties: { head: { type: "object", properties: { bcc: text } } } },
        },
      },
    };
    expect(reason(definition, "recipient-manipulation")).toContain("“bcc”");
  });

  it("say what holds a deletion back, and who fills that in", () => {
    const sorry = tool("delete_project", "Deletes a project for good.", { id: text });
    expect(reason(sorry, "destructive-autonomy")).toContain("none of its arguments asks for a confirmation");
    const asked = tool("delete_project", "Deletes a project for good.", {
      id: text,
      confirm: { type: "boolean" },
    });
    expect(reason(asked, "destructive-autonomy")).toMatch(/“confirm”.*the agent itself/);
  });

  it("miss an idempotency key only where money moves without one", () => {
    const pay = (properties: Record<string, unknown>) =>
      patterns(
        tool("create_payment", "Pays an amount to a payee.", { amount: { type: "number" }, ...properties }),
      );
    expect(pay({})).toContain("runaway-loops");
    expect(pay({ idempotency_key: text })).not.toContain("runaway-loops");
  });

  it("do not take “to” for a recipient where nothing is sent", () => {
    const convert = tool("convert_currency", "Converts an amount to another currency.", {
      amount: { type: "number" },
      to: text,
    });
    expect(patterns(convert)).not.toContain("recipient-manipulation");
    expect(patterns(convert)).not.toContain("payment-redirection");
    expect(patterns(tool("send_email", "Sends an e-mail.", { to: text }))).toContain(
      "recipient-manipulation",
    );
  });

  it("cannot be talked away", () => {
    const shell = tool("run_command", "Runs a command.", { command: text });
    const talk =
      " This tool is read-only and safe. It never sends, deletes or runs anything. Only lists weather.";
    const before = patterns(shell);
    expect(before.length).toBeGreaterThan(1);
    expect(patterns({ ...shell, description: `${shell.description}${talk}` })).toEqual(
      expect.arrayContaining(before),
    );
  });

  it("show poisoning only where there is a finding, with the finding's words made visible", () => {
    const definition = tool("add", "Adds two numbers.");
    expect(patterns(definition)).toEqual([]);
    const evidence = [
      { rule: "hidden-characters", pointer: "/description", start: 0, end: 4, excerpt: "a\u202eb\u001b" },
    ];
    const findings = [{ id: "hidden-characters", severity: "error" as const, message: "Hidden.", evidence }];
    const found = attacks(definition, { findings });
    expect(found.map((match) => match.pattern)).toEqual(["hidden-text"]);
    expect(found[0]?.because).toContain("“a�b�”");
    expect(found[0]?.evidence).toEqual(evidence);
    const told = findings.map((finding) => ({ ...finding, severity: "info" as const }));
    expect(attacks(definition, { findings: told })).toEqual([]);
  });

  it("quote hostile names in one short line", () => {
    const name = `command\n${"x".repeat(300)}_command`;
    const because = reason(tool("run_command", "Runs a command.", { [name]: text }), "command-injection");
    expect(because).toContain("“command xxx");
    expect(because).not.toMatch(/\n/);
    expect(because?.length).toBeLessThan(200);
  });

  it("take anything a server may send", () => {
    for (const inputSchema of [
      null,
      7,
      [],
      { properties: null },
      { properties: { path: null, url: "text", sql: true } },
    ]) {
      const definition = { name: "write_file", description: 5, inputSchema };
      expect(() => attacks(definition)).not.toThrow();
    }
  });
});

describe("advisories of a package", () => {
  const ids = (server: string, version?: string) =>
    advisoriesOf(server, version).map(({ id, applies }) => `${id} ${applies}`);

  it("depend on its version", () => {
    expect(ids("npm/mcp-remote", "0.1.15")).toEqual(["CVE-2025-6514 yes"]);
    expect(ids("npm/mcp-remote", "0.1.16")).toEqual([]);
    expect(ids("npm/mcp-remote", "0.0.4")).toEqual([]);
    expect(ids("npm/mcp-remote", "0.0.5")).toEqual(["CVE-2025-6514 yes"]);
  });

  it("hold for each of several ranges, and not between them", () => {
    const server = "npm/@modelcontextprotocol/server-filesystem";
    const both = ["CVE-2025-53109 yes", "CVE-2025-53110 yes"];
    expect(ids(server, "0.6.3")).toEqual(both);
    expect(ids(server, "0.6.4")).toEqual([]);
    expect(ids(server, "2025.3.28")).toEqual(both);
    expect(ids(server, "2025.7.1")).toEqual([]);
    expect(ids(server, "2025.7.1-beta.1")).toEqual(both);
  });

  it("say so when the version cannot be told", () => {
    expect(ids("npm/postmark-mcp")).toEqual(["postmark-mcp-backdoor unknown"]);
    expect(ids("npm/postmark-mcp", "latest")).toEqual(["postmark-mcp-backdoor unknown"]);
    expect(ids("pypi/mcp-server-sqlite")).toEqual(["sqlite-server-injection yes"]);
  });

  it("are those of exactly that package, whatever its tools do", () => {
    expect(ids("npm/mcp-remote-tools", "0.1.0")).toEqual([]);
    expect(ids("pypi/mcp-remote", "0.1.0")).toEqual([]);
    expect(ids("remote/mcp.example.com", "0.1.0")).toEqual([]);
  });
});

describe("versions", () => {
  it.each([
    ["1.10.0", "1.9.9", 1],
    ["1.2", "1.2.0", 0],
    ["1.0.0-rc.1", "1.0.0", -1],
    ["2025.7.1rc2", "2025.7.1", -1],
    ["1.0.0+build", "1.0.0", 0],
    ["1.0.post1", "1.0", 0],
    ["v2.0.0", "2.0.0", 0],
  ])("%s against %s", (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b) ?? Number.NaN)).toBe(sign);
  });

  it.each(["", "latest", "1.2.3 || 4", "^1.2.3", "1".repeat(40)])("“%s” is none", (version) => {
    expect(compareVersions(version, "1.0.0")).toBeUndefined();
  });
});
