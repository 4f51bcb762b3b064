/** What the API says of rules and attack patterns. Their texts are ours. */
import { z } from "zod";
import {
  category,
  count,
  facet,
  hint,
  listSchema,
  reach,
  reversible,
  risk,
  severity,
  url,
} from "./common-types.ts";
import { named } from "./named.ts";

const words = z.array(z.string());
const ruleClauseSchema = named(
  "RuleClause",
  "Conditions of a rule; all keys must hold. classifier/rule-schema.ts describes each.",
  z.object({
    action: words.optional(),
    object: words.optional(),
    name: words.optional(),
    says: words.optional(),
    argument: words.optional(),
    choice: words.optional(),
  }),
);
/** An example is a definition in our own words, with any arguments. */
const exampleSchema = z.object({
  define: z.looseObject({ name: z.string() }),
  because: z.string().optional(),
  severity: severity.optional(),
});

export const ruleSchema = named(
  "Rule",
  "Something that evidence or findings name.",
  z.object({
    id: z.string(),
    url,
    kind: z
      .enum(["rule", "finding", "model"])
      .describe("What it is: a rule of verdicts, a kind of finding, or the trained model."),
    title: z.string().describe("Of a rule, the end of “The tool may …”."),
    category: category.optional().describe("What a match speaks for."),
    risk: risk.optional().describe("How bad it can get when this rule decides."),
    facets: z.array(facet),
    severity: severity.optional().describe("Of a kind of finding, unless a clause says another."),
  }),
);
export const ruleListSchema = named("RuleList", "All rules, on one page.", listSchema(ruleSchema));

export const ruleDetailSchema = named(
  "RuleDetail",
  "A rule with what it looks for.",
  ruleSchema.extend({
    text: z.string().describe("What its page says, in Markdown."),
    status: z.enum(["draft", "stable", "deprecated"]).optional(),
    strength: z.number().optional().describe("How much one match says: 1 a hint, 2 usual, 3 near certain."),
    raises: z.array(category).optional().describe("Categories whose risk it raises."),
    refines: z.array(z.string()).optional().describe("Rules it is a special case of."),
    reversible: reversible.optional(),
    reach: reach.optional(),
    match: z
      .object({ any: z.array(ruleClauseSchema), not: z.array(ruleClauseSchema) })
      .optional()
      .describe("Of a rule: it holds where one of any does, and none of not."),
    message: z.string().optional().describe("Of a kind of finding: its sentence."),
    examples: z
      .object({ match: z.array(exampleSchema), "no-match": z.array(exampleSchema) })
      .optional()
      .describe("Definitions it holds for, and near misses, each with the reason."),
  }),
);

const sourceSchema = z.object({ url: z.string(), read: z.enum(["primary", "record", "cited", "secondary"]) });

export const attackEntrySchema = named(
  "AttackEntry",
  "An attack pattern in short.",
  z.object({
    slug: z.string(),
    url,
    title: z.string(),
    summary: z.string(),
    concerns: z
      .enum(["any", "tool"])
      .describe("any: it can happen with every tool. tool: only with those that match."),
    incidents: count.describe("How many incidents and flaws of this kind are recorded."),
  }),
);
export const attackListSchema = named(
  "AttackList",
  "All attack patterns, on one page.",
  listSchema(attackEntrySchema),
);

const attackClauseSchema = named(
  "AttackClause",
  "Conditions of an attack pattern; all keys must hold. classifier/attacks/schema.ts describes each.",
  z.object({
    facets: z.array(facet).optional(),
    category: z.array(category).optional(),
    risk: risk.optional(),
    reversible: z.array(reversible).optional(),
    argument: words.optional(),
    text: words.optional(),
    lacks: words.optional(),
    bare: z.literal(true).optional(),
    name: words.optional(),
    says: words.optional(),
    conflicts: z.array(hint).optional(),
    findings: words.optional(),
    because: z.string().optional().describe("The reason to give when it holds."),
  }),
);

export const attackPatternSchema = named(
  "AttackPattern",
  "An attack pattern with what to do about it.",
  attackEntrySchema.omit({ incidents: true }).extend({
    text: z.string().describe("What its page says, in Markdown."),
    mitigations: z.object({
      user: z.array(z.string()).describe("For who lets agents use the server."),
      author: z.array(z.string()).describe("For who writes it."),
    }),
    match: z.object({ any: z.array(attackClauseSchema), not: z.array(attackClauseSchema) }).optional(),
    taxonomy: z
      .array(
        z.object({
          title: z.string(),
          version: z.string(),
          url: z.string(),
          ids: z.array(z.object({ id: z.string(), title: z.string() })),
        }),
      )
      .describe("Its ids in lists of others."),
    incidents: z
      .array(
        z.object({
          title: z.string(),
          when: z.string().optional().describe("Year and month, when known."),
          fact: z.string(),
          sources: z.array(sourceSchema),
        }),
      )
      .describe("What has happened, the latest first."),
    sources: z.array(sourceSchema).describe("Where to read about it."),
  }),
);

export type ApiRule = z.infer<typeof ruleSchema>;
export type ApiRuleDetail = z.infer<typeof ruleDetailSchema>;
export type ApiAttackEntry = z.infer<typeof attackEntrySchema>;
export type ApiAttackPattern = z.infer<typeof attackPatternSchema>;
