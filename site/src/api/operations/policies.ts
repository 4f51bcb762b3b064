/** Policies: for one server, for several, and the formats they can be had in. */
import { z } from "zod";
import { EXPORT_FORMATS } from "../../../../policy/export/index.ts";
import { apiPoliciesUrl, apiPolicyFormatsUrl, apiPolicyUrl } from "../../lib/addresses.ts";
import { ONE_PARAMETERS, policyParameters, SEVERAL_PARAMETERS } from "../../lib/policy-query.ts";
import { type Answer, operation } from "../operation.ts";
import { policyEnvelopeSchema, policyFormatListSchema, policySchema } from "../policy-types.ts";
import { exampleOf, ok, serverParam } from "./_parameters.ts";

/** The media types of all formats: a document that is JSON is any JSON here, for its format is another program's. */
const MEDIA_TYPES = [...new Set(EXPORT_FORMATS.map(({ mediaType }) => mediaType))];

const document: Record<number, Answer> = {
  200: {
    description:
      "The document, as the program that asks for it loads it, in that format's media type; with envelope=true JSON with what is known of it.",
    content: {
      ...Object.fromEntries(MEDIA_TYPES.map((type) => [type, "text" as const])),
      "application/json": z.union([policyEnvelopeSchema, policySchema, z.unknown()]),
    },
    headers: {
      "Placard-Losses": "How many things of the policy the format could not say.",
      "Content-Disposition": "The file name to save it under.",
    },
  },
};

export const getPolicy = operation({
  id: "getPolicy",
  group: "Policies",
  method: "GET",
  path: "/api/v1/policies/{server}",
  summary: "The recommended policy for a server, in any format and preset",
  description:
    "Where the format has comments, what it could not say stands at the document's head; envelope=true lists it. A format that cannot hold the policy is a 422 with the reason.",
  params: z.object({ server: serverParam }),
  query: policyParameters(ONE_PARAMETERS),
  answers: document,
  problems: [422],
  example: exampleOf(
    ["servers"],
    ({ servers: [server = ""] }) => `${apiPolicyUrl(server, { format: "codex" })}&alias=mine`,
  ),
});

export const getPolicies = operation({
  id: "getPolicies",
  group: "Policies",
  method: "GET",
  path: "/api/v1/policies",
  summary: "One policy for several servers",
  description:
    "As one document. A format that goes by the names of tools alone gives a name that several servers have the rules of all of them.",
  query: policyParameters(SEVERAL_PARAMETERS, "server"),
  answers: document,
  problems: [404, 422],
  example: exampleOf(["servers"], ({ servers }) =>
    apiPoliciesUrl({ servers, format: "claude-code", envelope: true }),
  ),
});

export const listPolicyFormats = operation({
  id: "listPolicyFormats",
  group: "Policies",
  method: "GET",
  path: "/api/v1/policies/formats",
  summary: "The formats that a policy can be had in",
  description:
    "What loads each, how its documents were tried (in an engine, or shape-checked only), and what it cannot say.",
  query: z.object({}),
  answers: ok("All formats.", policyFormatListSchema),
  example: { address: apiPolicyFormatsUrl() },
});

export const POLICIES = [getPolicy, getPolicies, listPolicyFormats];
