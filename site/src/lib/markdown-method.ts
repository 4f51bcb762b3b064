/** The method page as Markdown: what the words of a verdict mean, and how often it is right. All words are ours. */

import { FACETS, RULES_VERSION } from "../../../classifier/index.ts";
import figures from "../../../eval/figures.json" with { type: "json" };
import { categoryUrl, facetUrl, markdownUrl, methodUrl, riskUrl, rulesUrl } from "./addresses.ts";
import { bullets, LIMITS, link, page, section, table } from "./markdown-text.ts";
import {
  CATEGORIES_WORST_FIRST,
  CATEGORY_MEANING,
  FACET_MEANING,
  RISK_LABEL,
  RISK_MEANING,
  RISKS_WORST_FIRST,
} from "./words.ts";

/** The whole page. */
export function methodMarkdown(): string {
  return page(
    "Method",
    `A verdict says the most severe thing a caller can make a tool do with the arguments it allows, and shows the words that say so. ${LIMITS}`,
    section(
      "Categories",
      bullets(
        CATEGORIES_WORST_FIRST.map(
          (category) =>
            `${link(category, markdownUrl(categoryUrl(category)))}: ${CATEGORY_MEANING[category]}`,
        ),
      ),
    ),
    section(
      "Risk",
      "Risk is judged for itself and does not follow from the category.",
      bullets(
        RISKS_WORST_FIRST.map(
          (risk) => `${link(RISK_LABEL[risk], markdownUrl(riskUrl(risk)))}: ${RISK_MEANING[risk]}`,
        ),
      ),
    ),
    section(
      "Facets",
      bullets(FACETS.map((facet) => `${link(facet, markdownUrl(facetUrl(facet)))}: ${FACET_MEANING[facet]}`)),
    ),
    section(
      "How it is made",
      `The crawler asks a server for its list of tools and never calls one. ${link("Rules", markdownUrl(rulesUrl()))} look for words where they mean something, and each match is kept as evidence with its exact place. A small trained model hears what they say, weighs it together with the words they do not know, and says the category. Rules ${RULES_VERSION}.`,
    ),
    section("How right it is", accuracy()),
    link("As a page", methodUrl()),
  );
}

function accuracy(): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const columns = [figures.held, figures.heldRulesOnly, figures.own];
  return table(
    [
      "Measure",
      `Families held back (${figures.held.tools} tools)`,
      "By the rules alone",
      `Our own definitions (${figures.own.tools} tools)`,
    ],
    [
      ["Category as labelled", ...columns.map(({ strict }) => percent(strict.value))],
      ["As labelled, or a defensible other one", ...columns.map(({ lenient }) => percent(lenient.value))],
      ["Macro-F1", ...columns.map(({ macroF1 }) => macroF1.value.toFixed(2))],
      ["Risk as labelled", ...columns.map(({ risk }) => percent(risk.exact.value))],
      ["Dangerous tools called Read", ...columns.map(({ dangerAsRead }) => percent(dangerAsRead.value))],
      ["Unknown", ...columns.map(({ unknown }) => percent(unknown.value))],
    ],
  );
}
