/**
 * Answers for a tool's page, its Markdown and its JSON, made by the functions that the site's own routes call. Of these
 * there are three for each tool: through the routes they would take twice as long.
 */
import type { ChangeRow, ToolDetail } from "../db/index.ts";
import { apiToolDetail } from "../site/src/api/map.ts";
import { headHtml } from "../site/src/html/head.ts";
import { toolHtml } from "../site/src/html/tool.ts";
import { apiToolUrl, markdownUrl, toolUrl } from "../site/src/lib/addresses.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import { absoluteUrl } from "../site/src/lib/head.ts";
import { toolMarkdown } from "../site/src/lib/markdown-tool.ts";
import { aroundTool, type ToolSurroundings, toolPageHead } from "../site/src/lib/tool-around.ts";
import { prepareToolPage } from "../site/src/lib/tool-page.ts";
import { type Frame, frameOf, type OwnParts } from "./_build-frame.ts";
import type { Answer } from "./_build-render.ts";

/** What stands around the content of tools' pages; known when the site has made one. */
export interface ToolFrame {
  frame?: Frame;
}

export interface ToolAnswers {
  /** The tool that is asked about from now on. */
  begin(tool: ToolDetail): Promise<void>;
  /** An answer about that tool; undefined for every other address, and while there is no frame. */
  answer(live: string): Answer | undefined;
  /** Told what the site answers, to learn the frame. */
  learn(live: string, answer: Answer): void;
}

/** All that is asked of one tool. */
interface Asked {
  tool: ToolDetail;
  around: ToolSurroundings;
  changes: ChangeRow[];
  page: string;
}

/**
 * @param site scheme and host that the site calls its own; absent where it has none
 * @param known the frame; all servers of one build share it
 */
export function toolAnswers(catalog: Catalog, site: string | undefined, known: ToolFrame): ToolAnswers {
  let at: Asked | undefined;
  const own = ({ tool, around }: Asked): OwnParts => ({
    head: headHtml(toolPageHead(tool, true), site === undefined ? undefined : absoluteUrl(site)),
    content: toolHtml(prepareToolPage(tool), around),
  });
  return {
    async begin(tool) {
      const { server, name } = tool;
      const around = await aroundTool(catalog, tool);
      const { items: changes } = await catalog.changes({ server, tool: name });
      at = { tool, around, changes, page: toolUrl(server, name) };
    },
    answer(live) {
      if (!at) return undefined;
      const { tool, around, changes, page } = at;
      if (live === page) return known.frame && text("text/html", known.frame(own(at)));
      if (live === markdownUrl(page)) return text("text/markdown", toolMarkdown(tool, around));
      if (live !== apiToolUrl(tool.server, tool.name)) return undefined;
      return { ...text("application/json", ""), value: apiToolDetail(tool, changes) };
    },
    learn(live, { status, body }) {
      if (at && !known.frame && live === at.page && status === 200) known.frame = frameOf(body, own(at));
    },
  };
}

function text(type: string, body: string): Answer {
  return { status: 200, type: `${type}; charset=utf-8`, body };
}
