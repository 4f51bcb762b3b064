/** What verdicts rest on: rules and attack patterns. */
import { z } from "zod";
import { apiAttacksUrl, apiAttackUrl, apiRulesUrl, apiRuleUrl } from "../../lib/addresses.ts";
import {
  attackListSchema,
  attackPatternSchema,
  ruleDetailSchema,
  ruleListSchema,
} from "../knowledge-types.ts";
import { operation } from "../operation.ts";
import { ok } from "./_parameters.ts";

export const listRules = operation({
  id: "listRules",
  group: "Knowledge",
  method: "GET",
  path: "/api/v1/rules",
  summary: "The rules that evidence and findings name",
  description: "Rules of verdicts, kinds of findings, and the trained model; all on one page, by id.",
  query: z.object({}),
  answers: ok("All rules.", ruleListSchema),
  example: { address: apiRulesUrl() },
});

export const getRule = operation({
  id: "getRule",
  group: "Knowledge",
  method: "GET",
  path: "/api/v1/rules/{rule}",
  summary: "One rule with what it looks for, its examples and near misses",
  params: z.object({
    rule: z
      .string()
      .describe("Id of a rule, as evidence and findings have it.")
      .meta({ examples: ["delete-data"] }),
  }),
  query: z.object({}),
  answers: ok("The rule.", ruleDetailSchema),
  example: { address: apiRuleUrl("delete-data") },
});

export const listAttacks = operation({
  id: "listAttacks",
  group: "Knowledge",
  method: "GET",
  path: "/api/v1/attacks",
  summary: "The attack patterns",
  description: "How tools are turned against their users; all on one page, by slug.",
  query: z.object({}),
  answers: ok("All attack patterns.", attackListSchema),
  example: { address: apiAttacksUrl() },
});

export const getAttack = operation({
  id: "getAttack",
  group: "Knowledge",
  method: "GET",
  path: "/api/v1/attacks/{slug}",
  summary: "One attack pattern with what to do, what has happened, and its ids in lists of others",
  params: z.object({
    slug: z
      .string()
      .describe("Slug of a pattern, as a tool's attacks have it.")
      .meta({ examples: ["path-traversal"] }),
  }),
  query: z.object({}),
  answers: ok("The attack pattern.", attackPatternSchema),
  example: { address: apiAttackUrl("path-traversal") },
});

export const KNOWLEDGE = [listRules, getRule, listAttacks, getAttack];
