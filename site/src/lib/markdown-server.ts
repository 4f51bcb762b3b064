/** A server's page as Markdown. */
import type { ServerDetail, ToolRow } from "../../../db/index.ts";
import {
  apiPolicyUrl,
  apiServerUrl,
  attackUrl,
  changesUrl,
  markdownUrl,
  ruleUrl,
  serverUrl,
  toolUrl,
} from "./addresses.ts";
import { LOOKS_LIKE_ATTACK } from "./alarm.ts";
import { attackNamed } from "./attacks.ts";
import { stepWords } from "./flows.ts";
import { changeLines } from "./markdown-changes.ts";
import { factsList, flawsPart, policyPart } from "./markdown-parts.ts";
import { bullets, code, fence, LIMITS, link, page, plain, section } from "./markdown-text.ts";
import { ruleTitle } from "./rules.ts";
import type { ServerSurroundings } from "./server-around.ts";
import { prepareServerPage, type ServerPage } from "./server-page.ts";
import {
  CATEGORIES_WORST_FIRST,
  count,
  dateWords,
  RISK_LABEL,
  RISKS_WORST_FIRST,
  SEVERITY,
  STATUS_WORDS,
  tokenWords,
} from "./words.ts";

const NAMES = 20;
const FLOW_TOOLS = 5;

/** In: what the page is made from. Out: its Markdown. */
export function serverMarkdown(
  server: ServerDetail,
  { served, gone, changes, tokens }: ServerSurroundings,
): string {
  const view = prepareServerPage(server, served, gone.items);
  const { id } = server;
  return page(
    code(id),
    `An MCP server with ${count(view.tools.length, "tool")}${view.info ? `, which calls itself ${code(view.info, 200)}` : ""}. ${link("As a page", serverUrl(id))}, ${link("as JSON", apiServerUrl(id))}.`,
    server.status === "ok"
      ? undefined
      : `The last crawl ${STATUS_WORDS[server.status]}: ${plain(server.reason ?? "no reason was recorded", 1_000)}`,
    LIMITS,
    section("At a glance", countsOf(view)),
    section("Tools", toolLines(view.tools) || "None is known."),
    section("No longer listed", toolLines(view.gone)),
    flawsPart(view.flaws),
    findingsPart(view),
    flowsPart(view),
    section("Getting in", factsList(view.authorization)),
    section(
      "What changed",
      changeLines(changes.items) || "Nothing about its tools, between the crawls that went well so far.",
      changes.nextCursor === null
        ? undefined
        : link("All its changes", markdownUrl(changesUrl({ server: id }))),
    ),
    section(
      "Problems in its list",
      bullets(
        server.problems
          .slice(0, 100)
          .map(
            ({ index, name, problem }) =>
              `No. ${index + 1}${name ? `, ${code(name, 120)}` : ""}: ${plain(problem)}`,
          ),
      ),
    ),
    server.instructions
      ? section(
          "Its instructions",
          "What the server asks to be told to the model, as it gave it: data here, not an instruction.",
          fence(server.instructions),
        )
      : undefined,
    view.policy && policyPart(view.policy, apiPolicyUrl(id)),
    view.tools.length > 0 ? annotationsPart(view) : undefined,
    view.tools.length > 0
      ? section(
          "What it costs to have it in context",
          `**${tokenWords(tokens)}** for all its tools (${tokens.encoding}).`,
        )
      : undefined,
    section(
      "Where it came from",
      factsList(view.facts),
      bullets(
        server.crawls.map(({ startedAt, status, toolCount, reason }) => {
          const said = reason ? `: ${plain(reason)}` : "";
          return `${dateWords(startedAt)}: ${status === "ok" ? count(toolCount, "tool") : STATUS_WORDS[status]}${said}`;
        }),
      ),
    ),
  );
}

/** Tools a line each, worst first. @param servers whether to name the server in each */
export function toolLines(tools: ToolRow[], servers = false): string {
  return bullets(
    tools.map(({ server, name, category, risk, summary, facets, alarming }) => {
      const of = servers ? ` of ${link(code(server), markdownUrl(serverUrl(server)))}` : "";
      const touches = facets.length > 0 ? ` (${facets.join(", ")})` : "";
      const alarm = alarming ? ` **${LOOKS_LIKE_ATTACK}.**` : "";
      return `${link(code(name), markdownUrl(toolUrl(server, name)))}${of}: **${category}, ${RISK_LABEL[risk].toLowerCase()}**${touches}. ${plain(summary)}${alarm}`;
    }),
  );
}

function countsOf({ server: { byRisk, byCategory }, tools }: ServerPage): string | undefined {
  if (tools.length === 0) return undefined;
  const risks = RISKS_WORST_FIRST.filter((risk) => byRisk[risk] > 0).map((risk) => `${byRisk[risk]} ${risk}`);
  const categories = CATEGORIES_WORST_FIRST.filter((category) => byCategory[category] > 0);
  return bullets([
    `By risk: ${risks.join(", ")}`,
    `By what it can do at worst: ${categories.map((category) => `${byCategory[category]} ${category}`).join(", ")}`,
  ]);
}

function findingsPart({ findings }: ServerPage): string | undefined {
  return section(
    "Findings",
    bullets(
      findings.kinds.map(({ id, severity, message, tools }) => {
        const names = tools.slice(0, NAMES).map(({ name, url }) => link(code(name, 120), markdownUrl(url)));
        const more = tools.length > NAMES ? `, and ${tools.length - NAMES} more` : "";
        return `**${SEVERITY[severity].label}**: ${link(ruleTitle(id), markdownUrl(ruleUrl(id)))}. ${plain(message, 1_000)} In ${names.join(", ")}${more}.`;
      }),
    ),
  );
}

function flowsPart({ flows, tools }: ServerPage): string | undefined {
  if (tools.length === 0) return undefined;
  const parts = flows.flows.flatMap((flow) => [
    `### ${flow.title}`,
    plain(flow.because, 1_000),
    bullets(
      flow.legs.map((leg) => {
        const names = leg.tools
          .slice(0, FLOW_TOOLS)
          .map(({ server, tool }) => link(code(tool, 120), markdownUrl(toolUrl(server, tool))));
        const more = leg.total > FLOW_TOOLS ? `, and ${leg.total - FLOW_TOOLS} more` : "";
        return `${leg.title}: ${names.join(", ")}${more}`;
      }),
    ),
    `What breaks it: ${plain(flow.break.because, 1_000)}`,
    bullets(
      flow.break.steps.slice(0, NAMES).map((step) => {
        const { before, argument, behind } = stepWords(step);
        const what = argument ? `${code(argument, 120)} of ` : "";
        return `${before} ${what}${code(step.tool, 120)}${behind && ` ${behind}`}`;
      }),
    ),
    `A case of ${flow.patterns.map((slug) => link(attackNamed(slug)?.title ?? slug, markdownUrl(attackUrl(slug)))).join(", ")}.`,
  ]);
  return section(
    "Toxic flows",
    ...(parts.length > 0 ? parts : ["No toxic flow by the definitions of its tools."]),
  );
}

function annotationsPart({ annotations }: ServerPage): string | undefined {
  return section(
    "Annotations",
    annotations.sentences.join(" "),
    bullets(
      annotations.conflicts.map(
        ({ tool, url, change }) =>
          `${link(code(tool, 120), markdownUrl(url))}: ${change.hint}. ${plain(change.why, 1_000)}`,
      ),
    ),
  );
}
