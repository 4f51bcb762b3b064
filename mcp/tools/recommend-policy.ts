import { z } from "zod";
import { EXPORT_FORMATS, type ExportFormat } from "../../policy/export/index.ts";
import { NOTICE, shown, shownId } from "../contain.ts";
import { findTool, noTools } from "../find.ts";
import { type ChosenServer, writeDocument } from "../policies.ts";
import { MOST, notice, preset, serverId, toolName, url } from "../schemas.ts";
import { defineTool, type Outcome, refused } from "../tool.ts";
import type { McpCatalog } from "../types.ts";

/** Longest document of an answer, in UTF-16 code units: some ten thousand tokens. */
const DOCUMENT = 40_000;
const [REFERENCE] = EXPORT_FORMATS as [ExportFormat, ...ExportFormat[]];

export const recommendPolicy = defineTool({
  name: "recommend_policy",
  title: "Recommended policy",
  description: "Return the recommended policy for servers of the catalog, as one document in a format.",
  input: z.strictObject({
    servers: z.array(serverId).min(1).max(MOST.servers).describe("Server ids"),
    tool: toolName.optional().describe("Only this tool, with one server"),
    preset,
    format: z.enum(EXPORT_FORMATS.map(({ id }) => id)).default(REFERENCE.id),
    aliases: z
      .record(z.string(), z.string().min(1).max(100))
      .optional()
      .describe("Names in the client, by server id"),
  }),
  output: z.object({
    notice,
    url,
    documentUrl: z.string(),
    format: z.string(),
    file: z.string().describe("The file name to keep it under"),
    target: z.string().describe("What loads it"),
    document: z.string(),
    losses: z
      .array(z.object({ what: z.string(), instead: z.string(), tools: z.int() }))
      .describe("What the format cannot say"),
    servers: z.array(z.object({ server: z.string(), alias: z.string(), tools: z.int() })),
  }),
  async run(input, { catalog, links }) {
    const servers = [...new Set(input.servers)];
    const aliases = new Map(Object.entries(input.aliases ?? {}));
    const format = EXPORT_FORMATS.find(({ id }) => id === input.format) ?? REFERENCE;
    const stranger = [...aliases.keys()].find((id) => !servers.includes(id));
    if (stranger !== undefined) {
      return refused(`aliases names ${shown(stranger, 100)}, which is not among servers. Give it there too.`);
    }
    const chosen = await choose(catalog, servers, input.tool);
    if (!chosen.ok) return chosen;
    const [first] = chosen.value;
    const tool = input.tool === undefined ? undefined : first?.tools[0]?.definition.name;
    const choice = { servers, tool, format: format.id, preset: input.preset, aliases };
    const documentUrl = links.policyDocument(choice);
    const elsewhere = `Take it from ${documentUrl}, or ask for fewer servers or one tool.`;
    const written = writeDocument(chosen.value, { ...input, format, aliases }, DOCUMENT, elsewhere);
    if (!written.ok) return written;
    const { document, losses, prepared } = written.value;
    return {
      ok: true,
      value: {
        notice: NOTICE,
        url: links.policy(choice),
        documentUrl,
        format: format.id,
        file: format.file,
        target: format.target,
        document,
        losses: losses.map(({ what, instead, tools }) => ({ what, instead, tools: tools.length })),
        servers: prepared.map(({ server, alias, tools }) => ({
          server: shownId(server),
          alias: shown(alias, 100),
          tools: tools.length,
        })),
      },
    };
  },
});

async function choose(
  catalog: McpCatalog,
  servers: readonly string[],
  tool: string | undefined,
): Promise<Outcome<ChosenServer[]>> {
  const [first = "", ...others] = servers;
  if (tool !== undefined) {
    if (others.length > 0) return refused("tool goes with one server: leave it out, or give one server.");
    const found = await findTool(catalog, first, tool);
    return found.ok ? { ok: true, value: [{ server: first, tools: [found.value] }] } : found;
  }
  const chosen: ChosenServer[] = [];
  let count = 0;
  for (const server of servers) {
    const tools = await catalog.serverTools(server);
    if (tools.length === 0) return refused(await noTools(catalog, server));
    count += tools.length;
    if (count > MOST.tools)
      return refused(`These servers have more than ${MOST.tools} tools. Ask for fewer at a time.`);
    chosen.push({ server, tools });
  }
  return { ok: true, value: chosen };
}
