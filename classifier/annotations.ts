import { recordOf } from "./record.ts";
import {
  type AnnotationAudit,
  type AnnotationConflict,
  type Facet,
  HINTS,
  type Hint,
  type Hints,
  type ToolDefinition,
} from "./types.ts";
import type { Decision } from "./verdict.ts";

/**
 * Compares the hints a server declares with those the verdict would declare (MCP 2025-11-25, ToolAnnotations).
 * Declared hints are claims; the protocol's defaults for absent ones are not counted as declared.
 *
 * @param facets the verdict's, those that only the trained model sees included
 */
export function auditAnnotations(
  definition: ToolDefinition,
  decision: Decision,
  facets: readonly Facet[],
): AnnotationAudit {
  const declared = declaredHints(definition);
  const suggested = sureHints(suggestedHints(decision, facets), declared, decision.confidence);
  const conflicts: AnnotationConflict[] = [];
  for (const hint of HINTS) {
    const said = declared[hint];
    const meant = suggested[hint];
    if (said === undefined || meant === undefined || said === meant) continue;
    const why = conflictReason(hint, said, decision);
    if (why) conflicts.push({ hint, declared: said, suggested: meant, why });
  }
  return { declared, suggested, conflicts };
}

function declaredHints(definition: ToolDefinition): Hints {
  const annotations = recordOf(definition.annotations);
  const hints: Hints = {};
  if (!annotations) return hints;
  for (const hint of HINTS) {
    const value = annotations[hint];
    if (typeof value === "boolean") hints[hint] = value;
  }
  return hints;
}

function suggestedHints({ category, deciding }: Decision, facets: readonly Facet[]): Hints {
  if (category === "Unknown") return {};
  const readOnly = category === "Read";
  const hints: Hints = { readOnlyHint: readOnly };
  // MCP calls every change destructive that is not purely an addition.
  if (!readOnly)
    hints.destructiveHint = deciding.length === 0 || !deciding.every((match) => match.rule.additive);
  if (facets.includes("untrusted-content") || facets.includes("egress") || facets.includes("browser"))
    hints.openWorldHint = true;
  return hints;
}

/** Below this, a verdict is too unsure of itself to call a server's claim wrong, or to suggest the contrary. */
const MIN_CONFIDENCE = 0.7;

/** The hints without those that an unsure verdict would set against what is declared. */
function sureHints(suggested: Hints, declared: Hints, confidence: number): Hints {
  if (confidence >= MIN_CONFIDENCE) return suggested;
  // By the protocol, whether a tool destroys has a meaning only where it is not read-only.
  const isDenied = (hint: Hint): boolean => hint === "destructiveHint" && declared.readOnlyHint === true;
  const hints: Hints = {};
  for (const hint of HINTS) {
    const meant = suggested[hint];
    if (meant === undefined || isDenied(hint)) continue;
    if (declared[hint] === undefined || declared[hint] === meant) hints[hint] = meant;
  }
  return hints;
}

/** Only contradictions are conflicts: a hint that is merely more careful than the verdict is not one. */
function conflictReason(
  hint: Hint,
  declared: boolean,
  { category, confidence }: Decision,
): string | undefined {
  if (confidence < MIN_CONFIDENCE) return undefined;
  if (hint === "readOnlyHint" && declared)
    return `It is declared read-only, but the definition shows ${category}.`;
  if (hint === "destructiveHint" && !declared && (category === "Destructive" || category === "Financial")) {
    return `It is declared not destructive, but the definition shows ${category}.`;
  }
  return undefined;
}
