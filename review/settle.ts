import { CATEGORIES, type Category, RISKS, type ToolDefinition, type Verdict } from "../classifier/index.ts";
import type { Answer } from "./answer.ts";
import { contain } from "./contain.ts";
import { hardFloor, overlooked } from "./floor.ts";
import { PROMPT_VERSION } from "./prompt.ts";
import { locateQuotes } from "./quotes.ts";
import type { Judgement, Outcome, Review, ReviewEvidence, ReviewedVerdict } from "./types.ts";

/**
 * Puts a model's answer beside the verdict of the rules. It may raise category and risk; it may lower them, or leave
 * Unknown, only where `reasonToKeep` finds nothing against it. Pure.
 *
 * @returns the verdict to show, with its review; `failed` and the verdict as it was when a quote stands nowhere
 */
export function settle(
  definition: ToolDefinition,
  verdict: Verdict,
  answer: Answer,
  model: string,
): ReviewedVerdict {
  const evidence = locateQuotes(definition, answer.quotes);
  if (!evidence) {
    return failed(
      verdict,
      model,
      "The model quotes words that are not in the definition, so its answer is thrown away.",
    );
  }
  const offline: Judgement = { category: verdict.category, risk: verdict.risk };
  const said: Judgement = { category: answer.category, risk: answer.risk };
  const base = { stage: "model", model, promptVersion: PROMPT_VERSION, offline, said, evidence } as const;
  const end = (outcome: Outcome, note: string): Review => ({ ...base, outcome, note });
  if (said.category === offline.category && said.risk === offline.risk) {
    return { ...verdict, review: end("confirmed", "The model reads the definition as the rules do.") };
  }
  const against = asksForLess(offline, said)
    ? reasonToKeep(definition, verdict, said, answer.quotes)
    : undefined;
  const next = against === undefined ? said : raisedPart(offline, said);
  if (next.category === offline.category && next.risk === offline.risk) {
    const note = `The rules' verdict stays, because ${against}.`;
    return { ...verdict, review: end("kept", note) };
  }
  const raised =
    isMore(next.category, offline.category, CATEGORIES) || isMore(next.risk, offline.risk, RISKS);
  return change(verdict, next, end(raised ? "raised" : "lowered", whyItCounts(offline, said, against)));
}

/** @param against why a part of what the model said is not followed, to complete "because" */
function whyItCounts(offline: Judgement, said: Judgement, against: string | undefined): string {
  if (against !== undefined)
    return `What it raises counts: a model may do that freely. The rest of what it says is not followed, because ${against}.`;
  return asksForLess(offline, said)
    ? "It counts, because it quotes the words that decide, and neither the name nor the arguments nor a branch shows more."
    : "It counts, because a model may raise a verdict freely.";
}

/** The verdict of the rules, with a note why no model has a say in it. */
export function failed(verdict: Verdict, model: string, note: string): ReviewedVerdict {
  const { category, risk } = verdict;
  return {
    ...verdict,
    review: {
      stage: "model",
      model,
      promptVersion: PROMPT_VERSION,
      outcome: "failed",
      note,
      offline: { category, risk },
      evidence: [],
    },
  };
}

function isMore<Level>(a: Level, b: Level, order: readonly Level[]): boolean {
  return order.indexOf(a) > order.indexOf(b);
}

/** A gate stops at Unknown as it does at critical, so leaving Unknown is asking for less too. */
function asksForLess(offline: Judgement, said: Judgement): boolean {
  if (offline.category === "Unknown") return true;
  return isMore(offline.category, said.category, CATEGORIES) || isMore(offline.risk, said.risk, RISKS);
}

/** What a model may have without giving reasons. */
function raisedPart(offline: Judgement, said: Judgement): Judgement {
  if (offline.category === "Unknown" || said.category === "Unknown") return offline;
  return {
    category: isMore(said.category, offline.category, CATEGORIES) ? said.category : offline.category,
    risk: isMore(said.risk, offline.risk, RISKS) ? said.risk : offline.risk,
  };
}

/** Why the model's lower judgement is not followed, to complete "because"; undefined when it may be. */
function reasonToKeep(
  definition: ToolDefinition,
  verdict: Verdict,
  said: Judgement,
  quotes: string[],
): string | undefined {
  if (said.category === "Unknown") return "a model that cannot tell does not make a tool Unknown";
  if (quotes.length === 0) return "it quotes nothing";
  const poisoned = verdict.findings.find(({ severity }) => severity !== "info");
  if (poisoned) return `the definition's text is not to be trusted (${poisoned.id})`;
  const { hidden, whole } = contain(definition);
  if (hidden) return "the definition holds characters that no reader sees";
  if (!whole) return "the definition was too long to be shown whole";
  const floor = hardFloor(verdict);
  if (isMore(floor.category, said.category, CATEGORIES) || isMore(floor.risk, said.risk, RISKS)) {
    return `the name, the arguments or a branch show ${inWords(floor)}`;
  }
  const [word] = overlooked(definition, verdict, said, quotes);
  return word && `it does not quote the words the rules rely on (“${word.excerpt}” in ${word.pointer})`;
}

const inWords = ({ category, risk }: Judgement): string =>
  category === "Unknown" ? "Unknown" : `${category}, ${risk} risk`;

const DOES: Record<Category, string> = {
  Unknown: "The definition does not say what the tool does.",
  Read: "Only looks something up or works something out, as a model reads it.",
  Write: "Changes data or settings, as a model reads it.",
  Execute: "Starts something whose effects reach beyond a stored record, as a model reads it.",
  Destructive: "Deletes, revokes or loses something, as a model reads it.",
  Financial: "Moves or commits money or value, as a model reads it.",
};

/** Nobody has measured how often a model is right where it contradicts the rules: at most as often as not. */
const MOST_CONFIDENCE = 0.5;

/** The verdict with the model's judgement, and without what only fitted the old one. */
function change(verdict: Verdict, { category, risk }: Judgement, review: Review): ReviewedVerdict {
  const { offline, said } = review;
  const because = `The rules say ${inWords(offline)}; the model ${review.model} says ${inWords(said ?? offline)}${quotePlaces(review.evidence)}.`;
  if (category === verdict.category) return { ...verdict, risk, because, review };
  const raised = isMore(category, verdict.category, CATEGORIES);
  return {
    ...verdict,
    category,
    risk,
    confidence: Math.round(Math.min(MOST_CONFIDENCE, 1 - verdict.confidence) * 100) / 100,
    reversible: raised && verdict.reversible === "no" ? "no" : "unknown",
    summary: DOES[category],
    because,
    notBecause:
      offline.category === "Unknown"
        ? []
        : [
            {
              category: offline.category,
              why: `the model reads ${raised ? "more" : "less"} in it than the rules do`,
            },
          ],
    annotations: {
      ...verdict.annotations,
      suggested: suggestedHints(category, verdict),
      // Below this confidence the rules call no server's claim wrong either.
      conflicts: [],
    },
    review,
  };
}

function suggestedHints(category: Category, { annotations }: Verdict): Verdict["annotations"]["suggested"] {
  const { openWorldHint } = annotations.suggested;
  const readOnlyHint = category === "Read";
  // MCP's own default for what changes anything: nobody has shown that it only adds.
  return {
    readOnlyHint,
    ...(readOnlyHint ? {} : { destructiveHint: true }),
    ...(openWorldHint === undefined ? {} : { openWorldHint }),
  };
}

function quotePlaces(evidence: ReviewEvidence[]): string {
  const quotes = evidence
    .slice(0, 3)
    .map(({ pointer, excerpt }) => `“${excerpt.slice(0, 120).toWellFormed()}” (${pointer})`);
  return quotes.length === 0 ? "" : `, quoting ${quotes.join(", ")}`;
}
