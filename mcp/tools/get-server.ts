import { z } from "zod";
import { CATEGORIES, RISKS } from "../../classifier/index.ts";
import { NOTICE, shown, shownId } from "../contain.ts";
import { noServer } from "../find.ts";
import { advisorySchema, flowSchema, MOST, notice, serverId, toolLineSchema, url } from "../schemas.ts";
import { advisoriesFor } from "../stack.ts";
import { defineTool, refused } from "../tool.ts";
import { advisoryView, flowViews, serverPage, toolLine } from "../views.ts";

/** Tools that are listed; search_tools has the others. */
const LISTED = 20;

export const getServer = defineTool({
  name: "get_server",
  title: "Look at a server",
  description: "Read what is known of one server: its riskiest tools, known flaws, and toxic flows.",
  input: z.strictObject({ server: serverId.describe("Server id, such as npm/@scope/name") }),
  output: z.object({
    notice,
    id: z.string(),
    url,
    version: z.string().optional(),
    status: z.string(),
    reason: z.string().optional().describe("Why the last crawl failed"),
    lastSeen: z.string(),
    toolCount: z.int(),
    byRisk: z.record(z.enum(RISKS), z.int()),
    byCategory: z.record(z.enum(CATEGORIES), z.int()),
    tools: z.array(toolLineSchema.omit({ server: true })).describe("The riskiest ones"),
    advisories: z.array(advisorySchema),
    flows: z.array(flowSchema).optional().describe("Absent where there are too many tools"),
  }),
  async run({ server }, { catalog, links }) {
    const found = await catalog.server(server);
    if (!found) return refused(await noServer(catalog, server));
    const { items } = await catalog.tools({ server, limit: LISTED });
    const { status, reason, version, lastSeen, toolCount, byRisk, byCategory } = found;
    const looked = toolCount <= MOST.tools ? await catalog.serverTools(server) : undefined;
    return {
      ok: true,
      value: {
        notice: NOTICE,
        id: shownId(server),
        url: serverPage(links, server),
        version: version === undefined ? undefined : shown(version, 80),
        status,
        reason: reason === undefined ? undefined : shown(reason, 500),
        lastSeen,
        toolCount,
        byRisk,
        byCategory,
        tools: items.map((row) => {
          const { server: _, ...line } = toolLine(row, links);
          return line;
        }),
        advisories: advisoriesFor(found).map(advisoryView),
        flows: looked && flowViews([{ server, tools: looked }]),
      },
    };
  },
});
