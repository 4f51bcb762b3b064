import { z } from "zod";
import { listFindingKinds } from "../../classifier/index.ts";
import { NOTICE, shown } from "../contain.ts";
import { emptyHint } from "../find.ts";
import { category, facet, notice, risk, serverId, toolLineSchema } from "../schemas.ts";
import { defineTool } from "../tool.ts";
import { toolLine } from "../views.ts";

const FINDINGS = listFindingKinds().map(({ id }) => id);

export const searchTools = defineTool({
  name: "search_tools",
  title: "Search the catalog",
  description: "Find tools of MCP servers by words and filters, riskiest first.",
  input: z.strictObject({
    text: z
      .string()
      .max(200)
      .refine(
        (text) => text.trim() === "" || /[\p{L}\p{N}]/u.test(text),
        "must hold a letter or a digit: signs and pictures by themselves are not looked up",
      )
      .optional()
      .describe("Words to find"),
    server: serverId.optional().describe("Server id"),
    category: category.optional(),
    risk: risk.optional(),
    facet: facet.optional(),
    finding: z.enum(FINDINGS).optional(),
    limit: z.int().min(1).max(50).default(10),
    cursor: z.string().max(8_000).optional().describe("nextCursor of the page before"),
  }),
  output: z.object({
    notice,
    items: z.array(toolLineSchema),
    nextCursor: z.string().nullable(),
    count: z.int().optional().describe("Tools on all pages, where that can be counted"),
    instead: z.string().optional().describe("What was looked for, where nothing has the words asked for"),
    hint: z.string().optional(),
  }),
  async run(filter, { catalog, links }) {
    // Models often send "" for what they leave out.
    const text = filter.text?.trim() || undefined;
    const { items, nextCursor, count, instead } = await catalog.tools({ ...filter, text, respell: true });
    return {
      ok: true,
      value: {
        notice: NOTICE,
        items: items.map((row) => toolLine(row, links)),
        nextCursor,
        count,
        instead: instead === undefined ? undefined : shown(instead, 200),
        hint: items.length === 0 ? await emptyHint(catalog) : undefined,
      },
    };
  },
});
