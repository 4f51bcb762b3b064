import { isRecord } from "../classifier/record.ts";
import { CLIENT_CAPABILITIES, type Era, type Opened, type OpeningFailure, open } from "./eras.ts";
import type { Limits } from "./limits.ts";
import { type Listed, listPages } from "./list.ts";
import { patiently } from "./patience.ts";
import { METHOD_NOT_FOUND, openSession, type RequestFailure, type Session } from "./session.ts";
import type { CrawlStage, Facts } from "./source.ts";
import type { Transport } from "./transport.ts";
import type { LaunchConditions } from "./types.ts";

const LIST_CHANGED = "notifications/tools/list_changed";

/** Where asking stopped, and why. */
export type AskFailure = {
  /** What was asked: `initialize`, `server/discover` or `tools/list`. */
  method: string;
  page: number;
  noise?: string;
} & (RequestFailure | { kind: "bad-result"; problem: string });

/** How the list was asked for: what of `LaunchConditions` only the conversation knows. */
export type Terms = Pick<LaunchConditions, "clientCapabilities" | "era" | "protocolVersion">;

/** The raw text of each page, with notes on lists that we cut off; or what went wrong. */
export type Asked =
  | { ok: true; raw: string[]; notes: string[]; facts: Facts; terms: Terms }
  | { ok: false; failure: AskFailure; raw: string[]; facts: Facts; terms: Terms };

/**
 * Which eras to try on a program, and in which order. The specification would probe with `server/discover` first; every
 * program on record still answers `initialize`, some end at anything else, and a program has one life to spend.
 */
export const STDIO_ERAS: readonly Era[] = ["handshake", "stateless"];

/**
 * Which eras to try on a remote, and in which order: as MCP 2026-07-28 has it (Streamable HTTP, Backward Compatibility).
 * A server of both eras says only in the newer one whether its list may be passed on (`cacheScope`), so it has to be
 * asked there first; an older server costs one request more.
 */
export const HTTP_ERAS: readonly Era[] = ["stateless", "handshake"];

/**
 * Asks a server for its tools: opens the conversation in the first era it speaks, then `tools/list` to the last page.
 * Sends nothing else, never calls a tool. Doesn't close the transport.
 *
 * @param limits `startMs` bounds the answer to `initialize`, `requestMs` each page, `listMs` all of them
 * @throws the signal's reason when it aborts
 */
export async function askForTools(
  transport: Transport,
  limits: Limits,
  signal: AbortSignal,
  onStage: (stage: CrawlStage, detail?: string) => void,
  eras: readonly Era[] = STDIO_ERAS,
): Promise<Asked> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  aborted.promise.catch(() => {});
  try {
    return await Promise.race([
      converse(openSession(transport), transport, limits, onStage, eras),
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
  eras: readonly Era[],
): Promise<Asked> {
  const patient: Session = { ...session, request: patiently(session, limits.retryAfterMs) };
  const opened = await openFirst(patient, transport, limits, eras);
  if (!opened.ok) {
    const { method, failure } = opened;
    const noise = session.noise();
    const told = noise === undefined ? {} : { noise };
    const terms = { clientCapabilities: CLIENT_CAPABILITIES };
    return { ok: false, failure: { method, page: 1, ...told, ...failure }, raw: [], facts: {}, terms };
  }
  onStage("listing");
  const { era, facts } = opened;
  const { protocolVersion } = facts;
  const terms: Terms = {
    clientCapabilities: CLIENT_CAPABILITIES,
    era,
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
  };
  const deadline = performance.now() + limits.listMs;
  let listed = await listSettled(patient, transport, era, limits, facts, deadline);
  if (!listed.ok && hasExpired(listed.failure)) {
    // Once over: a session that ends while a list is read would end again.
    transport.forget?.();
    const again = await open(era, patient.request, session, transport, limits);
    if (again.ok) listed = await listSettled(patient, transport, era, limits, facts, deadline);
  }
  const known = { ...facts, ...(listed.cache === undefined ? {} : { cache: listed.cache }) };
  const { raw } = listed;
  if (listed.ok) return { ok: true, raw, notes: listed.notes, facts: known, terms };
  const failure: AskFailure = { method: "tools/list", page: listed.page, ...listed.failure };
  return { ok: false, failure, raw, facts: known, terms };
}

/** Opens the conversation in the first era that works. Where none does, the handshake's failure says the most. */
async function openFirst(
  session: Session,
  transport: Transport,
  limits: Limits,
  eras: readonly Era[],
): Promise<Opened> {
  let worst: ({ ok: false } & OpeningFailure) | undefined;
  for (const era of eras) {
    const opened = await open(era, session.request, session, transport, limits);
    if (opened.ok) return opened;
    if (worst === undefined || opened.method === "initialize") worst = opened;
    if (!opened.mayBeOther) return worst;
  }
  return worst as { ok: false } & OpeningFailure;
}

function hasExpired(failure: RequestFailure | { kind: "bad-result" }): boolean {
  return failure.kind === "lost" && failure.loss.kind === "session-expired";
}

/**
 * Lists, and lists once more when the server says that its list changed: some register tools only after
 * `initialized`. Only servers that declare `tools.listChanged` are waited for, and only in the handshake era: later
 * a list does not change by itself without a subscription.
 */
async function listSettled(
  session: Session,
  transport: Transport,
  era: Era,
  limits: Limits,
  facts: Facts,
  deadline: number,
): Promise<Listed> {
  const mayChange = era === "handshake" && declaresListChanged(facts);
  if (mayChange) transport.listen?.();
  const first = await listPages(session.request, era, limits, deadline);
  if (!first.ok) return hasNoTools(first, facts) ? { ok: true, raw: [], notes: [], cut: false } : first;
  if (mayChange && session.notifications(LIST_CHANGED) === 0) {
    await new Promise((resolve) => setTimeout(resolve, limits.settleMs));
  }
  if (session.notifications(LIST_CHANGED) === 0) return first;
  const second = await listPages(session.request, era, limits, deadline);
  return second.ok && (first.cut || !second.cut) ? second : first;
}

function declaresListChanged(facts: Facts): boolean {
  const tools = facts.capabilities?.tools;
  return isRecord(tools) && tools.listChanged === true;
}

/** A server that offers only prompts or resources is fine; it has no tools. */
function hasNoTools({ failure, page }: Extract<Listed, { ok: false }>, facts: Facts): boolean {
  const code =
    failure.kind === "error"
      ? failure.error.code
      : failure.kind === "lost" && failure.loss.kind === "http-status"
        ? failure.loss.code
        : undefined;
  if (code === undefined || page !== 1) return false;
  return code === METHOD_NOT_FOUND || (facts.capabilities !== undefined && !("tools" in facts.capabilities));
}
