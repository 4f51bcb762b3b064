/** How our words become those of others, as tables: each cell is what the mapping itself gives for that word. */
import {
  CATEGORIES,
  type HintLoss,
  type Hints,
  REACHES,
  REVERSIBLE,
  RISKS,
  type RiskAnnotations,
  toHints,
  toRiskMetadata,
  type Verdict,
} from "../../../classifier/index.ts";

/** What a field of ours becomes: `rows` are a word of ours and what stands in each column for it. */
export interface MappingTable {
  field: string;
  columns: (keyof RiskAnnotations)[];
  rows: { word: string; cells: string[] }[];
}

/** A verdict of which only the field that is looked at differs. */
const MIDDLING = {
  name: "example",
  digest: `sha256:${"0".repeat(64)}`,
  category: "Write",
  risk: "medium",
  confidence: 0.9,
  facets: [],
  reversible: "yes",
  reach: "account",
  summary: "",
  because: "",
  notBecause: [],
  evidence: [],
  branches: [],
  annotations: { declared: {}, suggested: {}, conflicts: [] },
  findings: [],
  rules: "",
} satisfies Verdict;

/** The tables for the risk metadata of SEP-2793. */
export function riskMetadataTables(): MappingTable[] {
  return [
    tableOf("risk", RISKS, ["riskLevel", "approvalRecommendation", "minTrustLevel"], (risk) => ({
      risk,
      category: risk === "unknown" ? "Unknown" : "Write",
    })),
    tableOf("category", CATEGORIES, ["category", "reversibility"], (category) => ({
      category,
      risk: category === "Unknown" ? "unknown" : "medium",
    })),
    tableOf(
      "reversible, of a Destructive tool",
      REVERSIBLE,
      ["category", "reversibility", "minTrustLevel"],
      (reversible) => ({
        reversible,
        category: "Destructive",
      }),
    ),
    tableOf("reach", REACHES, ["blastRadius"], (reach) => ({ reach })),
  ];
}

function tableOf<Word extends string>(
  field: string,
  words: readonly Word[],
  columns: (keyof RiskAnnotations)[],
  change: (word: Word) => Partial<Verdict>,
): MappingTable {
  const rows = words.map((word) => {
    const { annotations } = toRiskMetadata({ ...MIDDLING, ...change(word) });
    return { word, cells: columns.map((column) => String(annotations[column] ?? "")) };
  });
  return { field, columns, rows };
}

/** What the four hints make of a payment, and what they cannot say of it. */
export function hintsOfPayment(): { annotations: Hints; lost: HintLoss[] } {
  return toHints({
    ...MIDDLING,
    category: "Financial",
    risk: "critical",
    facets: ["money"],
    reversible: "no",
    reach: "other people",
    annotations: { declared: {}, suggested: { readOnlyHint: false, destructiveHint: true }, conflicts: [] },
  });
}
