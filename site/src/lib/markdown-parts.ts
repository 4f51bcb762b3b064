/** Parts that the Markdown of tools and of servers has in common. */
import type { AdvisoryMatch } from "../../../classifier/index.ts";
import { affectedWords } from "./attacks.ts";
import type { Fact } from "./facts.ts";
import { bullets, code, fence, link, plain, section } from "./markdown-text.ts";
import { type PolicyView, quotes } from "./policy.ts";

/** The policy with its reasons. @param download where the document itself is */
export function policyPart(view: PolicyView, download: string): string | undefined {
  return section(
    "Recommended policy",
    fence(view.text, "json"),
    link("policy.json", download),
    bullets(
      view.reasons.map(({ pointer, why, evidence }) => {
        const words = quotes(evidence).map((quote) => code(quote, 120));
        const because = words.length > 0 ? ` Because of ${words.join(", ")}.` : "";
        return `${pointer ? code(pointer) : "The whole document"}: ${plain(why, 1_000)}${because}`;
      }),
    ),
  );
}

/** Published flaws of the package that served it. */
export function flawsPart(flaws: AdvisoryMatch[]): string | undefined {
  return section(
    "Published flaws",
    bullets(
      flaws.map((flaw) => {
        const applies =
          flaw.applies === "yes"
            ? "This version is affected."
            : "Some versions are affected; which one this is, is not known.";
        return `**${flaw.id}**. ${applies} ${plain(flaw.fact, 1_000)} Affected: ${plain(affectedWords(flaw))}.`;
      }),
    ),
  );
}

/** Label and value rows. Values may be strangers' text. */
export function factsList(facts: Fact[]): string {
  return bullets(
    facts.map(
      ({ label, value, code: machine }) => `${label}: ${machine ? code(value, 2_000) : plain(value, 2_000)}`,
    ),
  );
}
