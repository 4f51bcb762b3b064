/** What servers declare of their tools and what we would: as a tool page and a server page show it. */
import type { Verdict } from "../../../classifier/index.ts";
import type { ServerTool } from "../../../db/index.ts";
import { type AnnotationChange, patchTool } from "../../../policy/index.ts";
import { toolUrl } from "./addresses.ts";
import { count } from "./words.ts";

/** The audit of a server's tools. */
export interface AnnotationsView {
  /** What was counted, a sentence each. */
  sentences: string[];
  /** Declared hints that contradict the definition, in the order of the tools. */
  conflicts: { tool: string; url: string; change: AnnotationChange }[];
  /** Conflicts that are not among these. */
  left: number;
}

const CONFLICTS_SHOWN = 50;

/** The hints of one tool as its maintainer would write them, as text to copy; undefined when nothing is to be changed. */
export function suggestedText(verdict: Verdict): string | undefined {
  const { suggested, changed } = patchTool({ verdict });
  return changed.length > 0 ? `${JSON.stringify(suggested, null, 2)}\n` : undefined;
}

/** In: the tools a server serves. Out: what its page says of their annotations. */
export function auditServer(tools: readonly ServerTool[]): AnnotationsView {
  const patches = tools.map((tool) => ({ tool, patch: patchTool(tool) }));
  const conflicts = patches.flatMap(({ tool: { server, name }, patch }) =>
    patch.changed
      .filter((change) => change.conflict)
      .map((change) => ({ tool: name, url: toolUrl(server, name), change })),
  );
  const declaring = patches.filter(({ patch }) => Object.keys(patch.declared).length > 0).length;
  const more = patches.filter(({ patch }) => patch.changed.some((change) => !change.conflict)).length;
  return {
    sentences: [
      `Hints are declared by ${declaring.toLocaleString("en-GB")} of ${count(tools.length, "tool")}.`,
      conflictWords(conflicts.length),
      ...(more > 0 ? [`${count(more, "tool")} could say more.`] : []),
    ],
    conflicts: conflicts.slice(0, CONFLICTS_SHOWN),
    left: Math.max(0, conflicts.length - CONFLICTS_SHOWN),
  };
}

function conflictWords(conflicts: number): string {
  if (conflicts === 0) return "No declared hint contradicts a definition.";
  return `${count(conflicts, "declared hint")} ${conflicts === 1 ? "contradicts" : "contradict"} the definition.`;
}
