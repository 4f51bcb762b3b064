/** What a user could add to the policy of a tool: bounds of arguments that nobody else can know. */
import type { ToolDefinition, Verdict } from "../../../classifier/index.ts";
import { type Bounds, ownBounds } from "../../../policy/index.ts";
import type { Point } from "./answer.ts";

/** What each bound does, and how it is written in a placard.yaml: the examples of docs/policy.md. */
const WORDS: Record<keyof Bounds, { does: string; example: string }> = {
  pathRoots: { does: "inside folders that you name", example: "pathRoots: [/srv/data]" },
  urlHosts: { does: "on hosts that you name", example: "urlHosts: [example.com]" },
  recipientDomains: { does: "in domains that you name", example: "recipientDomains: [example.com]" },
  amountCeiling: {
    does: "under a ceiling that you set",
    example: "amountCeiling: { max: 100, currency: EUR }",
  },
};

/** In: a definition and its verdict. Out: a line for each bound that would reach an argument of it. */
export function ownBoundPoints(definition: ToolDefinition, verdict: Verdict): Point[] {
  const byBound = Map.groupBy(ownBounds(definition, verdict), ({ bound }) => bound);
  return [...byBound].map(([bound, reached]) => {
    const names = reached.slice(0, 4).map(({ argument }) => `“${argument.slice(0, 60)}”`);
    const { does, example } = WORDS[bound];
    return {
      text: `You can keep ${names.join(" and ")} ${does}: placard policy … --config placard.yaml, with`,
      code: `bounds: { ${example} }`,
    };
  });
}
