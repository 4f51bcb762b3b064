/** The recommended policy as pages and API show it: the document as text, its reasons beside it. */
import type { Evidence, ToolDefinition, Verdict } from "../../../classifier/index.ts";
import {
  type Policy,
  type PolicyReason,
  type Preset,
  recommend,
  recommendServer,
} from "../../../policy/index.ts";
import { escapeHidden } from "./hidden.ts";

export interface PolicyView {
  policy: Policy;
  /** The document, two spaces a level: what is shown is what is copied and downloaded. */
  text: string;
  reasons: PolicyReason[];
}

/** The policy for one tool, or merged for all tools of a server. */
export function policyView(
  tools: { definition: ToolDefinition; verdict: Verdict }[],
  preset?: Preset,
): PolicyView {
  const [only] = tools;
  const { policy, reasons } =
    only && tools.length === 1
      ? recommend(only.definition, only.verdict, { preset })
      : recommendServer(tools, { preset });
  return { policy, text: `${escapeHidden(JSON.stringify(policy, null, 2))}\n`, reasons };
}

/** The words a reason rests on, each once, at most five. */
export function quotes(evidence: readonly Evidence[]): string[] {
  return [...new Set(evidence.map((item) => item.excerpt))].filter((text) => text.trim() !== "").slice(0, 5);
}
