/** Tools: the list, one of them, and what its annotations should say. */
import { z } from "zod";
import { TOOL_SORTS } from "../../../../db/types.ts";
import { apiAnnotationsUrl, apiToolsUrl, apiToolUrl } from "../../lib/addresses.ts";
import { flag, moment, oneOf, pageQuery, TOOL_FILTERS } from "../../lib/filters.ts";
import { operation } from "../operation.ts";
import {
  annotationPatchSchema,
  sparseToolListSchema,
  toolDetailSchema,
  toolListSchema,
  toolSchema,
} from "../tool-types.ts";
import { anyOf, exampleOf, fieldsOf, ok, serverParam, toolParam } from "./_parameters.ts";

const TOOL_FIELDS = Object.keys(toolSchema.shape) as (keyof typeof toolSchema.shape)[];

const sort = oneOf(TOOL_SORTS);
const GONE = ["false", "true", "only"] as const;

export const listTools = operation({
  id: "listTools",
  group: "Tools",
  method: "GET",
  path: "/api/v1/tools",
  summary: "The tools, as a list",
  description:
    "Filters hold together; a filter that is given several times holds for any of its values. Without sort the list is in the order of server id and tool name, which nothing changes: a walk with cursors, also while crawls are stored, meets every tool that was there all the time once. In the orders by risk, by time of update and by how well the text fits, a tool whose key changes during the walk can be met twice or not at all. With text, the order is by how well it fits unless sort is given: what is named so, what begins so, what has the words in its name, and the rest; each worst first.",
  query: pageQuery.extend({
    server: TOOL_FILTERS.server.optional(),
    category: anyOf(TOOL_FILTERS.category),
    risk: anyOf(TOOL_FILTERS.risk),
    facet: anyOf(TOOL_FILTERS.facet),
    finding: anyOf(TOOL_FILTERS.finding),
    rule: anyOf(TOOL_FILTERS.rule),
    conflict: flag
      .optional()
      .describe("true: only tools whose annotations contradict their definition. false: only the others."),
    confidence: TOOL_FILTERS.confidence.optional(),
    text: TOOL_FILTERS.text
      .refine(
        (text) => /[\p{L}\p{N}]/u.test(text),
        "must hold a letter or a digit: signs and pictures by themselves are not looked up",
      )
      .optional()
      .describe(
        "Words that must all occur in name, title, description or server id, in any case; the last one also as the beginning of a word. A picture, such as an emoji, that stands at a word without a space is part of it. In the order by how well it fits, where some 2,000 tools or more have the words as they are, only those are listed: with another sort also those where the last word is a beginning.",
      ),
    updated_since: moment
      .optional()
      .describe(
        "Only tools of which the catalog stored something new at or after this time, by its own clock: the tool itself, another definition, another category, risk, facet, finding, rule of the evidence or (in tenths) confidence, that it went or came back. A verdict that only words its reasons differently is nothing new. In a catalog that was imported, all counts as stored by the import. Leave an overlap of a minute to your last walk. Tools that are gone are among them unless gone=false is given.",
      ),
    gone: oneOf(GONE)
      .optional()
      .describe("true: also tools that are no longer served. only: only those. false unless told."),
    sort: sort
      .optional()
      .describe(
        "The order; - in front turns it round. server: by server id, then name. -risk: worst first. -updated: what was updated last first, in the sense of updated_since. relevance: only with text.",
      ),
    fields: fieldsOf(TOOL_FIELDS),
  }),
  answers: ok("A page of tools.", z.union([toolListSchema, sparseToolListSchema])),
  problems: [503],
  example: { address: `${apiToolsUrl({ risk: "high", limit: 10 })}&risk=critical` },
});

export const getTool = operation({
  id: "getTool",
  group: "Tools",
  method: "GET",
  path: "/api/v1/tools/{server}/{tool}",
  summary: "One tool with its verdict, its policy and its history",
  description:
    "The definition as served; the verdict with its evidence and findings, and where somebody has corrected it, who, when and why; the attack patterns it leaves room for with the reason; published flaws of its package; the recommended policy with its reasons; the tokens it takes; where it came from; the definitions it has had, and what changed about it.",
  params: z.object({ server: serverParam, tool: toolParam }),
  query: z.object({}),
  answers: ok("The tool.", toolDetailSchema),
  example: exampleOf(["servers", "tool"], ({ servers: [server = ""], tool }) => apiToolUrl(server, tool)),
});

export const getAnnotations = operation({
  id: "getAnnotations",
  group: "Tools",
  method: "GET",
  path: "/api/v1/annotations/{server}",
  summary: "What a maintainer would write in the annotations of a server's tools",
  description: "The hints declared, those we suggest, and what changes with the reason why.",
  params: z.object({ server: serverParam }),
  query: z.object({
    tool: z
      .string()
      .max(2_600, "must be the name of a tool")
      .optional()
      .describe("Only this tool; all of the server's unless told."),
  }),
  answers: ok("The suggested annotations.", annotationPatchSchema),
  example: exampleOf(["servers"], ({ servers: [server = ""] }) => apiAnnotationsUrl(server)),
});

export const TOOLS = [listTools, getTool, getAnnotations];
