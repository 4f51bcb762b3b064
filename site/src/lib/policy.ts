/** The recommended policy as pages and API show it: the document as text, its reasons beside it. */
import type { Evidence, ToolDefinition, Verdict } from "../../../classifier/index.ts";
import { type Policy, type PolicyReason, recommend, recommendServer } from "../../../policy/index.ts";
import { REFERENCE } from "./policy-query.ts";

interface Judged {
  definition: ToolDefinition;
  verdict: Verdict;
}

export interface PolicyView {
  policy: Policy;
  /** The document as the reference format writes it: what is shown is what is copied and downloaded. */
  text: string;
  reasons: PolicyReason[];
}

/**
 * The policy for one tool, or merged for all tools of a server.
 * @throws Error when the document is none by our own schema: a fault of ours.
 */
export function policyView(tools: Judged[]): PolicyView {
  const [only] = tools;
  if (!only || tools.length > 1) return viewOf(recommendServer(tools));
  const { definition, verdict } = only;
  const view = last?.verdict === verdict ? last.view : viewOf(recommend(definition, verdict));
  last = { verdict, view };
  return view;
}

/** The one before: a static build asks for a tool's page and its JSON one after the other. */
let last: { verdict: Verdict; view: PolicyView } | undefined;

function viewOf({ policy, reasons }: Omit<PolicyView, "text">): PolicyView {
  const written = REFERENCE.write([{ server: "", alias: "", tools: [], policy }]);
  if (!written.ok) throw new Error(`writing a recommended policy: ${written.problem}`);
  return { policy, text: written.text, reasons };
}

/** The words a reason rests on, each once, at most five. */
export function quotes(evidence: readonly Evidence[]): string[] {
  return [...new Set(evidence.map((item) => item.excerpt))].filter((text) => text.trim() !== "").slice(0, 5);
}
