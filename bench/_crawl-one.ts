import { crawlServer, parseSource } from "../crawler/index.ts";
import type { CrawlContext, ParsedSource } from "../crawler/source.ts";

/** Crawls the one server behind a source as `placard crawl` does. @throws when that fails or finds no tools */
export async function crawlOne(parsed: ParsedSource, home: string): Promise<void> {
  if (!parsed.ok) throw new Error(parsed.reason);
  const { source } = parsed;
  // These sources know their server without asking anybody.
  for await (const reference of source.list({ home } as CrawlContext)) {
    const { status, reason, tools } = await crawlServer(source, reference, { home });
    if (status !== "ok" || tools.length === 0) throw new Error(reason ?? "no tools");
  }
}

/** The remotes of `_remote.ts`: every path is a server. */
export const urlOf = (port: number, server: number): string => `http://127.0.0.1:${port}/server-${server}`;

/** Crawls one of them, and throws where that fails. */
export const crawlRemote = (port: number, server: number, home: string): Promise<void> =>
  crawlOne(parseSource(urlOf(port, server)), home);
