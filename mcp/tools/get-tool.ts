import { z } from "zod";
import { NOTICE, shown, shownId, shownName } from "../contain.ts";
import { findTool } from "../find.ts";
import { notice, serverId, tokensSchema, toolName, url, verdictSchema } from "../schemas.ts";
import { defineTool } from "../tool.ts";
import { tokensOf, toolPage, verdictView } from "../views.ts";

/** Longest part of a description that is quoted, in characters. */
const DESCRIPTION = 1_000;

export const getTool = defineTool({
  name: "get_tool",
  title: "Verdict on a tool",
  description: "Read the verdict on one tool: category, risk, evidence, findings, annotation conflicts.",
  input: z.strictObject({
    server: serverId.describe("Server id"),
    tool: toolName,
    quote: z.boolean().default(false).describe("Also quote its description"),
  }),
  output: z.object({
    notice,
    server: z.string(),
    name: z.string(),
    url,
    ...verdictSchema.shape,
    tokens: tokensSchema,
    firstSeen: z.string(),
    lastSeen: z.string(),
    goneSince: z.string().optional(),
    quoted: z
      .object({ description: z.string() })
      .optional()
      .describe("The server's own words, cut and without what does not show"),
  }),
  async run({ server, tool, quote }, { catalog, links }) {
    const known = await catalog.tool(server, tool);
    const found = known ? { ok: true as const, value: known } : await findTool(catalog, server, tool);
    if (!found.ok) return found;
    const { name, definition, verdict, firstSeen, lastSeen, goneSince } = found.value;
    const { description } = definition;
    return {
      ok: true,
      value: {
        notice: NOTICE,
        server: shownId(server),
        name: shownName(name),
        url: toolPage(links, server, name),
        ...verdictView(verdict),
        tokens: await tokensOf(definition),
        firstSeen,
        lastSeen,
        goneSince,
        quoted:
          quote && typeof description === "string"
            ? { description: shown(description, DESCRIPTION) }
            : undefined,
      },
    };
  },
});
