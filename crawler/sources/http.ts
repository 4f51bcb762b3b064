import { isLoopbackHost } from "../_addresses.ts";
import { findAuthorization } from "../_authorization.ts";
import { type Door, openDoor } from "../_guarded-fetch.ts";
import { redactUrl } from "../_redact.ts";
import { readRetryAfter } from "../_retry-after.ts";
import { mayCrawl, ROBOTS_BYTES } from "../_robots.ts";
import { parsePages } from "../answer.ts";
import { type Asked, type AskFailure, askForTools, HTTP_ERAS } from "../ask.ts";
import type { Era } from "../eras.ts";
import { httpTransport } from "../http.ts";
import { legacySseTransport } from "../legacy-sse.ts";
import { explainFailure } from "../reasons.ts";
import { METHOD_NOT_FOUND } from "../session.ts";
import type { CrawlContext, Facts, Fetched, ParsedSource, SourceKind, SourceOptions } from "../source.ts";
import type { ConnectionLoss, Transport } from "../transport.ts";
import type { LaunchConditions } from "../types.ts";
import { userAgent } from "../version.ts";

/** Longest metadata of a resource, in bytes. */
const METADATA_BYTES = 64 * 1024;

/** A remote server that speaks Streamable HTTP: `https://mcp.example.com/mcp`. */
const remote: SourceKind = {
  schemes: ["http", "https"],
  usage: "https://<host>/<path>",
  parse: parseRemoteSource,
};
export default remote;

function parseRemoteSource(argument: string, options: SourceOptions): ParsedSource {
  if (!URL.canParse(argument) || !/^https?:\/\//i.test(argument)) {
    return {
      ok: false,
      reason: `Reading the source "${argument}": it is no URL. Write https://<host>/<path>, such as https://mcp.example.com/mcp.`,
    };
  }
  const url = new URL(argument);
  if (url.username !== "" || url.password !== "") {
    return {
      ok: false,
      reason: `Reading the source "${redactUrl(url)}": it holds a user name or password. Leave it out; Placard looks at servers without an account.`,
    };
  }
  const label = redactUrl(url);
  const server = `remote/${url.host}${url.pathname.replace(/\/+$/, "")}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server, source: label };
      },
      fetch: (_reference, context) => fetchRemote(url, label, options.headers ?? {}, context),
      parse: parsePages,
    },
  };
}

async function fetchRemote(
  url: URL,
  label: string,
  headers: Record<string, string>,
  context: CrawlContext,
): Promise<Fetched> {
  const { limits, signal } = context;
  context.onStage("starting");
  const isOwn = isLoopbackHost(url.hostname);
  const doorTo = (to: URL, bytes?: number): Door =>
    openDoor({
      // What a server names is open to us only where it is public, or the server itself.
      loopback: isOwn && to.origin === url.origin,
      messageBytes: bytes ?? limits.messageBytes,
      totalBytes: bytes ?? limits.totalBytes,
      userAgent: userAgent(context.contact),
    });
  if (!isOwn && !(await isWelcome(url, doorTo(url, ROBOTS_BYTES), signal))) {
    const reason = `Asking ${label}: robots.txt of ${url.host} asks crawlers to stay away from there, so it was not asked. Its owner can allow "placard" in it.`;
    return { ok: false, status: "skipped", reason, raw: [], facts: {} };
  }
  let asked = await ask(
    httpTransport(url, withHeaders(doorTo(url), url, headers), limits),
    HTTP_ERAS,
    limits.requestMs,
    context,
  );
  let isLegacy = false;
  if (!asked.ok && mayBeLegacySse(asked.failure)) {
    const transport = legacySseTransport(url, withHeaders(doorTo(url), url, headers), limits);
    const older = await ask(transport, ["handshake"], Math.min(limits.probeMs, limits.requestMs), context);
    // A server that isn't that either: what it said first is what counts.
    isLegacy = older.ok || older.failure.method === "tools/list";
    if (isLegacy) asked = older;
  }
  const launch: LaunchConditions = {
    transport: "http",
    url: label,
    authorization: Object.keys(headers).length === 0 ? "none" : "given",
    ...asked.terms,
    ...(isLegacy ? { legacySse: true } : {}),
  };
  const facts: Facts = { ...asked.facts, launch };
  if (asked.ok) return { ok: true, raw: asked.raw, notes: asked.notes, facts };
  return explainRefusal(asked, url, label, facts, doorTo, signal);
}

/** The same door, for requests with headers that the user gave for this server; it never leads to another one. */
function withHeaders(door: Door, { origin }: URL, given: Record<string, string>): Door {
  return {
    ...door,
    fetch: (to, request) =>
      door.fetch(
        to,
        to.origin === origin ? { ...request, headers: { ...given, ...request.headers } } : request,
      ),
  };
}

async function isWelcome(url: URL, door: Door, signal: AbortSignal): Promise<boolean> {
  try {
    return await mayCrawl(url, door, signal);
  } finally {
    signal.throwIfAborted();
    door.close();
  }
}

async function ask(
  transport: Transport,
  eras: readonly Era[],
  startMs: number,
  { limits, signal, onStage }: CrawlContext,
): Promise<Asked> {
  try {
    return await askForTools(transport, { ...limits, startMs }, signal, onStage, eras);
  } finally {
    await transport.close();
  }
}

/** What an HTTP+SSE server does with a POST (MCP 2026-07-28, Streamable HTTP, Backward Compatibility). */
function mayBeLegacySse(failure: AskFailure): boolean {
  if (failure.method !== "initialize" || failure.kind !== "lost" || failure.loss.kind !== "http-status")
    return false;
  const { status, code } = failure.loss;
  return [400, 404, 405].includes(status) && (code === undefined || !MODERN_CODES.has(code));
}

/** Errors that only a server of the stateless era gives: method not found with 404, and its own range. */
const MODERN_CODES = new Set([METHOD_NOT_FOUND, -32020, -32021, -32022]);

/** How long the server asks to be left alone. */
function restOf(loss: ConnectionLoss | undefined): Pick<Facts, "retryAfterMs"> {
  const rest = loss?.kind === "http-status" ? readRetryAfter(loss.retryAfter) : undefined;
  return rest === undefined ? {} : { retryAfterMs: rest };
}

/** A failure in words; a server that wants an account is none, and says what it takes. */
async function explainRefusal(
  { failure, raw }: Extract<Asked, { ok: false }>,
  url: URL,
  label: string,
  facts: Facts,
  doorTo: (to: URL, bytes: number) => Door,
  signal: AbortSignal,
): Promise<Fetched> {
  const loss = failure.kind === "lost" ? failure.loss : undefined;
  const failed = {
    ok: false,
    status: "failed",
    reason: explainFailure(failure, { label, transport: "http", network: true }),
    raw,
    facts: { ...facts, ...restOf(loss) },
  } as const;
  const isQuestion = loss?.kind === "needs-authorization";
  // A bare 403 may come from anything in between; only metadata makes it a question for an account.
  const isBare = loss?.kind === "http-status" && loss.status === 403;
  if (!isQuestion && !isBare) return failed;
  const challenge = isQuestion ? loss.challenge : undefined;
  const doorFor = (to: URL) => doorTo(to, METADATA_BYTES);
  const authorization = await findAuthorization(url, loss.status, challenge, doorFor, signal);
  signal.throwIfAborted();
  if (isBare && authorization.metadata === undefined) return failed;
  const { metadataUrl } = authorization;
  const described = {
    kind: "needs-authorization",
    status: loss.status,
    ...(metadataUrl === undefined ? {} : { resourceMetadata: metadataUrl }),
  } as const;
  const reason = explainFailure(
    { ...failure, kind: "lost", loss: described },
    { label, transport: "http", network: true },
  );
  return { ...failed, status: "needs-authorization", reason, facts: { ...facts, authorization } };
}
