/** The pieces that arguments and answers are made of. */
import { z } from "zod";
import { CATEGORIES, FACETS, HINTS, REACHES, REVERSIBLE, RISKS } from "../classifier/index.ts";
import { PRESETS } from "../policy/index.ts";
import { ID_LENGTH } from "./contain.ts";

/** Bounds of what is taken: longer arguments are refused with a sentence. */
export const MOST = {
  /** Characters of a server's id, and of a tool's name. */
  id: ID_LENGTH,
  name: 512,
  /** Servers in one policy or one stack. */
  servers: 20,
  /** Definitions pasted for one server. */
  pasted: 200,
  /** Characters of one pasted definition as JSON. */
  definition: 100_000,
  /** Tools of all servers together. */
  tools: 2_000,
} as const;

export const category = z.enum(CATEGORIES);
export const risk = z.enum(RISKS);
export const facet = z.enum(FACETS);
const hints = z.partialRecord(z.enum(HINTS), z.boolean());

export const serverId = z
  .string()
  .min(1)
  .max(MOST.id, `must be a server id of at most ${MOST.id} characters, such as npm/@scope/name`);
export const toolName = z
  .string()
  .min(1)
  .max(MOST.name, `must be a tool's name of at most ${MOST.name} characters`);
export const preset = z.enum(PRESETS).default("recommended");
/** A definition as a server lists it; only its name must be there. */
export const definition = z.looseObject({ name: toolName });

/** `NOTICE`, first in every answer. */
export const notice = z.string();
export const url = z.string().describe("Its page");

/** A tool in a list. */
export const toolLineSchema = z.object({
  server: z.string(),
  name: z.string(),
  url,
  category,
  risk,
  confidence: z.number(),
  facets: z.array(facet),
  alarming: z.boolean().describe("Its text looks like an attack"),
  summary: z.string(),
});

/** What a verdict says, as short as it can be told. */
export const verdictSchema = z.object({
  category,
  risk,
  confidence: z.number(),
  facets: z.array(facet),
  reversible: z.enum(REVERSIBLE),
  reach: z.enum(REACHES),
  summary: z.string(),
  because: z.string(),
  evidence: z.array(z.object({ rule: z.string(), pointer: z.string(), quote: z.string() })),
  branches: z.array(z.object({ argument: z.string(), value: z.string(), category, risk })),
  findings: z.array(
    z.object({ id: z.string(), severity: z.enum(["info", "warning", "error"]), message: z.string() }),
  ),
  annotations: z.object({
    declared: hints,
    suggested: hints,
    conflicts: z.array(z.object({ hint: z.enum(HINTS), declared: z.boolean(), why: z.string() })),
  }),
  digest: z.string(),
  rules: z.string(),
  correction: z.object({ who: z.string(), when: z.string(), why: z.string() }).optional(),
});

export const tokensSchema = z
  .object({ encoding: z.string(), count: z.int(), complete: z.boolean() })
  .describe("What the definition fills of a context");

export const flowSchema = z.object({
  id: z.string(),
  title: z.string(),
  severity: z.enum(["high", "critical"]),
  because: z.string(),
  legs: z.array(
    z.object({
      title: z.string(),
      total: z.int(),
      tools: z.array(z.object({ server: z.string(), name: z.string() })),
    }),
  ),
  break: z.object({
    because: z.string(),
    total: z.int(),
    steps: z.array(
      z.object({ action: z.string(), server: z.string(), name: z.string(), argument: z.string().optional() }),
    ),
  }),
});

export const advisorySchema = z.object({
  id: z.string(),
  applies: z.enum(["yes", "unknown"]),
  fact: z.string(),
});
