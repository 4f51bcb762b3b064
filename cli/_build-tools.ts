/**
 * Answers for a tool's page, its Markdown and its JSON, made by the functions that the site's own routes call. Of these
 * there are three for each tool: through the routes they would take twice as long.
 */
import type { ChangeRow, ToolDetail } from "../db/index.ts";
import { apiToolDetail } from "../site/src/api/map.ts";
import { apiToolUrl, markdownUrl, toolUrl } from "../site/src/lib/addresses.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import { absoluteUrl } from "../site/src/lib/head.ts";
import { toolMarkdown } from "../site/src/lib/markdown-tool.ts";
import { aroundTool, type ToolSurroundings } from "../site/src/lib/tool-around.ts";
import { type Answer, text } from "./_build-render.ts";
import { toolParts } from "./_own-parts.ts";
import { type Frames, frameOf } from "./_page-frame.ts";

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
  const whole = { absolute: site === undefined ? undefined : absoluteUrl(site), shared: true };
  const own = ({ tool, around }: Asked) => toolParts(tool, around, whole);
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
