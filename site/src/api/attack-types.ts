/** What the API says of attacks: patterns that fit a tool, and published flaws of a package. */
import { z } from "zod";
import { count, url } from "./common-types.ts";
import { named } from "./named.ts";

export const placeSchema = named(
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
export type ApiAttack = z.infer<typeof attackSchema>;
export type ApiAdvisory = z.infer<typeof advisorySchema>;
