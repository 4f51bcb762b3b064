import { z } from "zod";
import { CATEGORIES, FACETS, REACHES, REVERSIBLE, RISKS, type Verdict } from "../classifier/types.ts";
import { type CorrectedVerdict, correct, uncorrected } from "./_correct.ts";
import { type ReadSettings, readSettings } from "./settings.ts";

/** Pages, terminals and JSON show these: one line each. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !/[\p{Cc}\p{Bidi_C}\u2028\u2029]/u.test(text), "one line of plain text");

const correctionSchema = z
  .strictObject({
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 lower-case hexadecimal digits")
      .describe("The definition that was reviewed, whoever serves it"),
    server: line(2000).describe("Who served it when it was reviewed; for readers"),
    tool: line(2000).describe("Its name there; for readers"),
    who: line(100).describe("Who reviewed it"),
    when: z.iso.date().describe("The day of the review"),
    why: line(500).describe("One sentence; pages show it"),
    category: z.enum(CATEGORIES).optional(),
    risk: z.enum(RISKS).optional(),
    facets: z.array(z.enum(FACETS)).optional().describe("All of them, also those that stay"),
    reversible: z.enum(REVERSIBLE).optional(),
    reach: z.enum(REACHES).optional(),
    summary: line(300).optional().describe("What the tool does, in one sentence"),
  })
  .refine(
    ({ category, risk }) => (category === undefined) === (risk === undefined),
    "category and risk go together: give both, also where one of them stays as it was",
  )
  .refine(
    ({ category, risk }) => (category === "Unknown") === (risk === "unknown"),
    "the category Unknown and the risk unknown go together",
  )
  .refine(
    ({ category, risk, facets, reversible, reach, summary }) =>
      category ?? risk ?? facets ?? reversible ?? reach ?? summary,
    "nothing is corrected: give category and risk, or facets, reversible, reach or summary",
  );

const listSchema = z.array(correctionSchema).superRefine((list, { addIssue }) => {
  const seen = new Map<string, number>();
  for (const [index, { digest }] of list.entries()) {
    const first = seen.get(digest);
    if (first !== undefined) {
      const message = `the definition is corrected already, at /${first}: make one entry of the two`;
      addIssue({ code: "custom", path: [index, "digest"], message });
    }
    seen.set(digest, first ?? index);
  }
});

/** A reviewed change of the verdict on one definition. */
export type Correction = z.infer<typeof correctionSchema>;

/** Checks the data of a `corrections.yaml`: a list, where an empty file is an empty one. */
export function parseCorrections(data: unknown): ReadSettings<Correction[]> {
  const hint = "An entry has digest, server, tool, who, when, why and what is corrected.";
  return readSettings(listSchema, data ?? [], hint);
}

/** Corrections, ready for use. */
export interface Corrections {
  /** The definitions they are about. */
  digests: string[];
  /**
   * The verdict as it is to be shown. One that was corrected before, by these corrections or by others, is first what
   * it was: so this may be done again, and with an empty list it takes corrections back.
   */
  apply<Given extends Verdict>(verdict: Given): Given & CorrectedVerdict;
}

/** @param list of two about the same definition, the later one counts: a user's own stand behind those that ship */
export function correctionsOf(list: readonly Correction[]): Corrections {
  const byDigest = new Map(list.map((correction) => [correction.digest, correction]));
  return {
    digests: [...byDigest.keys()],
    apply: (verdict) => {
      const before = uncorrected(verdict);
      const correction = byDigest.get(verdict.digest);
      return correction === undefined ? before : correct(before, correction);
    },
  };
}
