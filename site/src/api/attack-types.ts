/** What the API says of attacks: patterns that fit a tool, published flaws of a package, toxic flows of a server. */
import { z } from "zod";

/** Address of the object's page, from the site's root. */
const url = z.string();
/** Which tool of which server, with its page. */
const toolNameSchema = z.object({ server: z.string(), tool: z.string(), url });
/** Where in a definition something shows; `rule` where a rule found it. */
const placeSchema = z.object({
  rule: z.string().optional(),
  pointer: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  excerpt: z.string(),
});
/** An attack that a tool's definition leaves room for, with the reason; `url` is the pattern's page. */
export const attackSchema = z.object({
  pattern: z.string(),
  url,
  title: z.string(),
  because: z.string(),
  evidence: z.array(placeSchema),
});
/** A published flaw of the package, by its version. `url` is the page of the pattern it is a case of. */
export const advisorySchema = z.object({
  id: z.string(),
  /** `unknown`: some versions are affected, and which one this is cannot be told. */
  applies: z.enum(["yes", "unknown"]),
  package: z.string(),
  /** Ranges: from `introduced` on, up to but without `fixed`, or up to and with `last`. */
  affected: z.array(
    z.object({
      introduced: z.string().optional(),
      fixed: z.string().optional(),
      last: z.string().optional(),
    }),
  ),
  fact: z.string(),
  cvss: z.number().optional(),
  pattern: z.string(),
  url,
  /** `read`: whether we read the text itself, a public record of it, or neither. */
  sources: z.array(z.object({ url: z.string(), read: z.enum(["primary", "record", "cited", "secondary"]) })),
});
/** How tools of a server can be turned against their user together. */
export const flowSchema = z.object({
  id: z.string(),
  title: z.string(),
  severity: z.enum(["high", "critical"]),
  because: z.string(),
  /** In the order of the attack; of each leg at most ten tools, and how many there are. */
  legs: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      total: z.number().int(),
      tools: z.array(toolNameSchema.extend({ because: z.string(), evidence: z.array(placeSchema) })),
    }),
  ),
  /** Tools that make all of it by themselves: at most ten, and how many there are. */
  alone: z.object({ total: z.number().int(), tools: z.array(toolNameSchema) }),
  /** What takes one leg away. */
  break: z.object({
    leg: z.string(),
    how: z.enum(["tools", "separate"]),
    total: z.number().int(),
    steps: z.array(
      toolNameSchema.extend({
        action: z.enum(["hide", "ask", "restrict"]),
        argument: z.string().optional(),
        pointer: z.string().optional(),
        to: z.string().optional(),
      }),
    ),
    because: z.string(),
  }),
  /** Slugs of the attack patterns it is a case of. */
  patterns: z.array(z.string()),
});

export type ApiAttack = z.infer<typeof attackSchema>;
export type ApiAdvisory = z.infer<typeof advisorySchema>;
export type ApiFlow = z.infer<typeof flowSchema>;
