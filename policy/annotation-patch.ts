import { type Facet, HINTS, type Hint, type Hints, type Verdict } from "../classifier/types.ts";
import type { JudgedTool } from "./recommend.ts";

/** One hint to set, and why. */
export interface AnnotationChange {
  hint: Hint;
  /** What the server declares; absent when it says nothing of this hint. */
  declared?: boolean;
  suggested: boolean;
  /** The declared value contradicts the definition: the audit's conflicts. */
  conflict: boolean;
  /** One or two sentences in our own words. */
  why: string;
}

/** What a maintainer would write in one tool's `annotations`. */
export interface ToolAnnotationPatch {
  name: string;
  /** Digest of the definition this was made for. */
  digest: string;
  declared: Hints;
  /** The four hints as they should be: what is declared, with the changes. A `title` among them stays as it is. */
  suggested: Hints;
  changed: AnnotationChange[];
  /** One or two sentences: why the definition is judged as it is. */
  because: string;
  /** Version of the rules that said so. */
  rules: string;
}

/** The patch for all tools of some servers; the same shape for one tool. */
export interface AnnotationPatch {
  tools: (ToolAnnotationPatch & { server: string })[];
}

/** What a client assumes of an absent hint (MCP 2025-11-25, ToolAnnotations): the careful value of each. */
const PROTOCOL_DEFAULT: Record<Hint, boolean> = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

/** Below this confidence we neither call a declared hint wrong nor suggest one that makes clients less careful. */
const SURE_ENOUGH = 0.7;

/**
 * The annotations we suggest, tool by tool, in the servers' order.
 * Three things are kept apart. A hint that is declared less careful than the definition shows is corrected. A hint that
 * is absent is added, one that makes clients less careful only on evidence. A hint that is declared more careful than we
 * would stays: its maintainer may know more.
 */
export function annotationPatch(
  servers: readonly { server: string; tools: JudgedTool[] }[],
): AnnotationPatch {
  return {
    tools: servers.flatMap(({ server, tools }) => tools.map((tool) => ({ server, ...patchTool(tool) }))),
  };
}

/** The same for one tool. */
export function patchTool({ verdict }: Pick<JudgedTool, "verdict">): ToolAnnotationPatch {
  const { name, digest, annotations, confidence, because, rules } = verdict;
  const sure = confidence >= SURE_ENOUGH;
  // A guess of the whole text is no ground to make clients less careful.
  const shown = sure && verdict.evidence.some(({ supports }) => supports === verdict.category);
  const suggested: Hints = { ...annotations.declared };
  const changed: AnnotationChange[] = [];
  for (const hint of HINTS) {
    const declared = annotations.declared[hint];
    const meant = annotations.suggested[hint];
    if (meant === undefined || meant === declared) continue;
    // Of a tool that stays read-only the protocol gives destructiveHint no meaning.
    if (hint === "destructiveHint" && suggested.readOnlyHint) continue;
    const careful = meant === PROTOCOL_DEFAULT[hint];
    if (declared === undefined ? !careful && !shown : !careful || !sure) continue;
    const found = annotations.conflicts.find((conflict) => conflict.hint === hint);
    const why = found?.why ?? reason(hint, declared, meant, verdict);
    changed.push({ hint, declared, suggested: meant, conflict: found !== undefined, why });
    suggested[hint] = meant;
  }
  const { declared } = annotations;
  return { name, digest, declared, suggested: inOrder(suggested), changed, because, rules };
}

function reason(hint: Hint, declared: boolean | undefined, meant: boolean, verdict: Verdict): string {
  const shown = SHOWN[hint](meant, verdict);
  if (declared !== undefined) return shown;
  const assumed = PROTOCOL_DEFAULT[hint];
  return `${shown} Not declared: clients assume ${assumed}${assumed === meant ? " anyway" : ""}.`;
}

/** What the definition shows, by hint: why the suggested value is right (meanings: MCP 2025-11-25, ToolAnnotations). */
const SHOWN: Record<Hint, (meant: boolean, verdict: Verdict) => string> = {
  readOnlyHint: (_meant, { category }) => `The definition shows ${category}.`,
  destructiveHint: (meant, { category }) => {
    if (!meant) return "The definition shows nothing but additions.";
    const shown = `The definition shows ${category}`;
    return category === "Destructive"
      ? `${shown}.`
      : `${shown}, and not only additions: MCP calls that destructive.`;
  },
  idempotentHint: (meant) => `A second call does ${meant ? "nothing" : "something"} more.`,
  openWorldHint: (_meant, { facets }) =>
    `It reaches beyond the server's own data (${facets.filter((facet) => OUTSIDE.includes(facet)).join(", ")}).`,
};
const OUTSIDE: readonly Facet[] = ["untrusted-content", "egress", "browser"];

function inOrder(hints: Hints): Hints {
  const ordered: Hints = {};
  for (const hint of HINTS) if (hints[hint] !== undefined) ordered[hint] = hints[hint];
  return ordered;
}
