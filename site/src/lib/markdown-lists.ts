/** The home page and the lists as Markdown. */
import { CATEGORIES, FACETS, RISKS } from "../../../classifier/index.ts";
import {
  attacksUrl,
  categoryUrl,
  changesUrl,
  facetUrl,
  llmsUrl,
  markdownUrl,
  methodUrl,
  riskUrl,
  rulesUrl,
  serversUrl,
  serverUrl,
  type ToolQuery,
  toolsUrl,
} from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { pageQuery, readQuery } from "./filters.ts";
import { toolLines } from "./markdown-server.ts";
import { bullets, code, LIMITS, link, page, plain, section, table } from "./markdown-text.ts";
import { RISKIEST_ORDER, riskiestTools } from "./riskiest.ts";
import { foundText, isCursorError, toolList } from "./tool-list.ts";
import {
  CATEGORIES_WORST_FIRST,
  CATEGORY_MEANING,
  count,
  FACET_MEANING,
  RISK_LABEL,
  RISK_MEANING,
  RISKS_WORST_FIRST,
} from "./words.ts";

export interface MarkdownAnswer {
  status: number;
  text: string;
}

/** The home page. */
export async function homeMarkdown(catalog: Catalog): Promise<MarkdownAnswer> {
  const [stats, tools] = await Promise.all([catalog.stats(), riskiestTools(catalog)]);
  const text = page(
    "Placard: the open risk catalog of MCP tools",
    `What each MCP tool can do, how bad that can get, the words that prove it, and a policy your gateway can load. ${count(stats.tools, "tool")} of ${count(stats.servers, "server")}.`,
    LIMITS,
    section(
      "Lists",
      bullets([
        link("Servers", markdownUrl(serversUrl())),
        link("Tools", markdownUrl(toolsUrl())),
        link("Changes", markdownUrl(changesUrl())),
        link("Rules", markdownUrl(rulesUrl())),
        link("Attack patterns", markdownUrl(attacksUrl())),
        link("Method", markdownUrl(methodUrl())),
        link("For language models", llmsUrl()),
      ]),
    ),
    section(
      "By risk",
      table(
        ["Risk", "Tools"],
        RISKS_WORST_FIRST.map((risk) => [
          link(RISK_LABEL[risk], markdownUrl(riskUrl(risk))),
          String(stats.byRisk[risk]),
        ]),
      ),
    ),
    section(
      "By what it can do at worst",
      table(
        ["Category", "Tools", "Meaning"],
        CATEGORIES_WORST_FIRST.map((category) => [
          link(category, markdownUrl(categoryUrl(category))),
          String(stats.byCategory[category]),
          CATEGORY_MEANING[category],
        ]),
      ),
    ),
    tools.length > 0 ? section("Riskiest tools", RISKIEST_ORDER, toolLines(tools, true)) : undefined,
  );
  return { status: 200, text };
}

/** All tools, with the filters of the address. */
export function toolsMarkdown(catalog: Catalog, params: URLSearchParams): Promise<MarkdownAnswer> {
  return listMarkdown(catalog, params, {
    title: "Tools",
    text: params.get("text") ? "Tools, best match first." : "All tools in the catalog, worst first.",
    fixed: {},
  });
}

/** The tools of one risk, category or facet; undefined when the address is of none. */
export function kindMarkdown(
  catalog: Catalog,
  params: URLSearchParams,
  path: string,
): Promise<MarkdownAnswer> | undefined {
  const risk = RISKS.find((each) => riskUrl(each) === path);
  if (risk)
    return listMarkdown(catalog, params, {
      title: RISK_LABEL[risk],
      text: RISK_MEANING[risk],
      fixed: { risk },
    });
  const category = CATEGORIES.find((each) => categoryUrl(each) === path);
  if (category)
    return listMarkdown(catalog, params, {
      title: `${category} tools`,
      text:
        category === "Unknown"
          ? "The definition does not say enough to tell what these tools do. That never means harmless."
          : `The most severe thing a caller can make these tools do: ${CATEGORY_MEANING[category]}.`,
      fixed: { category },
    });
  const facet = FACETS.find((each) => facetUrl(each) === path);
  if (facet)
    return listMarkdown(catalog, params, {
      title: facet,
      text: `Each of these tools ${FACET_MEANING[facet]}.`,
      fixed: { facet },
    });
  return undefined;
}

async function listMarkdown(
  catalog: Catalog,
  params: URLSearchParams,
  { title, text, fixed }: { title: string; text: string; fixed: ToolQuery },
): Promise<MarkdownAnswer> {
  const urlOf = (query: ToolQuery) => toolsUrl({ ...query, ...fixed });
  const list = await toolList(catalog, params, fixed, urlOf);
  const { cursor: _cursor, limit: _limit, ...filters } = list.query;
  const given = Object.entries(filters).filter(([key, value]) => value !== undefined && !(key in fixed));
  const markdown = page(
    title,
    text,
    given.length > 0
      ? `Only ${given.map(([key, value]) => `${key} ${code(String(value))}`).join(", ")}.`
      : undefined,
    list.problem && plain(list.problem),
    bullets(list.ignored.map((sentence) => plain(sentence))),
    list.page.instead &&
      `No tool has the words that were asked for. These are the tools for ${code(list.page.instead)}.`,
    foundText(list.page),
    toolLines(list.page.items, true) || "No tool fits.",
    `${link("As a page", urlOf(filters))}${list.next ? `, ${link("more", markdownUrl(list.next))}` : ""}.`,
  );
  return { status: list.status ?? 200, text: markdown };
}

/** All servers. */
export async function serversMarkdown(catalog: Catalog, params: URLSearchParams): Promise<MarkdownAnswer> {
  const read = readQuery(params, pageQuery);
  const asked = await catalog.servers(read.ok ? read.value : {}).catch((error: unknown) => {
    if (isCursorError(error)) return error.message;
    throw error;
  });
  const found = typeof asked === "string" ? { items: [], nextCursor: null } : asked;
  const problem = typeof asked === "string" ? asked : read.ok ? undefined : read.problem.detail;
  const lines = found.items.map(({ id, status, toolCount, byRisk }) => {
    const risks = RISKS_WORST_FIRST.filter((risk) => byRisk[risk] > 0).map(
      (risk) => `${byRisk[risk]} ${risk}`,
    );
    const state = status === "ok" ? "" : ` Its last crawl did not go well (${status}).`;
    return `${link(code(id), markdownUrl(serverUrl(id)))}: ${count(toolCount, "tool")}${risks.length > 0 ? ` (${risks.join(", ")})` : ""}.${state}`;
  });
  const next = found.nextCursor ? markdownUrl(serversUrl({ cursor: found.nextCursor })) : undefined;
  const text = page(
    "Servers",
    "All MCP servers in the catalog with the risks of their tools.",
    problem && plain(problem),
    bullets(lines) || "No server has been crawled yet.",
    `${link("As a page", serversUrl())}${next ? `, ${link("more", next)}` : ""}.`,
  );
  return { status: problem ? 400 : 200, text };
}
