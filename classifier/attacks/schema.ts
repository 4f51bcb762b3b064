import { z } from "zod";
import { CATEGORIES, FACETS, HINTS, REVERSIBLE, RISKS } from "../types.ts";

/**
 * The files of `classifier/attacks`: attack patterns (`patterns/<slug>.md`), the lists of risks they are named in, what
 * has happened, advisories by package and version, and the flows several tools make together.
 * Words are in small letters, as a name splits into them: `file path` holds for `filePath` and `source_file_path`.
 */

const words = z.array(z.string().regex(/^[\p{Ll}\p{Lo}\p{N}]+( [\p{Ll}\p{Lo}\p{N}]+)*$/u)).min(1);
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const facets = z.array(z.enum(FACETS)).min(1);

/** What must be so of a tool; all keys of a condition must hold. */
const conditionShape = {
  /** All of these facets. */
  facets: facets.optional(),
  /** The verdict is one of these categories, and its evidence has words that say so. Never enough by itself. */
  category: z.array(z.enum(CATEGORIES)).min(1).optional(),
  /** At least this risk. */
  risk: z.enum(RISKS).exclude(["unknown"]).optional(),
  /** Whether it can be undone is one of these. */
  reversible: z.array(z.enum(REVERSIBLE)).min(1).optional(),
  /** An input property of this name, or whose name ends in it. */
  argument: words.optional(),
  /** The same, and it takes any text: a string, or a list of strings, without an enum. */
  text: words.optional(),
  /** No input property so named; a definition without a schema has none. */
  lacks: words.optional(),
  /** The definition lists no arguments at all, as in catalogs that keep names and descriptions only. */
  bare: z.literal(true).optional(),
  /** A word of the tool's name, singular or plural. */
  name: words.optional(),
  /** A phrase in the description. */
  says: words.optional(),
  /** A declared hint that the verdict contradicts. */
  conflicts: z.array(z.enum(HINTS)).min(1).optional(),
  /** A finding about the definition of one of these kinds, more than informational. */
  findings: z.array(slug).min(1).optional(),
};

export const conditionSchema = z.strictObject(conditionShape);

/** The keys that tie a pattern to something a reader can see in the definition. A category or a risk does not. */
const TIES = ["facets", "argument", "text", "lacks", "name", "says", "conflicts", "findings"] as const;

/** A condition with the reason to give when it holds. */
export const clauseSchema = z
  .strictObject({
    ...conditionShape,
    /**
     * Completes "It applies, because …", and is shown as a sentence. `{key}` stands for what held: `{argument}`, `{text}`, `{name}`, `{says}`,
     * `{conflicts}`, `{findings}`, `{category}` or a facet; in quotes, the definition's own words.
     */
    because: z.string().min(10),
  })
  .superRefine((clause, context) => {
    for (const [, key] of clause.because.matchAll(/\{([^}]*)\}/g)) {
      if (!holdsKey(clause, key as string))
        context.addIssue({
          code: "custom",
          message: `"because" names {${key}}, which it has no condition for`,
        });
    }
  });

function holdsKey(clause: z.infer<typeof conditionSchema>, key: string): boolean {
  const facet = FACETS.find((known) => known === key);
  return facet ? (clause.facets?.includes(facet) ?? false) : QUOTED.has(key) && key in clause;
}

const QUOTED = new Set(["argument", "text", "name", "says", "conflicts", "findings", "category"]);

const matchSchema = z.strictObject({
  any: z
    .array(
      clauseSchema.refine(
        (clause) => TIES.some((key) => key in clause),
        `a pattern needs more than a category: one of ${TIES.join(", ")}`,
      ),
    )
    .min(1),
  /** The pattern stays away where one of these holds. No descriptions: what a server adds to its text must hide nothing. */
  not: z.array(conditionSchema.omit({ says: true })).default([]),
});

const exampleSchema = z.strictObject({
  define: z.looseObject({ name: z.string(), description: z.string().optional() }),
  /** For near misses: why the pattern must stay away. */
  because: z.string().optional(),
});

export const patternSchema = z
  .strictObject({
    title: z.string().min(3),
    /** One sentence. */
    summary: z.string().min(20),
    /** `any`: it can happen with every definition, whatever the tool does. `tool`: only with those that `match`. */
    concerns: z.enum(["any", "tool"]),
    match: matchSchema.optional(),
    mitigations: z.strictObject({
      /** For who lets agents use the server. */
      user: z.array(z.string().min(10)).min(1),
      /** For who writes it. */
      author: z.array(z.string().min(10)).min(1),
    }),
    /** Ids in the lists of `taxonomies.yaml`: `owasp-mcp-2025: [MCP03]`. */
    taxonomy: z.record(slug, z.array(z.string()).min(1)),
    /** Where to read about it. */
    sources: z.array(z.lazy(() => sourceSchema)).default([]),
    /** Slugs of `incidents.yaml`. */
    incidents: z.array(slug).default([]),
    examples: z
      .strictObject({
        match: z.array(exampleSchema).min(1),
        "no-match": z.array(exampleSchema.required({ because: true })).min(1),
      })
      .optional(),
  })
  .refine((pattern) => pattern.concerns === "any" || pattern.match, "a pattern for some tools needs `match`")
  .refine(
    ({ match, examples }) => examples !== undefined || !match || match.any.every((clause) => clause.findings),
    "`match` needs `examples`, but for findings, whose own rules have them",
  )
  .refine(({ match, examples }) => match || !examples, "`examples` need a `match`");

/**
 * `primary`: the text itself was read. `record`: a public record of it was (CVE, ATLAS). `cited`: its address is cited in
 * several places, and nobody here opened it. `secondary`: others tell it.
 */
export const sourceSchema = z.strictObject({
  url: z.url({ protocol: /^https$/ }),
  read: z.enum(["primary", "record", "cited", "secondary"]),
});

const version = z.string().regex(/^\d+(\.\d+)*([-+.\w]*)$/);

/** Versions from `introduced` on (all, where absent), up to but without `fixed`, or up to and with `last`. */
const rangeSchema = z
  .strictObject({ introduced: version.optional(), fixed: version.optional(), last: version.optional() })
  .refine((range) => !(range.fixed && range.last), "`fixed` or `last`, not both");

export const taxonomiesSchema = z.record(
  slug,
  z.strictObject({
    title: z.string(),
    /** The edition the ids are from: the same id names other things in others. */
    version: z.string(),
    ...sourceSchema.shape,
    entries: z.record(z.string(), z.string()),
  }),
);

export const incidentsSchema = z.record(
  slug,
  z.strictObject({
    title: z.string(),
    /** Year and month, when known. */
    when: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .optional(),
    fact: z.string(),
    sources: z.array(sourceSchema).min(1),
  }),
);

export const advisoriesSchema = z.array(
  z.strictObject({
    /** A CVE's id, or a slug where there is none. */
    id: z.string(),
    /** Server ids of the package: `npm/<name>`, `pypi/<name>`. */
    package: z.string().regex(/^(npm|pypi)\/\S+$/),
    affected: z.array(rangeSchema).min(1),
    /** What is wrong, one sentence. */
    fact: z.string(),
    /** CVSS score, when the advisory gives one. */
    cvss: z.number().min(0).max(10).optional(),
    pattern: slug,
    sources: z.array(sourceSchema).min(1),
  }),
);

const legSchema = z.strictObject({
  title: z.string(),
  /** What to do with its tools to take the leg away: hide them, or ask somebody before each call. */
  break: z.enum(["hide", "ask"]),
  /** Arguments that can be bounded instead, in text that says to what. */
  bounds: z.array(z.strictObject({ text: words, to: z.string() })).default([]),
  /** `grave`: a tool that makes the leg in this way makes the flow critical. */
  any: z.array(clauseSchema.safeExtend({ grave: z.boolean().default(false) })).min(1),
});

export const flowsSchema = z.strictObject({
  legs: z.record(slug, legSchema),
  flows: z.record(
    slug,
    z.strictObject({
      title: z.string(),
      /** What happens, as a sentence. */
      because: z.string(),
      /** In the order of the attack. */
      legs: z.array(slug).min(2),
      /** The attack patterns it is a case of. */
      patterns: z.array(slug).min(1),
    }),
  ),
});

export type Condition = z.infer<typeof conditionSchema>;
export type Taxonomies = z.infer<typeof taxonomiesSchema>;
export type Incidents = z.infer<typeof incidentsSchema>;
export type Advisory = z.infer<typeof advisoriesSchema>[number];
export type Flows = z.infer<typeof flowsSchema>;
export type PatternFile = z.infer<typeof patternSchema>;

/** An attack pattern with its page. */
export interface AttackPattern extends PatternFile {
  slug: string;
  /** Its file, from the repository's root. */
  file: string;
  /** Markdown. */
  body: string;
}

/** Everything `attacks.generated.json` holds. */
export interface AttackData {
  patterns: AttackPattern[];
  taxonomies: Taxonomies;
  incidents: Incidents;
  advisories: Advisory[];
  flows: Flows;
}
