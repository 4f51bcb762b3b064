/** A server's page, but for the frame that all pages have. */
import { apiServerUrl, changesUrl, compareUrl, serversUrl, serverToolsUrl } from "../lib/addresses.ts";
import { connectionOf } from "../lib/connect.ts";
import type { Absolute } from "../lib/head.ts";
import { categoryBars, riskBars } from "../lib/pictures.ts";
import type { ServerSurroundings } from "../lib/server-around.ts";
import type { ServerPage } from "../lib/server-page.ts";
import { serverToolsView } from "../lib/server-tools.ts";
import { count, numberWords, tokenWords } from "../lib/words.ts";
import { historyHtml } from "./around.ts";
import { barsHtml, weightsHtml } from "./bars.ts";
import { advisoriesHtml } from "./flaws.ts";
import { flowHtml } from "./flows.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { factsHtml, policyHtml, sectionHtml } from "./parts.ts";
import {
  annotationsAuditHtml,
  badgeHtml,
  connectHtml,
  crawlNoticeHtml,
  crawlsHtml,
  problemsHtml,
  serverFindingsHtml,
} from "./server-parts.ts";
import { serverToolsHtml } from "./server-tools.ts";
import { plainHtml, servedHtml } from "./text.ts";
import { toolTableHtml } from "./tools.ts";

/** How the page is shown. */
export interface ServerShow {
  /** Whether somebody answers its forms: it is no file. */
  isLive: boolean;
  /** Whether other sites may show its badge. */
  isOpen: boolean;
  /** Makes whole addresses; without it there is no badge. */
  absolute?: Absolute;
  /** How the address wants its table. */
  params: URLSearchParams;
}

/** The content of a server's page, as HTML. */
export function serverHtml(page: ServerPage, around: ServerSurroundings, show: ServerShow): string {
  const { server, tools } = page;
  const { changes, tokens } = around;
  const connection = connectionOf(server);
  const hasTools = tools.length > 0;
  const parts: Part[] = [
    headerHtml(page),
    hasTools && sectionHtml("At a glance", "glance", glanceHtml(page, show.isLive)),
    toolsSectionHtml(page, around, show),
    page.flaws.length > 0 &&
      sectionHtml(
        "Published flaws",
        "flaws",
        html`<p class="quiet">Of its package, by its version; not concluded from what its tools do.</p>`,
        advisoriesHtml(page.flaws),
      ),
    page.findings.tools > 0 && sectionHtml("Findings", "findings", findingsPartHtml(page)),
    hasTools && sectionHtml("Toxic flows", "flows", flowsPartHtml(page)),
    page.authorization.length > 0 &&
      sectionHtml(
        "Getting in",
        "authorization",
        html`<p class="quiet">The server asks for authorization before it tells more. This is what it says of it.</p>`,
        factsHtml(page.authorization),
      ),
    (hasTools || changes.items.length > 0) &&
      sectionHtml(
        "What changed",
        "changes",
        historyHtml(
          changes,
          changesUrl({ server: server.id }),
          "Nothing about its tools, between the crawls that went well so far.",
        ),
      ),
    server.problems.length > 0 &&
      sectionHtml("Problems in its list", "problems", problemsHtml(server.problems)),
    server.instructions &&
      sectionHtml(
        "Its instructions",
        "instructions",
        html`<p class="quiet">What the server asks to be told to the model, as it gave it.</p><div class="definition">${servedHtml({ text: server.instructions, limit: 1_000 })}</div>`,
      ),
    connection && sectionHtml("How to connect", "connect", connectHtml(connection)),
    page.policy &&
      sectionHtml(
        "Recommended policy",
        "policy",
        html`<p class="quiet">One document for all its tools.</p>`,
        policyHtml(page.policy, server.id, undefined, "policy-document"),
      ),
    hasTools && sectionHtml("Annotations", "annotations", annotationsAuditHtml(page)),
    hasTools &&
      sectionHtml("What it costs to have it in context", "tokens", tokensPartHtml(tools.length, tokens)),
    hasTools && show.absolute && badgeHtml(server, show.absolute, show.isOpen),
    sectionHtml("Where it came from", "origin", originHtml(page, show.isLive)),
  ];
  return html`${parts}`.text;
}

function headerHtml({ server, tools, info }: ServerPage): Markup {
  const called = info && html`<bdi>${plainHtml(info.slice(0, 200))}</bdi>, `;
  return html`<header class="page-head"><p class="crumb"><a href="${serversUrl()}">Servers</a></p><h1 class="machine"><bdi>${plainHtml(server.id)}</bdi></h1><p class="lead">${called}${count(tools.length, "tool")}</p>${crawlNoticeHtml(server, tools.length > 0)}</header>`;
}

function glanceHtml({ server: { id, byRisk, byCategory } }: ServerPage, isLive: boolean): Markup {
  const risks = riskBars(byRisk, (risk) => serverToolsUrl(id, isLive ? { risk } : {}));
  const categories = categoryBars(byCategory, (category) => serverToolsUrl(id, isLive ? { category } : {}));
  return html`<div class="two"><div><h3>By risk</h3>${barsHtml(risks)}</div><div><h3>By what it can do at worst</h3>${barsHtml(categories)}</div></div>`;
}

function toolsSectionHtml(
  { server, tools, gone }: ServerPage,
  { tokens, gone: known }: ServerSurroundings,
  { params, isLive }: ServerShow,
): Markup {
  const view = serverToolsView(server.id, tools, tokens.each, params);
  const content: Part = [
    tools.length > 0
      ? serverToolsHtml({ view, server: server.id, total: tools.length, isLive })
      : html`<p class="quiet">None is known.</p>`,
    gone.length > 0 && [
      html`<h3>No longer listed</h3>`,
      toolTableHtml({ tools: gone, caption: "Tools that are gone" }),
      known.nextCursor !== null &&
        html`<p class="quiet">These are ${gone.length} of them; each has a page still.</p>`,
    ],
  ];
  return html`<section class="section wide" aria-labelledby="tools"><h2 id="tools">Tools</h2><div class="section-body">${content}</div></section>`;
}

function findingsPartHtml({ findings, tools }: ServerPage): Part {
  const whose =
    findings.tools === tools.length
      ? "its definitions"
      : `${numberWords(findings.tools)} of its ${count(tools.length, "definition")}`;
  return [
    html`<p class="quiet">What a reader should know of the text of ${whose}. Findings do not change a verdict.</p>`,
    serverFindingsHtml(findings),
  ];
}

function flowsPartHtml({ flows: { flows, looked }, tools }: ServerPage): Part {
  return [
    flows.length === 0 &&
      html`<p>No toxic flow: by their definitions, these tools do not bring in strangers' text together with private data and a way out, with running code, or with a loss that stays.</p>`,
    flows.map(flowHtml),
    looked < tools.length &&
      html`<p class="quiet">Of its ${numberWords(tools.length)} tools the first ${numberWords(looked)} by name were looked at.</p>`,
  ];
}

function tokensPartHtml(total: number, tokens: ServerSurroundings["tokens"]): Part {
  const { heaviest, encoding } = tokens;
  const title =
    total > heaviest.length ? `The ${heaviest.length} heaviest, in tokens` : "Tokens, heaviest first";
  return [
    html`<p><strong>${tokenWords(tokens)}</strong> for all its tools, in every conversation that has this server, called or not.</p>`,
    total > 1 && [html`<h3>${title}</h3>`, weightsHtml(heaviest)],
    html`<p class="quiet">Counted as ${encoding} in the compact JSON of name, description and input schema: what clients pass on to a model. Models with another tokenizer count differently.</p>`,
  ];
}

function originHtml({ server, facts }: ServerPage, isLive: boolean): Part {
  return [
    factsHtml(facts),
    isLive &&
      html`<p><a href="${compareUrl({ a: server.id })}" rel="nofollow">Compare it with what it listed before, or with another server</a></p>`,
    html`<h3>Crawls</h3>`,
    crawlsHtml(server.crawls),
    html`<p><a href="${apiServerUrl(server.id)}">This server as JSON</a></p>`,
  ];
}
