import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { AGENTGATEWAY } from "../../../policy/export/agentgateway.ts";
import { agentgateway } from "./_cel.ts";
import { EXPORTS, eachTool, HOSTILE, written } from "./_gateways.ts";
import { exportServer, exportTool } from "./_prepared.ts";

vi.setConfig({ testTimeout: 60_000 });

const LIBRARIES = ["bufbuild", "marcbachmann"] as const;

describe("agentgateway", () => {
  const schema = z.strictObject({ mcpAuthorization: z.strictObject({ rules: z.array(z.string()).min(1) }) });
  const load = (text: string) => agentgateway(schema.parse(parse(text)).mcpAuthorization.rules);

  test.each(EXPORTS)("both CEL libraries decide on every tool as the export says: %s", (_, groups) => {
    for (const servers of groups()) {
      const decide = load(written(AGENTGATEWAY, servers).text);
      for (const library of LIBRARIES) {
        eachTool(servers, ({ alias }, tool) => {
          if (!tool.name.isWellFormed()) return expect(AGENTGATEWAY.outcome(tool)).toBe("deny");
          const shown = `${library} ${alias}/${JSON.stringify(tool.name)}`;
          expect(decide(library, alias, tool.name), shown).toBe(AGENTGATEWAY.outcome(tool));
          expect(decide(library, "another server", tool.name)).toBe("deny");
        });
        expect(decide(library, servers[0]?.alias ?? "", "a tool the server adds later")).toBe("deny");
      }
    }
  });

  test("an export that allows nothing denies everything, as no rule at all would allow it", () => {
    const { text } = written(AGENTGATEWAY, [exportServer("a", [exportTool("t", "deny")])]);
    for (const library of LIBRARIES) {
      expect(load(text)(library, "a", "t")).toBe("deny");
      expect(agentgateway([])(library, "a", "t")).toBe("allow");
    }
  });

  test("no rule looks at arguments, which the gateway does not show to rules", () => {
    const { text, losses } = written(AGENTGATEWAY, HOSTILE);
    expect(schema.parse(parse(text)).mcpAuthorization.rules.join("\n")).not.toContain("mcp.tool.arguments");
    expect(losses.map(({ what }) => what)).toContain("argument rules");
  });
});
