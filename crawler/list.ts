import { toolsOf } from "./answer.ts";
import { type Ask, type Era, paramsIn } from "./eras.ts";
import type { Limits } from "./limits.ts";
import type { RequestFailure } from "./session.ts";
import type { CacheHints } from "./types.ts";

/** The raw text of each page, with notes on a list that we cut off; or which page failed. */
export type Listed =
  | { ok: true; raw: string[]; notes: string[]; cache?: CacheHints; cut: boolean }
  | {
      ok: false;
      page: number;
      failure: RequestFailure | { kind: "bad-result"; problem: string };
      raw: string[];
      cache?: CacheHints;
    };

/**
 * Follows `tools/list` to its last page (MCP 2025-11-25, Pagination), within the limits on pages, tools and time.
 *
 * @param deadline on the clock of `performance.now()`
 */
export async function listPages(ask: Ask, era: Era, limits: Limits, deadline: number): Promise<Listed> {
  const raw: string[] = [];
  const cursors = new Set<string>();
  let cache: CacheHints | undefined;
  let cursor: string | undefined;
  let count = 0;
  const done = (note?: string): Listed => ({
    ok: true,
    raw,
    notes: note === undefined ? [] : [note],
    ...(cache === undefined ? {} : { cache }),
    cut: note !== undefined,
  });
  for (let page = 1; ; page++) {
    const left = deadline - performance.now();
    const late = `Listing stopped after ${page - 1} ${page === 2 ? "page" : "pages"}, because it took ${limits.listMs / 1_000} s; the server has more.`;
    if (left <= 0 && page > 1) return done(late);
    const timeoutMs = Math.max(1, Math.min(limits.requestMs, Math.ceil(left)));
    const reply = await ask("tools/list", paramsIn(era, cursor === undefined ? {} : { cursor }), timeoutMs);
    const fail = (failure: RequestFailure | { kind: "bad-result"; problem: string }): Listed => ({
      ok: false,
      page,
      failure,
      raw,
      ...(cache === undefined ? {} : { cache }),
    });
    if (!reply.ok) {
      const outOfTime = reply.failure.kind === "timeout" && performance.now() >= deadline - 1;
      return outOfTime && page > 1 ? done(late) : fail(reply.failure);
    }
    const tools = toolsOf(reply.result);
    if (tools === undefined) return fail({ kind: "bad-result", problem: 'has no "tools" array' });
    const result = reply.result as Record<string, unknown>;
    cache = strictest(cache, result);
    const text = textOf(result, tools);
    // The same page again under another cursor: a server that doesn't page at all, or never stops.
    if (page > 1 && raw.includes(text))
      return done(`Page ${page} repeated an earlier one; listing stopped there.`);
    raw.push(text);
    count += tools.length;
    const next = result.nextCursor;
    if (typeof next !== "string") return done();
    if (cursors.has(next))
      return done(`Page ${page} led back to a cursor already used; listing stopped there.`);
    if (page >= limits.pages) return done(`Listing stopped after ${page} pages; the server has more.`);
    if (count >= limits.tools) return done(`Listing stopped after ${count} tools; the server has more.`);
    cursors.add(next);
    cursor = next;
  }
}

/** The hints of all pages so far and of one more: the shortest life, and private if one of them is. */
function strictest(before: CacheHints | undefined, page: Record<string, unknown>): CacheHints | undefined {
  const { ttlMs, cacheScope } = page;
  const life = typeof ttlMs === "number" && Number.isSafeInteger(ttlMs) && ttlMs >= 0 ? ttlMs : undefined;
  const scopes = [before?.scope, cacheScope];
  const scope = (["private", "public"] as const).find((one) => scopes.includes(one));
  const lives = [before?.ttlMs, life].filter((one) => one !== undefined);
  if (scope === undefined && lives.length === 0) return undefined;
  return {
    ...(lives.length === 0 ? {} : { ttlMs: Math.min(...lives) }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/**
 * A page's text. A tool that is nested too deeply to be written (`JSON.stringify` recurses) is replaced by a remark,
 * so that the others live; the tool-by-tool check then reports it.
 */
function textOf(result: Record<string, unknown>, tools: unknown[]): string {
  try {
    return JSON.stringify(result);
  } catch {
    return JSON.stringify({ tools: tools.map(writable), nextCursor: result.nextCursor });
  }
}

function writable(tool: unknown): unknown {
  try {
    JSON.stringify(tool);
    return tool;
  } catch {
    return "(nested too deeply to be kept)";
  }
}
