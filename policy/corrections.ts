import { z } from "zod";
import { CATEGORIES, FACETS, REVERSIBLE, RISKS } from "../classifier/types.ts";
import type { JudgedTool } from "./recommend.ts";
import { type ReadSettings, readSettings } from "./settings.ts";

const correctionSchema = z
  .strictObject({
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .optional()
      .describe("The definition it is about, wherever it is served"),
    server: z.string().min(1).optional().describe("With tool: every definition of this name on this server"),
    tool: z.string().min(1).optional(),
    who: z.string().min(1).describe("Who reviewed it"),
    why: z.string().min(1).describe("One sentence; pages show it"),
    when: z.iso.date().describe("The day of the review"),
    category: z.enum(CATEGORIES).optional(),
    risk: z.enum(RISKS).optional(),
    facets: z.array(z.enum(FACETS)).optional(),
    reversible: z.enum(REVERSIBLE).optional(),
  })
  .refine(
    ({ digest, server, tool }) =>
      digest === undefined
        ? server !== undefined && tool !== undefined
        : server === undefined && tool === undefined,
    "either digest, or server and tool",
  )
  .refine(
    ({ category, risk, facets, reversible }) => category ?? risk ?? facets ?? reversible,
    "at least one of category, risk, facets, reversible",
  );

/** A reviewed change of a verdict. */
export type Correction = z.infer<typeof correctionSchema>;

/** Checks the data of a `corrections.yaml`: a list. */
export function parseCorrections(data: unknown): ReadSettings<Correction[]> {
  return readSettings(z.array(correctionSchema), data, "An entry has who, why, when and what is corrected.");
}

/**
 * The tool with the corrections that are about it, in their order, and those themselves for the page. One that would
 * leave category Unknown with a known risk, or the other way round, is not applied: the two go together.
 */
export function applyCorrections(
  corrections: readonly Correction[],
  server: string,
  tool: JudgedTool,
): { tool: JudgedTool; applied: Correction[] } {
  let { verdict } = tool;
  const applied: Correction[] = [];
  for (const correction of corrections) {
    const { digest, tool: name, category, risk, facets, reversible, who, when, why } = correction;
    const concerns =
      digest === undefined
        ? correction.server === server && name === verdict.name
        : digest === verdict.digest;
    if (!concerns) continue;
    const next = {
      ...verdict,
      category: category ?? verdict.category,
      risk: risk ?? verdict.risk,
      facets: facets ?? verdict.facets,
      reversible: reversible ?? verdict.reversible,
      because: `Corrected by ${who} on ${when}: ${why}`,
    };
    if ((next.category === "Unknown") !== (next.risk === "unknown")) continue;
    verdict = next;
    applied.push(correction);
  }
  return { tool: { ...tool, verdict }, applied };
}
