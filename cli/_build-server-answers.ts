/**
 * Answers for a server's page, its Markdown, its JSON and its policies, made by the functions that the site's own routes
 * call: there are eighteen for each server, and a route costs as much as a tool.
 */
import type { ServerDetail, ToolPage } from "../db/index.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../policy/export/index.ts";
import { apiAnnotations, apiServerDetail, apiTool } from "../site/src/api/map.ts";
import {
  apiAnnotationsUrl,
  apiPolicyUrl,
  apiServerUrl,
  apiToolsUrl,
  markdownUrl,
  serverUrl,
} from "../site/src/lib/addresses.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import { absoluteUrl } from "../site/src/lib/head.ts";
import { serverMarkdown } from "../site/src/lib/markdown-server.ts";
import { writePolicy } from "../site/src/lib/policy-document.ts";
import { REFERENCE } from "../site/src/lib/policy-query.ts";
import { MOST_TOOLS } from "../site/src/lib/policy-servers.ts";
import { aroundServer, type ServerSurroundings } from "../site/src/lib/server-around.ts";
import { type Answer, text } from "./_build-render.ts";
import { serverParts } from "./_own-parts.ts";
import { type Frames, frameOf } from "./_page-frame.ts";

/** Tools on a page of its list in the API. */
export const LISTED = 200;

export interface ServerAnswers {
  /** Undefined for what only the site's routes answer, and while there is no frame. */
  answer(live: string): Answer | undefined;
  /** Told what the site answers, to learn the frame. */
  learn(live: string, answer: Answer): void;
}

/**
 * @param site scheme and host that the site calls its own; absent where it has none
 * @param frames all servers of one build share them
 */
export async function serverAnswers(
  catalog: Catalog,
  id: string,
  { site, frames }: { site?: string; frames: Frames },
): Promise<ServerAnswers> {
  const server = await catalog.server(id);
  if (!server) return { answer: () => undefined, learn: () => {} };
  const around = await aroundServer(catalog, id);
  const list = await catalog.tools({ server: id, limit: LISTED, gone: false, sort: "server" });
  const absolute = site === undefined ? undefined : absoluteUrl(site);
  const own = () => serverParts(server, around, { absolute, shared: true, isLive: false, isOpen: true });
  const made = answersOf(server, around, list);
  const page = serverUrl(id);
  return {
    answer(live) {
      if (live !== page) return made.get(live)?.();
      return frames.server && { ...text("text/html", ""), page: { frame: frames.server, own: own() } };
    },
    learn(live, { status, body }) {
      if (!frames.server && live === page && status === 200) frames.server = frameOf(body, own());
    },
  };
}

/** By address. What a route would refuse is left to the route. */
function answersOf(
  server: ServerDetail,
  around: ServerSurroundings,
  list: ToolPage,
): Map<string, () => Answer | undefined> {
  const { id } = server;
  const { served, tokens } = around;
  const json = (value: object): Answer => ({ ...text("application/json", ""), value });
  const made = new Map<string, () => Answer | undefined>([
    [markdownUrl(serverUrl(id)), () => text("text/markdown", serverMarkdown(server, around))],
    [apiServerUrl(id), () => json(apiServerDetail(server, served, tokens))],
    [apiAnnotationsUrl(id), () => json(apiAnnotations({ server: id, tools: served }))],
  ]);
  if (list.nextCursor === null)
    made.set(apiToolsUrl({ server: id, limit: LISTED }), () =>
      json({ items: list.items.map(apiTool), nextCursor: null }),
    );
  if (served.length === 0 || served.length > MOST_TOOLS) return made;
  const policy = (format: ExportFormat) => () => {
    const written = writePolicy([{ server: id, tools: served }], {
      format,
      preset: "recommended",
      aliases: new Map(),
    });
    return written.ok ? text(format.mediaType, written.text) : undefined;
  };
  made.set(apiPolicyUrl(id), policy(REFERENCE));
  for (const format of EXPORT_FORMATS) made.set(apiPolicyUrl(id, { format: format.id }), policy(format));
  return made;
}
