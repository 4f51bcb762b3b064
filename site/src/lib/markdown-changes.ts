/** Changes as Markdown. */
import type { ChangeRow } from "../../../db/index.ts";
import { changesUrl, feedUrl, markdownUrl, serverUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { changeList } from "./change-list.ts";
import { changedServers } from "./changes.ts";
import { bullets, code, link, page, plain } from "./markdown-text.ts";
import { dateWords } from "./words.ts";

/** The list of changes with the filters of the address. */
export async function changesMarkdown(
  catalog: Catalog,
  params: URLSearchParams,
): Promise<{ status: number; text: string }> {
  const list = await changeList(catalog, params);
  const { cursor: _cursor, limit: _limit, ...query } = list.query;
  const text = page(
    "Changes",
    "What servers changed about their tools from one crawl to the next, newest first. A verdict is here only where the server changed the definition, never because our rules did.",
    list.problem && plain(list.problem),
    bullets(list.ignored.map((sentence) => plain(sentence))),
    query.server &&
      `Only of ${link(code(query.server), markdownUrl(serverUrl(query.server)))}${query.tool === undefined ? "" : `, tool ${code(query.tool)}`}.`,
    changeLines(list.page.items, true) || "Nothing has changed so far.",
    `${link("As a page", changesUrl(query))}, ${link("as Atom", feedUrl("atom", query))}${list.next ? `, ${link("older changes", markdownUrl(list.next))}` : ""}.`,
  );
  return { status: list.status ?? 200, text };
}

/** Changes a line each. @param servers whether to name the server in each */
export function changeLines(rows: ChangeRow[], servers = false): string {
  return bullets(
    changedServers(rows).flatMap(({ server, at, tools }) =>
      tools.flatMap(({ name, url, lines }) =>
        lines.map(({ label, details, was }) => {
          const of = servers ? ` of ${link(code(server), markdownUrl(serverUrl(server)))}` : "";
          const former = was ? [`it was called ${code(was.name)}`] : [];
          const more = [...details, ...former].join("; ");
          return `${dateWords(at)}: **${label}**: ${link(code(name), markdownUrl(url))}${of}${more && `: ${more}`}`;
        }),
      ),
    ),
  );
}
