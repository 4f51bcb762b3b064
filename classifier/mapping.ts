/**
 * A verdict in the words of others: the tool risk metadata that is proposed to MCP as SEP-2793, and MCP's four hints.
 * Neither has all our words, so the first takes ours beside its own, and the second says what it lost. Pure.
 */
import type { Category, Facet, Hints, Reach, Reversible, Risk, Verdict } from "./types.ts";

/** Key of our fields in a tool's `_meta`: a name turned round and a slash, as MCP asks for (basic, "_meta"). */
export const VERDICT_META = "org.placard/verdict";

/** What SEP-2793 adds to a tool's `annotations`, in its order. A field that is absent says nothing. */
export interface RiskAnnotations {
  riskLevel?: "low" | "medium" | "high" | "critical";
  category?: "read" | "observe" | "mutate" | "delete" | "destroy" | "utility";
  blastRadius?: "item" | "namespace" | "cluster" | "organization" | "global";
  reversibility?: "auto" | "manual" | "none";
  /** An open vocabulary: we use the words of our facets. */
  sideEffects?: string[];
  approvalRecommendation?: "none" | "single" | "multi";
  /** From 1 to 5. */
  minTrustLevel?: number;
}

/** The judgement in a verdict: what has to come back from another form of it. */
export type Judgement = Pick<
  Verdict,
  "digest" | "category" | "risk" | "confidence" | "facets" | "reversible" | "reach" | "rules"
>;

/** Parts of a tool definition, to be laid over it: what the proposal can say, and beside it what we say. */
export interface RiskMetadata {
  annotations: RiskAnnotations;
  _meta: { [VERDICT_META]: Judgement };
}

/**
 * A verdict as SEP-2793 has it (pull request 2793 of the specification, open; as of May 2026). What is unknown is left
 * out: the proposal has no word for it, and absent must not read as low. `fromRiskMetadata` gives the judgement back.
 */
export function toRiskMetadata(verdict: Verdict): RiskMetadata {
  const { digest, category, risk, confidence, facets, reversible, reach, rules } = verdict;
  return {
    annotations: isKnown(verdict) ? riskAnnotations(verdict) : { approvalRecommendation: "single" },
    _meta: {
      [VERDICT_META]: { digest, category, risk, confidence, facets, reversible, reach, rules },
    },
  };
}

/** The judgement that `toRiskMetadata` was made of, the same in every field. */
export function fromRiskMetadata(metadata: Pick<RiskMetadata, "_meta">): Judgement {
  return metadata._meta[VERDICT_META];
}

type KnownRisk = Exclude<Risk, "unknown">;
type KnownCategory = Exclude<Category, "Unknown">;
type KnownVerdict = Verdict & { category: KnownCategory; risk: KnownRisk };

const isKnown = (verdict: Verdict): verdict is KnownVerdict =>
  verdict.category !== "Unknown" && verdict.risk !== "unknown";

function riskAnnotations({ category, risk, facets, reversible, reach }: KnownVerdict): RiskAnnotations {
  const lasting = reversible !== "yes";
  const annotations: RiskAnnotations = { riskLevel: risk, category: categoryOf(category, reversible) };
  annotations.blastRadius = BLAST_RADIUS[reach];
  if (category === "Read") annotations.reversibility = "auto";
  else if (reversible !== "unknown") annotations.reversibility = REVERSIBILITY[reversible];
  annotations.sideEffects = facets.filter((facet) => EFFECTS[category].includes(facet));
  annotations.approvalRecommendation = APPROVAL[risk](lasting);
  annotations.minTrustLevel = TRUST[risk] + (lasting ? 1 : 0);
  return annotations;
}

/** The proposal sets neither running code nor money apart: both are changes there. Losing for good is `destroy`. */
function categoryOf(category: KnownCategory, reversible: Reversible): RiskAnnotations["category"] {
  if (category === "Read") return "read";
  if (category !== "Destructive") return "mutate";
  return reversible === "no" ? "destroy" : "delete";
}

/** Its scale is that of a cluster's resources, ours that of whoever feels it; each of ours has a place of its own on it. */
const BLAST_RADIUS: Record<Reach, RiskAnnotations["blastRadius"]> = {
  call: "item",
  account: "namespace",
  "other people": "organization",
  machine: "cluster",
};
const REVERSIBILITY = { yes: "manual", no: "none" } as const;

/** Facets that say what a call does, not what it may see. Reading leaves nothing but what it sends out. */
const DOES: readonly Facet[] = [
  "egress",
  "code-execution",
  "filesystem",
  "messaging",
  "infrastructure",
  "identity",
  "money",
  "browser",
];
const EFFECTS: Record<KnownCategory, readonly Facet[]> = {
  Read: ["egress"],
  Write: DOES,
  Execute: DOES,
  Destructive: DOES,
  Financial: DOES,
};

/** How many people should agree to a call; `lasting` where it cannot surely be undone. */
const APPROVAL: Record<KnownRisk, (lasting: boolean) => RiskAnnotations["approvalRecommendation"]> = {
  low: () => "none",
  medium: (lasting) => (lasting ? "single" : "none"),
  high: () => "single",
  critical: (lasting) => (lasting ? "multi" : "single"),
};
/** How far an agent should be trusted, before one is added for what cannot surely be undone. */
const TRUST: Record<KnownRisk, number> = { low: 1, medium: 2, high: 3, critical: 4 };

/** Something of a verdict that the four hints cannot say. */
export interface HintLoss {
  /** The verdict's field. */
  field: "category" | "risk" | "confidence" | "facets" | "reversible" | "reach" | "branches";
  /** One sentence: what the hints say instead, or that they say nothing. */
  why: string;
}

/** A verdict as MCP's four hints, and what is lost on the way. A hint that is absent is one we would not declare. */
export function toHints(verdict: Verdict): { annotations: Hints; lost: HintLoss[] } {
  const annotations = verdict.annotations.suggested;
  return { annotations, lost: LOSSES.flatMap((loss) => loss(verdict, annotations)) };
}

const LOSSES: readonly ((verdict: Verdict, hints: Hints) => HintLoss[])[] = [
  ({ category }, { readOnlyHint, destructiveHint }) => {
    if (category === "Read" && readOnlyHint === true) return [];
    if (category === "Unknown" || readOnlyHint === undefined)
      return [{ field: "category", why: `${category}: no hint is suggested, and clients assume the worst.` }];
    const said = destructiveHint === false ? "that it only adds" : "that it may destroy";
    return [{ field: "category", why: `${category}: the hints say ${said}, as of every change like it.` }];
  },
  ({ risk }) => [{ field: "risk", why: `${risk}: there is no hint for how bad it can get.` }],
  ({ confidence }) => [
    { field: "confidence", why: `${confidence}: a hint is true or false, however sure one is.` },
  ],
  ({ facets }) =>
    facets.length === 0
      ? []
      : [{ field: "facets", why: `${facets.join(", ")}: no hint says what a tool touches.` }],
  ({ reversible }) => [
    { field: "reversible", why: `${reversible}: destructiveHint does not say whether it can be undone.` },
  ],
  ({ reach }) => [{ field: "reach", why: `${reach}: no hint says who feels it.` }],
  ({ branches }) =>
    branches.length === 0
      ? []
      : [{ field: "branches", why: "The hints are those of the worst call, whatever the arguments are." }],
];
