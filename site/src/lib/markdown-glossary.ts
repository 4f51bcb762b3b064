/** The glossary as Markdown. All words are ours. */
import { glossaryUrl } from "./addresses.ts";
import { glossary } from "./glossary.ts";
import { bullets, link, page, section } from "./markdown-text.ts";

/** All terms, in the groups of the page. */
export function glossaryMarkdown(): string {
  return page(
    "Glossary",
    "The terms of the catalog's pages, in a sentence or two each.",
    ...glossary().map(({ title, terms }) =>
      section(
        title,
        bullets(
          terms.map(({ term, text, url }) => `**${term}**: ${text}${url ? ` ${link("More", url)}` : ""}`),
        ),
      ),
    ),
    link("As a page", glossaryUrl()),
  );
}
