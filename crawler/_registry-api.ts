import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { isLoopbackHost } from "./_addresses.ts";
import { lossOf, openDoor } from "./_guarded-fetch.ts";
import { readRetryAfter } from "./_retry-after.ts";
import { plain } from "./_text.ts";
import { countParts } from "./json-text.ts";
import { explainFailure } from "./reasons.ts";
import type { CrawlContext } from "./source.ts";
import { userAgent } from "./version.ts";

/** A registry that speaks the API of the official one, v0.1 (registry `docs/reference/api/openapi.yaml`). */
export interface Registry {
  /** Address before `/v0.1`, without a slash at its end. */
  base: string;
  updatedSince?: string;
}

/** One page of entries, or the sentence that ends the listing. */
export type RegistryPage = { ok: true; entries: unknown[] } | { ok: false; reason: string };

/** The API's largest page. */
const PAGE_SIZE = 100;

/** A million entries: more than all known registries together, and an end for one that never comes to one. */
const MOST_PAGES = 10_000;

/** Waits before a page is asked for again, in milliseconds. */
const RETRY_MS = [1_000, 4_000];
/** The longest wait that a registry may ask for with Retry-After. */
const MOST_WAIT_MS = 60_000;

const pageSchema = z.looseObject({
  servers: z.array(z.unknown()),
  metadata: z.looseObject({ nextCursor: z.string().nullish() }).nullish(),
});

/**
 * Lists a registry page by page: newest versions only, deleted entries included. Stops where a cursor comes back that
 * was used before, or after 10,000 pages, and says so.
 *
 * @throws the signal's reason when it aborts
 */
export async function* listRegistry(registry: Registry, context: CrawlContext): AsyncGenerator<RegistryPage> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let page = 1; ; page++) {
    const query = new URLSearchParams({
      limit: String(PAGE_SIZE),
      version: "latest",
      include_deleted: "true",
    });
    if (registry.updatedSince !== undefined) query.set("updated_since", registry.updatedSince);
    if (cursor !== undefined) query.set("cursor", cursor);
    const doing = `Listing registry:${registry.base}${page > 1 ? ` (page ${page})` : ""}`;
    const answer = await getJson(`${registry.base}/v0.1/servers?${query}`, doing, context);
    if (!answer.ok) return yield answer;
    const parsed = pageSchema.safeParse(answer.value);
    if (!parsed.success) {
      const reason = `${doing}: the answer has no "servers" list. Check that the address is that of a registry; it speaks /v0.1/servers.`;
      return yield { ok: false, reason };
    }
    yield { ok: true, entries: parsed.data.servers };
    const next = parsed.data.metadata?.nextCursor;
    if (next === undefined || next === null || next === "") return;
    if (cursors.has(next)) {
      const reason = `${doing}: its cursor led back to a page already read, so the listing stopped there. Report it to the registry.`;
      return yield { ok: false, reason };
    }
    if (page === MOST_PAGES) {
      return yield {
        ok: false,
        reason: `${doing}: the listing stopped after ${page} pages; the registry has more.`,
      };
    }
    cursors.add(next);
    cursor = next;
  }
}

/** Asks for one entry in one version, or its newest. */
export async function getRegistryEntry(
  { base }: Registry,
  name: string,
  version: string,
  context: CrawlContext,
): Promise<{ ok: true; entry: unknown } | { ok: false; reason: string }> {
  const doing = `Looking up ${plain(name, 200)} in registry:${base}`;
  const path = `/v0.1/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
  const answer = await getJson(base + path, doing, context);
  return answer.ok ? { ok: true, entry: answer.value } : answer;
}

type Json = { ok: true; value: unknown } | { ok: false; reason: string };

async function getJson(url: string, doing: string, context: CrawlContext): Promise<Json> {
  for (let attempt = 0; ; attempt++) {
    const answer = await getOnce(url, doing, context);
    const pause = RETRY_MS[attempt];
    if (answer.ok || answer.retryMs === undefined || pause === undefined) return answer;
    const wait = Math.max(answer.retryMs, pause);
    if (wait > MOST_WAIT_MS) return answer;
    context.onStage("resolving", `waiting ${Math.ceil(wait / 1_000)} s for the registry`);
    await pauseFor(wait, context.signal);
  }
}

async function getOnce(
  url: string,
  doing: string,
  { limits, signal, contact }: CrawlContext,
): Promise<Json & { retryMs?: number }> {
  const fail = (what: string, retryMs?: number) => ({
    ok: false as const,
    reason: `${doing}: ${what}`,
    ...(retryMs === undefined ? {} : { retryMs }),
  });
  const door = openDoor({
    loopback: isLoopbackHost(new URL(url).hostname),
    messageBytes: limits.messageBytes,
    totalBytes: limits.totalBytes,
    userAgent: userAgent(contact),
  });
  const timeout = AbortSignal.timeout(limits.requestMs);
  try {
    const { status, body } = await door.fetch(new URL(url), {
      method: "GET",
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, timeout]),
    });
    const bytes = await buffer(body);
    if (status === 404) return fail("HTTP 404, there is no such thing. Check the address and the name.");
    if (status !== 200)
      return fail(`the registry answered with HTTP ${status}.`, status >= 500 ? 0 : undefined);
    const { jsonParts } = limits;
    if (countParts(bytes, jsonParts) > jsonParts)
      return fail(
        `the answer holds more than ${jsonParts} values and keys, our limit. Report it to the registry.`,
      );
    return { ok: true, value: JSON.parse(bytes.toString("utf8")) as unknown };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return fail(`no answer within ${limits.requestMs / 1_000} s. Try again later.`, 0);
    if (error instanceof SyntaxError) return fail("the answer is not JSON. Check the address.");
    const { loss } = lossOf(error);
    if (loss.kind === "http-status")
      return fail(`the registry answered with HTTP ${loss.status}.`, readRetryAfter(loss.retryAfter) ?? 0);
    if (loss.kind === "needs-authorization")
      return fail(`the registry wants an account (HTTP ${loss.status}). Placard asks without one.`);
    const subject = { label: "", transport: "http", network: true } as const;
    const sentence = explainFailure({ method: "initialize", page: 1, kind: "lost", loss }, subject);
    return fail(sentence.replace(/^Asking : /, ""), loss.kind === "unreachable" ? 0 : undefined);
  } finally {
    door.close();
  }
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  signal.throwIfAborted();
}
