/** The own parts of pages of tools and servers, for a static build and for the live site. */
import type { ServerDetail, ToolDetail } from "../db/index.ts";
import { headHtml } from "../site/src/html/head.ts";
import { type ServerShow, serverHtml } from "../site/src/html/server.ts";
import { toolHtml } from "../site/src/html/tool.ts";
import type { Absolute } from "../site/src/lib/head.ts";
import { type ServerSurroundings, serverPageHead } from "../site/src/lib/server-around.ts";
import { prepareServerPage } from "../site/src/lib/server-page.ts";
import { type ToolSurroundings, toolPageHead } from "../site/src/lib/tool-around.ts";
import { prepareToolPage } from "../site/src/lib/tool-page.ts";
import type { OwnParts } from "./_page-frame.ts";

interface Whole {
  /** Makes whole addresses; absent where the site's own is not known. */
  absolute?: Absolute;
  /** Whether there is no picture for each page. */
  shared?: boolean;
}

export function toolParts(tool: ToolDetail, around: ToolSurroundings, { absolute, shared }: Whole): OwnParts {
  return {
    head: headHtml(toolPageHead(tool, shared), absolute),
    content: toolHtml(prepareToolPage(tool), around),
  };
}

/** @param show how the page is shown, to somebody who asks for it without any parameters */
export function serverParts(
  server: ServerDetail,
  around: ServerSurroundings,
  { absolute, shared, ...show }: Whole & Pick<ServerShow, "isLive" | "isOpen">,
): OwnParts {
  const page = prepareServerPage(server, around.served, around.gone.items);
  return {
    head: headHtml(serverPageHead(server, page.tools.length, shared), absolute),
    content: serverHtml(page, around, { ...show, absolute, params: new URLSearchParams() }),
  };
}
