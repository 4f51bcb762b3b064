import { describe, expect, test } from "vitest";
import { AGENTGATEWAY } from "../../../policy/export/agentgateway.ts";
import { CEDAR_MCP } from "../../../policy/export/cedar-mcp.ts";
import { ENVOY_AI_GATEWAY } from "../../../policy/export/envoy-ai-gateway.ts";
import { LITELLM } from "../../../policy/export/litellm.ts";
import { REGO } from "../../../policy/export/rego.ts";
import { TOOLHIVE_CEDAR } from "../../../policy/export/toolhive-cedar.ts";
import type { ExportFormat } from "../../../policy/export/types.ts";
import { written } from "./_gateways.ts";
import { exportServer, exportTool, hostileServers } from "./_prepared.ts";

/** What holds for the documents of gateways and policy engines, whatever is in them. */

const FORMATS = [AGENTGATEWAY, CEDAR_MCP, ENVOY_AI_GATEWAY, LITELLM, REGO, TOOLHIVE_CEDAR];
/** ToolHive takes one server at a time. */
const isSingle = (format: ExportFormat) => format === TOOLHIVE_CEDAR;
const hostile = (format: ExportFormat) => hostileServers(300, 31).slice(0, isSingle(format) ? 1 : 2);

describe.each(FORMATS.map((format): [string, ExportFormat] => [format.id, format]))("%s", (_, format) => {
  test("gives the same document for the same servers", () => {
    expect(format.write(hostile(format))).toEqual(format.write(hostile(format)));
  });

  test("writes nothing that acts on a terminal or hides, whatever the names", () => {
    const { text } = written(format, hostile(format));
    expect(text).not.toMatch(/(?!\n|\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
  });

  test("tells of each tool what it cannot say of it, in sentences, and at the head of the document", () => {
    const servers = hostile(format);
    const { text, losses } = written(format, servers);
    const told = new Set(losses.flatMap(({ tools }) => tools));
    const known = new Set<string>();
    for (const { alias, tools } of servers) {
      for (const tool of tools) {
        known.add(`${alias}/${tool.name}`);
        const isLooser = tool.access === "limit" && format.outcome(tool) === "allow";
        const isStricter =
          (tool.access === "check" || tool.access === "allow") && format.outcome(tool) === "deny";
        if (isLooser || isStricter) expect(told).toContain(`${alias}/${tool.name}`);
      }
    }
    expect([...told].filter((name) => !known.has(name))).toEqual([]);
    for (const { what, instead, tools } of losses) {
      expect(instead).toMatch(/\.$/);
      expect(tools).toEqual(tools.toSorted());
      expect(text).toContain(` - ${what}: ${instead}`);
    }
    expect(text).toMatch(/^(#|\/\/) Made by Placard\. /);
  });

  test("denies and hides no less than that", () => {
    for (const access of ["deny", "hide"] as const)
      expect(format.outcome(exportTool("t", access))).toBe("deny");
  });

  test("refuses an alias that is no text, and one that two servers have", () => {
    const tools = [exportTool("t", "allow")];
    for (const alias of ["", "a\ud800"])
      expect(format.write([exportServer(alias, tools, "npm/x")])).toMatchObject({
        ok: false,
        problem: expect.stringContaining("npm/x"),
      });
    expect(format.write([exportServer("a", tools), exportServer("a", tools, "npm/b")])).toMatchObject({
      ok: false,
    });
  });
});
