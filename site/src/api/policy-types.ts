/** What API v1 answers about policies, besides the documents themselves. */
import { z } from "zod";
import { policyDigestsSchema } from "../../../policy/index.ts";
import { evidenceSchema } from "./types.ts";

/** A format a policy can be had in. */
export const policyFormatSchema = z.object({
  /** As given to `format`. */
  id: z.string(),
  /** Its place on the page of formats, from the site's root. */
  url: z.string(),
  title: z.string(),
  /** Which program loads it, and where the file goes. */
  target: z.string(),
  /** The file name to save it under. */
  file: z.string(),
  mediaType: z.string(),
  /** How its documents were tried: in the engine itself, or only their shape. */
  proof: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("engine"), engine: z.string(), shown: z.string().optional() }),
    z.object({ kind: z.literal("shape-checked only"), why: z.string() }),
  ]),
  /** What it cannot express, whatever the policy, and what is written instead. */
  cannot: z.array(z.string()),
});

/** A document with what is known of it: the answer to `envelope=true`. */
export const policyEnvelopeSchema = z.object({
  /** The page that shows this document. */
  url: z.string(),
  format: policyFormatSchema,
  preset: z.string(),
  /** The document, as text: what is answered without `envelope`. */
  document: z.string(),
  /** What of this policy the format could not say, and what was written instead. */
  losses: z.array(z.object({ what: z.string(), instead: z.string(), tools: z.array(z.string()) })),
  /** Why each rule is there. */
  reasons: z.array(
    z.object({
      /** The server whose own policy.json the pointer points into; absent where it points into this policy's. */
      server: z.string().optional(),
      pointer: z.string(),
      why: z.string(),
      evidence: z.array(evidenceSchema),
    }),
  ),
  /** The definitions it was made for: digests by server id and tool name. */
  digests: policyDigestsSchema,
  /** Names that tools of several servers have. */
  shared: z.array(
    z.object({
      name: z.string(),
      /** Whether the format tells them apart; if not, the rules of all of them apply to each. */
      isApart: z.boolean(),
      servers: z.array(z.object({ server: z.string(), alias: z.string(), access: z.string() })),
    }),
  ),
  /** Servers that list no tool, and so are not in the document. */
  leftOut: z.array(z.string()),
});

export type ApiPolicyFormat = z.infer<typeof policyFormatSchema>;
export type ApiPolicyEnvelope = z.infer<typeof policyEnvelopeSchema>;
