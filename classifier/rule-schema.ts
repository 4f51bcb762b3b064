import { z } from "zod";
import { CATEGORIES, FACETS, REACHES, REVERSIBLE, RISKS } from "./types.ts";

/**
 * The front matter of a rule file, `classifier/rules/<category>/<rule id>.md`. The body below it is the rule's page.
 * Words are written in their base form (`delete`); `@name` stands for the list `classifier/words/<name>.yaml`;
 * two words ("log out") are matched side by side.
 */

const words = z.array(z.string().min(1)).min(1);

/** All keys of a clause must hold for it to hold. */
export const clauseSchema = z
  .strictObject({
    /** The verb of the tool: in its name, in its title, or heading the main clause of its description. */
    action: words.optional(),
    /** What the verb acts on: another word of the name, or close behind the verb in the description. */
    object: words.optional(),
    /**
     * The word that the description opens with, behind "the", "all" and such: "Current weather". With "…" behind it, only
     * where the next word shows that it is a thing: `image …` holds for "Image of a person", and not for "Image generation".
     * With "…" before it, behind the noun that the description opens with: `… between` holds for "Path between two nodes".
     */
    opens: words.optional(),
    /** A word anywhere in the tool's name. */
    name: words.optional(),
    /**
     * A phrase in the description, as written here, not behind "without", "not", "never". What would lower a verdict
     * (rules for Read, and `not` of the others) is looked for in the main sentence only.
     */
    says: words.optional(),
    /**
     * An input property of this name, or whose name ends in it (`amount` holds for `paymentAmount`). With `=` in front, of
     * just this name: `=delete` does not hold for `onDelete`.
     */
    argument: words.optional(),
    /** A phrase in what the schema says about an input property, not behind "without", "not", "never". */
    explained: words.optional(),
    /** An input property that offers this value in its enum (`action: [create, delete]`). */
    choice: words.optional(),
  })
  .refine((clause) => Object.keys(clause).length > 0, "a clause needs at least one condition")
  .refine(
    (clause) => clause.object === undefined || clause.action !== undefined,
    "`object` needs an `action`",
  );

const exampleSchema = z.strictObject({
  define: z.looseObject({
    name: z.string(),
    description: z.string().optional(),
    inputSchema: z.unknown().optional(),
  }),
  /** For near misses: why the rule must stay silent. */
  because: z.string().optional(),
});

export const ruleSchema = z.strictObject({
  /** Completes the sentence "The tool may …". */
  title: z.string().min(3),
  status: z.enum(["draft", "stable", "deprecated"]).default("stable"),
  /** What a match speaks for. Left out by rules that only set a facet or adjust the risk. */
  category: z.enum(CATEGORIES).exclude(["Unknown"]).optional(),
  /** How bad it can get when this rule decides. */
  risk: z.enum(RISKS).exclude(["unknown"]).optional(),
  /** How much one match says, before its place counts: 1 a hint, 2 usual, 3 near certain. */
  strength: z.number().min(0.5).max(4).default(2),
  /** It only adds and takes nothing away: what MCP calls not destructive. */
  additive: z.boolean().default(false),
  /**
   * Raises the risk of a verdict of these categories to at least `risk`, without speaking for a category. Where the rule's own
   * category is among them, and its verb is in the name, that risk holds whatever the trained model makes of it.
   */
  raises: z.array(z.enum(CATEGORIES)).optional(),
  /**
   * Whether the rule's category, or a worse one, is said whatever the trained model makes of the definition. For dangers in an
   * argument, which the words around it need not show. Only for rules that are hardly ever wrong.
   */
  insists: z.boolean().default(false),
  /** Rules this one is a special case of: where it matches, their risk does not count. */
  refines: z.array(z.string()).default([]),
  facets: z.array(z.enum(FACETS)).default([]),
  reversible: z.enum(REVERSIBLE).optional(),
  reach: z.enum(REACHES).optional(),
  match: z.strictObject({
    any: z.array(clauseSchema).min(1),
    not: z.array(clauseSchema).default([]),
  }),
  examples: z.strictObject({
    match: z.array(exampleSchema).min(1),
    "no-match": z.array(exampleSchema.required({ because: true })).min(1),
  }),
});

export type Clause = z.infer<typeof clauseSchema>;
export type RuleFile = z.infer<typeof ruleSchema>;

/** A rule as the matcher wants it: lists spelled out, with its id and page. */
export interface Rule extends Omit<RuleFile, "examples"> {
  id: string;
}

/** A rule as its page on the site shows it. */
export interface RulePage extends RuleFile {
  id: string;
  /** Its file, from the repository's root. */
  file: string;
  /** Markdown. */
  body: string;
}
