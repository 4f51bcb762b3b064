/** The page on which visitors paste definitions, as Markdown: what it does, and how to have the same without it. */
import { apiGroupUrl, markdownUrl, mcpDocsUrl, methodUrl, tryUrl } from "./addresses.ts";
import { fence, LIMITS, link, page } from "./markdown-text.ts";
import { MOST_CHARACTERS, MOST_ENTRIES } from "./try.ts";

/** @param published whether the site is a copy made of files, which answers no programs */
export function tryMarkdown(published: boolean): string {
  return page(
    "Try it",
    `${link("The page", tryUrl())} takes what a server answered to \`tools/list\` and says what each tool can do, how bad that can get, which words say so, and a policy for all of it. The browser does the work: nothing that is pasted leaves it. It takes up to ${Math.floor(MOST_CHARACTERS / 1_000_000)} million characters and ${MOST_ENTRIES.toLocaleString("en-GB")} definitions.`,
    "The same on the command line, also without the network:",
    fence("npx placard classify tools.json --format ndjson", "sh"),
    "To get the definitions of a server of your own:",
    fence("npx placard crawl --json -- node my-server.js", "sh"),
    published
      ? undefined
      : `For programs: ${link("`POST /api/v1/classify`", markdownUrl(apiGroupUrl("Decisions")))} judges what it is sent and stores nothing; ${link("the MCP server", markdownUrl(mcpDocsUrl()))} takes definitions too.`,
    `${LIMITS} ${link("How verdicts are made", markdownUrl(methodUrl()))}.`,
  );
}
