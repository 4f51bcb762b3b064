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
import { type Frames, frameOf, type OwnParts } from "./_build-frame.ts";
import { type Answer, text } from "./_build-render.ts";

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
 * @param frames all servers of one build share them
 */
export function toolAnswers(catalog: Catalog, site: string | undefined, frames: Frames): ToolAnswers {
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
      if (live === page)
        return frames.tool && { ...text("text/html", ""), page: { frame: frames.tool, own: own(at) } };
      if (live === markdownUrl(page)) return text("text/markdown", toolMarkdown(tool, around));
      if (live !== apiToolUrl(tool.server, tool.name)) return undefined;
      return { ...text("application/json", ""), value: apiToolDetail(tool, changes) };
    },
    learn(live, { status, body }) {
      if (at && !frames.tool && live === at.page && status === 200) frames.tool = frameOf(body, own(at));
    },
  };
}
