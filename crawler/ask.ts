import { plain, storableObject, storableText } from "./_text.ts";
import { toolsOf } from "./answer.ts";
import type { Limits } from "./limits.ts";
import { isRecord, METHOD_NOT_FOUND, openSession, type RequestFailure, type Session } from "./session.ts";
import type { CrawlStage, Facts } from "./source.ts";
import type { Transport } from "./transport.ts";
import { VERSION } from "./version.ts";

/** The newest revision that still has `initialize`; we take whichever a server answers. */
const PROTOCOL_VERSION = "2025-11-25";

/** What we declare: nothing, because a list may depend on it and nothing is what every client has. */
export const CLIENT_CAPABILITIES: Record<string, unknown> = {};

const LIST_CHANGED = "notifications/tools/list_changed";

/** Where asking stopped, and why. */
export type AskFailure = { method: "initialize" | "tools/list"; page: number; noise?: string } & (
  | RequestFailure
  | { kind: "bad-result"; problem: string }
);

/** The raw text of each page, with notes on lists that we cut off; or what went wrong. */
export type Asked =
  | { ok: true; raw: string[]; notes: string[]; facts: Facts }
  | { ok: false; failure: AskFailure; raw: string[]; facts: Facts };

/**
 * Asks a server for its tools: `initialize`, `notifications/initialized`, then `tools/list` to the last page
 * (MCP 2025-11-25, Lifecycle and Pagination). Sends nothing else, never calls a tool. Doesn't close the transport.
 *
 * @param limits `startMs` bounds the answer to `initialize`, `requestMs` each page
 * @throws the signal's reason when it aborts
 */
export async function askForTools(
  transport: Transport,
  limits: Limits,
  signal: AbortSignal,
  onStage: (stage: CrawlStage, detail?: string) => void,
): Promise<Asked> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  aborted.promise.catch(() => {});
  try {
    return await Promise.race([
      converse(openSession(transport), transport, limits, onStage),
      aborted.promise,
    ]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function converse(
  session: Session,
  transport: Transport,
  limits: Limits,
  onStage: (stage: CrawlStage, detail?: string) => void,
): Promise<Asked> {
  const params = {
    protocolVersion: PROTOCOL_VERSION,
    capabilities: CLIENT_CAPABILITIES,
    clientInfo: { name: "placard", version: VERSION },
  };
  const hello = await session.request("initialize", params, limits.startMs);
  const noise = session.noise();
  const told = noise === undefined ? {} : { noise };
  if (!hello.ok)
    return {
      ok: false,
      failure: { method: "initialize", page: 1, ...told, ...hello.failure },
      raw: [],
      facts: {},
    };
  if (!isRecord(hello.result)) {
    const failure = {
      method: "initialize",
      page: 1,
      ...told,
      kind: "bad-result",
      problem: "is no object",
    } as const;
    return { ok: false, failure, raw: [], facts: {} };
  }
  const facts = readHello(hello.result);
  if (facts.protocolVersion !== undefined) transport.agree(facts.protocolVersion);
  session.notify("notifications/initialized");
  onStage("listing");

  const listed = await listSettled(session, limits, facts);
  return { ...listed, facts };
}

function readHello(result: Record<string, unknown>): Facts {
  const { protocolVersion, serverInfo, instructions, capabilities } = result;
  return {
    ...(typeof protocolVersion === "string" ? { protocolVersion: plain(protocolVersion, 40) } : {}),
    ...(typeof instructions === "string" ? { instructions: storableText(instructions) } : {}),
    ...(isRecord(serverInfo) ? { serverInfo: storableObject(serverInfo) } : {}),
    ...(isRecord(capabilities) ? { capabilities: storableObject(capabilities) } : {}),
  };
}

type Listed =
  | { ok: true; raw: string[]; notes: string[] }
  | { ok: false; failure: AskFailure; raw: string[] };

/**
 * Lists, and lists once more when the server says that its list changed: some register tools only after
 * `initialized`. Only servers that declare `tools.listChanged` are waited for.
 */
async function listSettled(session: Session, limits: Limits, facts: Facts): Promise<Listed> {
  const first = await listPages(session, limits);
  if (!first.ok) return hasNoTools(first.failure, facts) ? { ok: true, raw: [], notes: [] } : first;
  const tools = facts.capabilities?.tools;
  if (isRecord(tools) && tools.listChanged === true && session.notifications(LIST_CHANGED) === 0) {
    await new Promise((resolve) => setTimeout(resolve, limits.settleMs));
  }
  if (session.notifications(LIST_CHANGED) === 0) return first;
  const second = await listPages(session, limits);
  return second.ok ? second : first;
}

/** A server that offers only prompts or resources is fine; it has no tools. */
function hasNoTools(failure: AskFailure, facts: Facts): boolean {
  if (failure.kind !== "error" || failure.page !== 1) return false;
  return (
    failure.error.code === METHOD_NOT_FOUND ||
    (facts.capabilities !== undefined && !("tools" in facts.capabilities))
  );
}

async function listPages(session: Session, limits: Limits): Promise<Listed> {
  const raw: string[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let count = 0;
  for (let page = 1; ; page++) {
    const reply = await session.request(
      "tools/list",
      cursor === undefined ? {} : { cursor },
      limits.requestMs,
    );
    const fail = (failure: RequestFailure | { kind: "bad-result"; problem: string }): Listed => ({
      ok: false,
      failure: { method: "tools/list", page, ...failure },
      raw,
    });
    if (!reply.ok) return fail(reply.failure);
    const tools = toolsOf(reply.result);
    if (tools === undefined) return fail({ kind: "bad-result", problem: 'has no "tools" array' });
    const text = textOf(reply.result as Record<string, unknown>, tools);
    // The same page again under another cursor: a server that doesn't page at all, or never stops.
    if (page > 1 && raw.includes(text))
      return { ok: true, raw, notes: [`Page ${page} repeated an earlier one; listing stopped there.`] };
    raw.push(text);
    count += tools.length;
    const next = (reply.result as Record<string, unknown>).nextCursor;
    if (typeof next !== "string") return { ok: true, raw, notes: [] };
    if (cursors.has(next))
      return {
        ok: true,
        raw,
        notes: [`Page ${page} led back to a cursor already used; listing stopped there.`],
      };
    if (page >= limits.pages)
      return { ok: true, raw, notes: [`Listing stopped after ${page} pages; the server has more.`] };
    if (count >= limits.tools)
      return { ok: true, raw, notes: [`Listing stopped after ${count} tools; the server has more.`] };
    cursors.add(next);
    cursor = next;
  }
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
