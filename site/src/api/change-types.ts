/** What the API says of changes between crawls. */
import { z } from "zod";
import { CHANGE_KINDS } from "../../../db/types.ts";
import { category, date, digest, facet, listSchema, risk, serverId, url } from "./common-types.ts";
import { named } from "./named.ts";

export const toolStateSchema = named(
  "ToolState",
  "A tool before or after a change.",
  z.object({ name: z.string(), digest, category, risk, facets: z.array(facet) }),
);

export const changeKind = named("ChangeKind", "A kind of change.", z.enum(CHANGE_KINDS));

export const changeSchema = named(
  "Change",
  "One difference between two good crawls of a server; url is the tool's page.",
  z.object({
    id: z.number().int().describe("Grows with time."),
    url,
    server: serverId,
    tool: z.string().describe("The tool's name; the new one where it was renamed."),
    kind: changeKind,
    worse: z.boolean().describe("A verdict was raised: risk or category went up, or a facet was gained."),
    before: toolStateSchema.optional().describe("Absent for a tool that was added."),
    after: toolStateSchema.optional().describe("Absent for a tool that was removed."),
    at: date.describe("When the crawl that showed it was started."),
  }),
);
export const changeListSchema = named("ChangeList", "A page of changes.", listSchema(changeSchema));

export type ApiChange = z.infer<typeof changeSchema>;
