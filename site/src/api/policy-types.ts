/** What API v1 answers about policies, besides the documents themselves. */
import { z } from "zod";
import { EXPORT_FORMATS } from "../../../policy/export/index.ts";
import { PRESETS, policyDigestsSchema, policySchemaJson } from "../../../policy/index.ts";
import { evidenceSchema, listSchema } from "./common-types.ts";
import { named } from "./named.ts";

const { $schema: _, ...policyJson } = policySchemaJson();
/** Read by `parsePolicy`, which says in words what is wrong; its grammar as JSON Schema is what is published. */
export const policySchema = named(
  "Policy",
  "A policy of an MCP gateway for one server, version 1: policy.json. A key that is not known is an error. Patterns are those of RE2.",
  z.unknown().meta(policyJson),
);

const formatId = named(
  "PolicyFormatId",
  "The name of a format that a policy can be had in.",
  z.enum(EXPORT_FORMATS.map(({ id }) => id)),
);
const preset = named("Preset", "How careful a recommended policy is.", z.enum(PRESETS));

export const policyFormatSchema = named(
  "PolicyFormat",
  "A format that a policy can be had in.",
  z.object({
    id: formatId.describe("As given to format."),
    url: z.string().describe("Its place on the page of formats, from the site's root."),
    title: z.string(),
    target: z.string().describe("Which program loads it, and where the file goes."),
    file: z.string().describe("The file name to save it under."),
    mediaType: z.string(),
    proof: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("engine"), engine: z.string(), shown: z.string().optional() }),
        z.object({ kind: z.literal("shape-checked only"), why: z.string() }),
      ])
      .describe("How its documents were tried: in the engine itself, or only their shape."),
    cannot: z
      .array(z.string())
      .describe("What it cannot express, whatever the policy, and what is written instead."),
  }),
);
export const policyFormatListSchema = named(
  "PolicyFormatList",
  "All formats, on one page.",
  listSchema(policyFormatSchema),
);

export const policyEnvelopeSchema = named(
  "PolicyEnvelope",
  "A policy document with what is known of it: the answer to envelope=true.",
  z.object({
    url: z.string().describe("The page that shows this document."),
    format: policyFormatSchema,
    preset,
    document: z.string().describe("The document, as text: what is answered without envelope."),
    losses: z
      .array(z.object({ what: z.string(), instead: z.string(), tools: z.array(z.string()) }))
      .describe("What of this policy the format could not say, and what was written instead."),
    reasons: z
      .array(
        z.object({
          server: z
            .string()
            .optional()
            .describe(
              "The server whose own policy.json the pointer points into; absent where it points into this policy's.",
            ),
          pointer: z.string(),
          why: z.string(),
          evidence: z.array(evidenceSchema),
        }),
      )
      .describe("Why each rule is there."),
    digests: z
      .object({
        madeBy: z.literal("placard"),
        servers: policyDigestsSchema.shape.servers.meta({
          type: "object",
          additionalProperties: { type: "object", additionalProperties: { type: "string" } },
          description:
            "By server id, then by tool name; several digests of one name with spaces between them.",
        }),
      })
      .describe("The definitions it was made for: digests by server id and tool name."),
    shared: z
      .array(
        z.object({
          name: z.string(),
          isApart: z
            .boolean()
            .describe("Whether the format tells them apart; if not, the rules of all of them apply to each."),
          servers: z.array(z.object({ server: z.string(), alias: z.string(), access: z.string() })),
        }),
      )
      .describe("Names that tools of several servers have."),
    leftOut: z.array(z.string()).describe("Servers that list no tool, and so are not in the document."),
  }),
);

export type ApiPolicyFormat = z.infer<typeof policyFormatSchema>;
export type ApiPolicyEnvelope = z.infer<typeof policyEnvelopeSchema>;
