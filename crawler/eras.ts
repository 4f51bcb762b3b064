import { isRecord } from "../classifier/record.ts";
import { plain, storableObject, storableText } from "./_text.ts";
import type { Limits } from "./limits.ts";
import type { Reply, RequestFailure, Session } from "./session.ts";
import type { Facts } from "./source.ts";
import type { Transport } from "./transport.ts";
import { VERSION } from "./version.ts";

/** How the protocol is spoken: with `initialize` (up to 2025-11-25), or with each request on its own (from 2026-07-28). */
export type Era = "handshake" | "stateless";

/** The newest revision that still has `initialize`; we take whichever a server answers. */
const HANDSHAKE_VERSION = "2025-11-25";

/** The revision whose requests stand on their own. */
const STATELESS_VERSION = "2026-07-28";

/** What we declare: nothing, because a list may depend on it and nothing is what every client has. */
export const CLIENT_CAPABILITIES: Record<string, unknown> = {};

const CLIENT_INFO = { name: "placard", version: VERSION };

const PREFIX = "io.modelcontextprotocol/";

/** What every stateless request carries (MCP 2026-07-28, Overview, `_meta`). */
const STATELESS_META = {
  [`${PREFIX}protocolVersion`]: STATELESS_VERSION,
  [`${PREFIX}clientInfo`]: CLIENT_INFO,
  [`${PREFIX}clientCapabilities`]: CLIENT_CAPABILITIES,
};

/** The revision that a message itself names; a header of HTTP has to repeat it. */
export function statelessVersionOf(message: object): string | undefined {
  const params = "params" in message && isRecord(message.params) ? message.params : {};
  const version = isRecord(params._meta) ? params._meta[`${PREFIX}protocolVersion`] : undefined;
  return typeof version === "string" ? version : undefined;
}

/** The same request in the other era. */
export function paramsIn(era: Era, params: Record<string, unknown>): Record<string, unknown> {
  return era === "stateless" ? { ...params, _meta: STATELESS_META } : params;
}

/** Where the beginning stopped. `mayBeOther` when the server may still speak the other era. */
export interface OpeningFailure {
  method: "initialize" | "server/discover";
  failure: RequestFailure | { kind: "bad-result"; problem: string };
  mayBeOther: boolean;
}

export type Opened = { ok: true; era: Era; facts: Facts } | ({ ok: false } & OpeningFailure);

/** How a request is sent: `Session.request`, or with patience added. */
export type Ask = (method: string, params: object | undefined, timeoutMs: number) => Promise<Reply>;

/** Begins a conversation in one era. */
export function open(
  era: Era,
  ask: Ask,
  session: Session,
  transport: Transport,
  limits: Limits,
): Promise<Opened> {
  return era === "handshake" ? shakeHands(ask, session, transport, limits) : discover(ask, limits);
}

/** `initialize` and `notifications/initialized` (MCP 2025-11-25, Lifecycle). */
async function shakeHands(ask: Ask, session: Session, transport: Transport, limits: Limits): Promise<Opened> {
  const method = "initialize";
  const params = {
    protocolVersion: HANDSHAKE_VERSION,
    capabilities: CLIENT_CAPABILITIES,
    clientInfo: CLIENT_INFO,
  };
  const hello = await ask(method, params, limits.startMs);
  // A server without `initialize` answers with an error, and may choose which (MCP 2026-07-28, Versioning, matrix).
  if (!hello.ok)
    return { ok: false, method, failure: hello.failure, mayBeOther: hello.failure.kind === "error" };
  if (!isRecord(hello.result)) return { ok: false, method, failure: NO_OBJECT, mayBeOther: false };
  const facts = readHello(hello.result);
  if (facts.protocolVersion !== undefined) transport.agree(facts.protocolVersion);
  session.notify("notifications/initialized");
  return { ok: true, era: "handshake", facts };
}

const NO_OBJECT = { kind: "bad-result", problem: "is no object" } as const;

/** `server/discover`: optional for a client, and the one method that tells the eras apart for certain. */
async function discover(ask: Ask, limits: Limits): Promise<Opened> {
  const method = "server/discover";
  const answer = await ask(method, paramsIn("stateless", {}), Math.min(limits.probeMs, limits.startMs));
  if (!answer.ok)
    return { ok: false, method, failure: answer.failure, mayBeOther: mayBeLegacy(answer.failure) };
  const { result } = answer;
  if (!isRecord(result)) return { ok: false, method, failure: NO_OBJECT, mayBeOther: true };
  if (!Array.isArray(result.supportedVersions) || !result.supportedVersions.includes(STATELESS_VERSION)) {
    const problem = `does not offer revision ${STATELESS_VERSION}`;
    return { ok: false, method, failure: { kind: "bad-result", problem }, mayBeOther: true };
  }
  const serverInfo = isRecord(result._meta) ? result._meta[`${PREFIX}serverInfo`] : undefined;
  const facts = readHello({ serverInfo, ...result, protocolVersion: STATELESS_VERSION });
  return { ok: true, era: "stateless", facts };
}

/**
 * Anything that the other era's server may do with a method and headers it doesn't know: any error, any silence. Not
 * what says the same to every request: nobody there, a redirect, a question for an account, a request to wait.
 */
function mayBeLegacy(failure: RequestFailure): boolean {
  if (failure.kind !== "lost") return true;
  const { loss } = failure;
  if (loss.kind === "http-status") return loss.status !== 429 && loss.retryAfter === undefined;
  return loss.kind === "content-type" || loss.kind === "no-answer";
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
