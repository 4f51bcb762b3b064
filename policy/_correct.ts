import {
  type AnnotationAudit,
  type Branch,
  CATEGORIES,
  type Category,
  FACETS,
  type Reversible,
  RISKS,
  type Verdict,
} from "../classifier/types.ts";
import type { Correction } from "./corrections.ts";

/** What a correction can change of a verdict, as it was before. */
type Judged = Omit<Verdict, "name" | "digest" | "evidence" | "findings" | "rules">;

/** Who corrected a verdict, why and when, and what stood there before. */
export interface AppliedCorrection {
  who: string;
  /** The day of the review, YYYY-MM-DD. */
  when: string;
  why: string;
  /** What the classifier said, or a model that read it again. */
  classified: Judged;
}

/** A verdict that a reviewer may have corrected. Without `correction` nobody has. */
export type CorrectedVerdict = Verdict & { correction?: AppliedCorrection };

/** The verdict as it was before a correction; itself where there was none. */
export function uncorrected<Given extends CorrectedVerdict>(verdict: Given): Given {
  if (verdict.correction === undefined) return verdict;
  const { correction, ...rest } = verdict;
  return { ...rest, ...correction.classified } as Given;
}

/**
 * The verdict as a reviewer has it: their judgement, and without what only fitted the old one. Evidence, findings and a
 * model's review stay, as they say what is in the definition and who said what.
 *
 * @param verdict one that is not corrected
 */
export function correct<Given extends Verdict>(
  verdict: Given,
  correction: Correction,
): Given & CorrectedVerdict {
  const { who, when, why, facets, reach = verdict.reach } = correction;
  const classified = judgedPart(verdict);
  const { category = verdict.category, risk = verdict.risk } = correction;
  const isOther = category !== verdict.category;
  const before = "review" in verdict ? "The classifier and a model" : "The classifier";
  const because = `Corrected by ${who} on ${when}: ${sentence(why)} ${before} said ${inWords(verdict)}.`;
  return {
    ...verdict,
    category,
    risk,
    // A person has read it; the classifier's doubt was about its own word.
    confidence: correction.category === undefined ? verdict.confidence : Number(category !== "Unknown"),
    facets: facets === undefined ? verdict.facets : FACETS.filter((facet) => facets.includes(facet)),
    reversible: correction.reversible ?? (isOther ? reversibleAs(category, verdict) : verdict.reversible),
    reach,
    summary: correction.summary ?? (isOther ? sentence(why) : verdict.summary),
    because,
    notBecause: isOther ? [] : verdict.notBecause,
    branches: verdict.branches.map((branch) => noWorse(branch, { category, risk }, because)),
    annotations: isOther ? annotationsAs(category, verdict.annotations) : verdict.annotations,
    correction: { who, when, why, classified },
  };
}

function judgedPart(verdict: Verdict): Judged {
  const { category, risk, confidence, facets, reversible, reach } = verdict;
  const { summary, because, notBecause, branches, annotations } = verdict;
  return {
    category,
    risk,
    confidence,
    facets,
    reversible,
    reach,
    summary,
    because,
    notBecause,
    branches,
    annotations,
  };
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const inWords = ({ category, risk }: Pick<Verdict, "category" | "risk">): string =>
  category === "Unknown" ? "Unknown" : `${category}, ${risk} risk`;

const severity = (category: Category): number => CATEGORIES.indexOf(category);

/** Where the reviewer does not say whether it can be undone, and the category is another one. */
function reversibleAs(category: Category, before: Verdict): Reversible {
  if (category === "Read") return "yes";
  const raised = severity(category) > severity(before.category);
  return raised && before.reversible === "no" ? "no" : "unknown";
}

/** A tool is the worst of its branches, so a reviewer who lowers it has lowered those that were worse. */
function noWorse(
  branch: Branch,
  { category, risk }: Pick<Verdict, "category" | "risk">,
  because: string,
): Branch {
  if (category === "Unknown") return branch;
  const isWorse =
    severity(branch.category) > severity(category) || RISKS.indexOf(branch.risk) > RISKS.indexOf(risk);
  if (!isWorse) return branch;
  return {
    ...branch,
    category: severity(branch.category) > severity(category) ? category : branch.category,
    risk: RISKS.indexOf(branch.risk) > RISKS.indexOf(risk) ? risk : branch.risk,
    because,
  };
}

/** The hints that go with another category; what the server declares is a claim and stays (MCP 2025-11-25, ToolAnnotations). */
function annotationsAs(category: Category, { declared, suggested }: AnnotationAudit): AnnotationAudit {
  if (category === "Unknown") return { declared, suggested: {}, conflicts: [] };
  const readOnlyHint = category === "Read";
  const { destructiveHint = true, openWorldHint } = suggested;
  const conflicts: AnnotationAudit["conflicts"] = [];
  const shows = `but a reviewer says ${category}.`;
  if (declared.readOnlyHint && !readOnlyHint) {
    const why = `It is declared read-only, ${shows}`;
    conflicts.push({ hint: "readOnlyHint", declared: true, suggested: false, why });
  }
  const destroys = category === "Destructive" || category === "Financial";
  if (declared.destructiveHint === false && destroys) {
    const why = `It is declared not destructive, ${shows}`;
    conflicts.push({ hint: "destructiveHint", declared: false, suggested: true, why });
  }
  return {
    declared,
    suggested: {
      readOnlyHint,
      ...(readOnlyHint ? {} : { destructiveHint: destructiveHint || destroys }),
      ...(openWorldHint === undefined ? {} : { openWorldHint }),
    },
    conflicts,
  };
}
