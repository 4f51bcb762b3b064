/** Decisions on what is sent in: classify definitions, evaluate a policy. */
import { z } from "zod";
import { API } from "../../lib/addresses.ts";
import { MOST_BODY } from "../body.ts";
import {
  classificationSchema,
  classifyRequestSchema,
  evaluateRequestSchema,
  evaluationSchema,
} from "../decide-types.ts";
import { operation } from "../operation.ts";
import { ok } from "./_parameters.ts";

export const classifyTools = operation({
  id: "classifyTools",
  group: "Decisions",
  method: "POST",
  path: "/api/v1/classify",
  summary: "Verdicts on definitions that are sent",
  description:
    "The rules, the trained model and the corrections of reviewers, as placard classify has them; no language model is asked and nothing is stored. At most 1,000 definitions at once. With the verdicts come the toxic flows that the tools make together and the tokens they take.",
  query: z.object({}),
  body: { schema: classifyRequestSchema, limit: MOST_BODY },
  answers: ok("The verdicts.", classificationSchema),
  example: {
    address: `${API}/classify`,
    body: {
      server: "local/notes",
      tools: [
        {
          name: "delete_note",
          description: "Deletes a note for good.",
          inputSchema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
        },
      ],
    },
  },
});

export const evaluatePolicy = operation({
  id: "evaluatePolicy",
  group: "Decisions",
  method: "POST",
  path: "/api/v1/policies/evaluate",
  summary: "What a policy does with calls",
  description:
    "The decision on each call, what decided and what its caller is told. Limits count over the calls of the request, for each server by itself, all in one moment; nothing is counted from one request to the next. Not tried are policies with more than 50 different patterns or more than 10,000 values (tools, rules, conditions and what they hold), and arguments that are too long for what they are compared with. Nor are calls whose decisions would together be longer than 4 MB: what a rule tells its caller is repeated for each call that it denies.",
  query: z.object({}),
  body: { schema: evaluateRequestSchema, limit: MOST_BODY },
  answers: ok("The decisions.", evaluationSchema),
  problems: [422],
  example: {
    address: `${API}/policies/evaluate`,
    body: {
      policy: {
        version: "1",
        default: "deny",
        tools: {
          read_note: {},
          delete_note: { limits: [{ counter: "delete", window: "minute", max: 1, scope: "grant" }] },
        },
      },
      calls: [
        { tool: "read_note", arguments: { id: "1" } },
        { tool: "delete_note", arguments: { id: "1" } },
        { tool: "delete_note", arguments: { id: "2" } },
        { tool: "share_note", arguments: { id: "1" } },
      ],
    },
  },
});

export const DECIDE = [classifyTools, evaluatePolicy];
