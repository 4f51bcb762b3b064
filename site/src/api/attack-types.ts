/** What the API says of attacks: patterns that fit a tool, published flaws of a package, toxic flows of a server. */
import { z } from "zod";
import { count, serverId, url } from "./common-types.ts";
import { named } from "./named.ts";

const toolNameSchema = named(
  "ToolName",
  "Which tool of which server, with its page.",
  z.object({ server: serverId, tool: z.string(), url }),
);
const placeSchema = named(
  "Place",
  "Where in a definition something shows; rule is there where a rule found it.",
  z.object({
    rule: z.string().optional(),
    pointer: z.string().describe("JSON Pointer into the definition."),
    start: count,
    end: count,
    excerpt: z.string(),
  }),
);
export const attackSchema = named(
  "Attack",
  "An attack that a tool's definition leaves room for, with the reason; url is the pattern's page.",
  z.object({
    pattern: z.string().describe("Slug of the pattern, as in /api/v1/attacks/<slug>."),
    url,
    title: z.string(),
    because: z.string(),
    evidence: z.array(placeSchema),
  }),
);
export const advisorySchema = named(
  "Advisory",
  "A published flaw of the package, by its version; url is the page of the pattern it is a case of.",
  z.object({
    id: z.string(),
    applies: z
      .enum(["yes", "unknown"])
      .describe("unknown: some versions are affected, and which one this is cannot be told."),
    package: z.string(),
    affected: z
      .array(
        z.object({
          introduced: z.string().optional(),
          fixed: z.string().optional(),
          last: z.string().optional(),
        }),
      )
      .describe("Ranges: from introduced on, up to but without fixed, or up to and with last."),
    fact: z.string(),
    cvss: z.number().optional(),
    pattern: z.string(),
    url,
    sources: z
      .array(z.object({ url: z.string(), read: z.enum(["primary", "record", "cited", "secondary"]) }))
      .describe("read: whether we read the text itself, a public record of it, or neither."),
  }),
);
const legSchema = named(
  "FlowLeg",
  "One step of a toxic flow with the tools that can take it: at most ten, and how many there are.",
  z.object({
    id: z.string(),
    title: z.string(),
    total: count,
    tools: z.array(toolNameSchema.extend({ because: z.string(), evidence: z.array(placeSchema) })),
  }),
);
export const flowSchema = named(
  "Flow",
  "How tools of a server can be turned against their user together.",
  z.object({
    id: z.string(),
    title: z.string(),
    severity: z.enum(["high", "critical"]),
    because: z.string(),
    legs: z.array(legSchema).describe("In the order of the attack."),
    alone: z
      .object({ total: count, tools: z.array(toolNameSchema) })
      .describe("Tools that make all of it by themselves: at most ten, and how many there are."),
    break: z
      .object({
        leg: z.string(),
        how: z.enum(["tools", "separate"]),
        total: count,
        steps: z.array(
          toolNameSchema.extend({
            action: z.enum(["hide", "ask", "restrict"]),
            argument: z.string().optional(),
            pointer: z.string().optional(),
            to: z.string().optional(),
          }),
        ),
        because: z.string(),
      })
      .describe("What takes one leg away."),
    patterns: z.array(z.string()).describe("Slugs of the attack patterns it is a case of."),
  }),
);

export type ApiAttack = z.infer<typeof attackSchema>;
export type ApiAdvisory = z.infer<typeof advisorySchema>;
export type ApiFlow = z.infer<typeof flowSchema>;
