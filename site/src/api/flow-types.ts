/** What the API says of toxic flows: of a server's tools, and of definitions that are sent in. */
import { z } from "zod";
import { placeSchema } from "./attack-types.ts";
import { count, serverId, url } from "./common-types.ts";
import { named } from "./named.ts";

const toolNameSchema = named(
  "ToolName",
  "Which tool of which server, with its page.",
  z.object({ server: serverId, tool: z.string(), url }),
);
/** Without a page: nothing of it is in the catalog. */
const sentToolSchema = z.object({
  server: serverId.optional().describe("The server that it was sent as a tool of, where one was named."),
  tool: z.string(),
});

export const flowSchema = named(
  "Flow",
  "How tools of a server can be turned against their user together. At most 5,000 tools are looked at.",
  flowOf(toolNameSchema, "FlowLeg"),
);
export const sentFlowSchema = named(
  "SentFlow",
  "How the tools that were sent can be turned against their user together.",
  flowOf(sentToolSchema, "SentFlowLeg"),
);

/** A flow whose tools are told by these fields. */
function flowOf<Shape extends z.ZodRawShape>(tool: z.ZodObject<Shape>, leg: string) {
  return z.object({
    id: z.string().describe("The kind of flow."),
    title: z.string(),
    severity: z.enum(["high", "critical"]),
    because: z.string(),
    legs: z
      .array(named(leg, "One step of a toxic flow.", legOf(tool)))
      .describe("In the order of the attack."),
    alone: z
      .object({ total: count, tools: z.array(tool) })
      .describe("Tools that make all of it by themselves: at most ten, and how many there are."),
    break: z
      .object({
        leg: z.string().describe("Id of the leg that is taken away."),
        how: z
          .enum(["tools", "separate"])
          .describe("tools: follow the steps. separate: they are too many; use the servers apart."),
        total: count.describe("How many tools make that leg."),
        steps: z.array(stepOf(tool)).describe("One for each of them; none with separate."),
        servers: z.array(serverId).describe("With separate, the servers that make the leg; else empty."),
        because: z.string(),
      })
      .describe("What takes one leg away."),
    patterns: z.array(z.string()).describe("Slugs of the attack patterns it is a case of."),
  });
}

function legOf<Shape extends z.ZodRawShape>(tool: z.ZodObject<Shape>) {
  return z.object({
    id: z.string(),
    title: z.string(),
    total: count.describe("How many tools can take it."),
    tools: z
      .array(z.object({ ...tool.shape, because: z.string(), evidence: z.array(placeSchema) }))
      .describe("At most ten of them."),
  });
}

function stepOf<Shape extends z.ZodRawShape>(tool: z.ZodObject<Shape>) {
  return z.object({
    ...tool.shape,
    action: z.enum(["hide", "ask", "restrict"]),
    argument: z.string().optional().describe("The argument to restrict."),
    pointer: z.string().optional().describe("JSON Pointer into the definition, to that argument."),
    to: z.string().optional().describe("What to restrict it to, in words."),
  });
}

export type ApiFlow = z.infer<typeof flowSchema>;
export type ApiSentFlow = z.infer<typeof sentFlowSchema>;
