import { z } from "zod";

/**
 * The front matter of a file `classifier/findings/rules/<kind>.md`: one kind of finding about a definition's text.
 * The body below it is the kind's page.
 */

const SEVERITIES = ["info", "warning", "error"] as const;

/** A code point or a range of them: `U+202E`, `U+E0000..U+E007F`. */
const characterRange = z.string().regex(/^U\+[0-9A-F]{4,6}(\.\.U\+[0-9A-F]{4,6})?$/);

/** Circumstances under which a character that can hide text is ordinary writing. */
const ORDINARY = ["emoji", "flag", "ideograph", "right-to-left", "joined-script"] as const;

const severity = z.enum(SEVERITIES);

export const clauseSchema = z
  .strictObject({
    /**
     * Phrases: words side by side, in any text. `a|b` is a choice, `@list` the words of `words/<list>.yaml`, `~3` lets
     * up to three words stand before the next one (`~~3` also across the end of a sentence), `word?` may be missing,
     * `#tool` is any name with an underscore, `$` is the end of a clause. The word marked with `!`, else the first one,
     * is what the first pass looks for: take the rarest.
     */
    says: z.array(z.string().min(1)).min(1).optional(),
    /** Exact text, whatever its case. */
    contains: z.array(z.string().min(1)).min(1).optional(),
    /** Characters that do not show, or that change how others show. */
    characters: z.array(characterRange).min(1).optional(),
    /** Only this many of the characters, or more, side by side. */
    run: z.int().min(2).optional(),
    /** Only with Latin letters or digits on both sides. */
    inWord: z.boolean().optional(),
    /** Where these characters are ordinary. */
    except: z.array(z.enum(ORDINARY)).min(1).optional(),
    /** An unbroken piece of base64 (or base64url) at least this long that looks random. */
    base64: z.int().min(24).optional(),
    /** An unbroken piece of hexadecimal digits at least this long. */
    hex: z.int().min(24).optional(),
    /** A `data:` address with at least this many characters of content. */
    dataAddress: z.int().min(1).optional(),
    /** Base64 that reads as a text, in which another clause of any kind finds a phrase. */
    encodedPhrase: z.literal(true).optional(),
    /** A part of the text that is not shown when it is rendered. */
    markup: z.enum(["comment", "style", "blank"]).optional(),
    /** An http address on one of these hosts, or below them. */
    hosts: z.array(z.string().min(1)).min(1).optional(),
    /** An http address that is odd by its form: a public IP number, or an image whose address has a blank to fill in. */
    address: z.enum(["number", "filled-in-image"]).optional(),
    /** A text longer than this, in UTF-16 code units. */
    longer: z.int().min(100).optional(),
    /** Letters of another script that look like Latin ones, among Latin ones: in the tool's name, or anywhere. */
    lookalike: z.enum(["name", "text"]).optional(),
    severity: severity.optional(),
    /** The finding's sentence, where this clause needs another one. */
    message: z.string().min(10).optional(),
  })
  .refine(
    (clause) => Object.keys(clause).some((key) => !MODIFIERS.includes(key)),
    "a clause needs a condition",
  );

const MODIFIERS = ["severity", "message", "run", "inWord", "except"];

const exampleSchema = z.strictObject({
  define: z.looseObject({ name: z.string() }),
  /** The severity the example must get; by default any. */
  severity: severity.optional(),
});

export const findingKindSchema = z.strictObject({
  /** Heading of the page: what the text does. */
  title: z.string().min(3),
  severity,
  /** One sentence in our own words. */
  message: z.string().min(10),
  /** Empty for what shows only when several servers are compared. */
  match: z.array(clauseSchema),
  examples: z.strictObject({
    match: z.array(exampleSchema),
    "no-match": z.array(exampleSchema.omit({ severity: true }).extend({ because: z.string() })).min(1),
  }),
});

export type FindingClause = z.infer<typeof clauseSchema>;

/** A kind of finding as its page shows it. */
export interface FindingKind extends z.infer<typeof findingKindSchema> {
  /** The finding's `id`. */
  id: string;
  /** Its file, from the repository's root. */
  file: string;
  /** Markdown. */
  body: string;
}
