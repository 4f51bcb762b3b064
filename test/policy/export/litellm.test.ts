import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { LITELLM } from "../../../policy/export/litellm.ts";
import { EXPORTS, eachTool, written } from "./_gateways.ts";
import { exportServer, exportTool } from "./_prepared.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("LiteLLM", () => {
  const schema = z.strictObject({
    mcp_servers: z.record(
      z.string().regex(/^[A-Za-z0-9_]+$/),
      z.strictObject({ allowed_tools: z.array(z.string()).min(1), disallowed_tools: z.array(z.string()) }),
    ),
  });

  test.each(EXPORTS)(
    "lists have LiteLLM's shape and decide on every tool as the export says: %s",
    (_, groups) => {
      for (const servers of groups()) {
        const lists = schema.parse(parse(written(LITELLM, servers).text)).mcp_servers;
        eachTool(servers, ({ alias }, { name, ...tool }) => {
          const server = alias.replaceAll("-", "_");
          const { allowed_tools = [], disallowed_tools = [] } = lists[server] ?? {};
          const isAllowed = allowed_tools.includes(name) || allowed_tools.includes(`${server}-${name}`);
          expect(isAllowed ? "allow" : "deny", JSON.stringify(name)).toBe(LITELLM.outcome({ name, ...tool }));
          expect(isAllowed && disallowed_tools.includes(name)).toBe(false);
        });
      }
    },
  );

  test("an allowed name that LiteLLM would read as a denied one is refused, and as a new one is said", () => {
    const prefixed = exportTool("git-drop", "allow");
    const refused = LITELLM.write([exportServer("git", [prefixed, exportTool("drop", "deny")])]);
    expect(refused).toEqual({
      ok: false,
      problem:
        'allowing "git-drop" of npm/git: as "git", LiteLLM would read it as "drop" too, which is denied. Give the server another name there and here, with --alias npm/git=<name>.',
    });
    const { losses } = written(LITELLM, [exportServer("git", [prefixed])]);
    expect(losses).toMatchObject([{ what: "names that begin with the server's", tools: ["git/git-drop"] }]);
  });

  test("a server without allowed tools is left out, since an empty list would allow everything", () => {
    const { text, losses } = written(LITELLM, [exportServer("a", [exportTool("t", "hide")])]);
    expect(schema.parse(parse(text)).mcp_servers).toEqual({});
    expect(losses).toMatchObject([{ what: "servers without allowed tools", tools: ["a/t"] }]);
  });
});
