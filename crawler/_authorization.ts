import { z } from "zod";
import { type Door, readBody } from "./_guarded-fetch.ts";
import { plain } from "./_text.ts";
import type { Authorization } from "./types.ts";

/** How long all requests for the metadata may take together. */
const METADATA_MS = 5_000;

const text = z.string().transform((value) => plain(value, 500));
const texts = z.array(text).transform((values) => values.slice(0, 100));

/** What we keep of it; a field that is wrong is left out. Everything in it is the server's word. */
const metadataSchema = z.object({
  resource: text.optional().catch(undefined),
  resource_name: text.optional().catch(undefined),
  resource_documentation: text.optional().catch(undefined),
  authorization_servers: texts.optional().catch(undefined),
  scopes_supported: texts.optional().catch(undefined),
  bearer_methods_supported: texts.optional().catch(undefined),
});

/**
 * Finds out what a server that wants authorization says of it: reads its challenge, and the metadata of the resource
 * where the challenge points or at the well-known places (RFC 9728 §3.1 and §5.1). Asks for no token.
 *
 * @param doorFor a door to one address, with this machine open only where the server itself is
 */
export async function findAuthorization(
  url: URL,
  status: number,
  challenge: string | undefined,
  doorFor: (to: URL) => Door,
  signal: AbortSignal,
): Promise<Authorization> {
  const { resourceMetadata, ...said } = readChallenge(challenge);
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(METADATA_MS)]);
  for (const place of placesOf(url, resourceMetadata)) {
    const metadata = await readMetadata(place, doorFor(place), bounded);
    if (metadata !== undefined) return { status, ...said, metadataUrl: shown(place), metadata };
  }
  const named =
    resourceMetadata !== undefined && URL.canParse(resourceMetadata, url)
      ? { metadataUrl: shown(new URL(resourceMetadata, url)) }
      : {};
  return { status, ...said, ...named };
}

/** A challenge's scheme and parameters (RFC 9110 §11.6.1); of several challenges, whichever names a parameter first. */
export function readChallenge(
  challenge: string | undefined,
): Omit<Authorization, "status"> & { resourceMetadata?: string } {
  if (challenge === undefined) return {};
  const header = challenge.slice(0, 8_192);
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, token] of header.matchAll(
    /([A-Za-z_-]{1,40})\s{0,5}=\s{0,5}(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g,
  )) {
    const key = name.toLowerCase();
    const value = quoted?.replace(/\\(.)/g, "$1") ?? token ?? "";
    if (!parameters.has(key)) parameters.set(key, plain(value, 2_000));
  }
  const scheme = /^\s*([A-Za-z][A-Za-z0-9-]*)/.exec(header)?.[1];
  const [realm, error, scope, resourceMetadata] = ["realm", "error", "scope", "resource_metadata"].map(
    (key) => parameters.get(key),
  );
  return {
    ...(scheme === undefined ? {} : { scheme: plain(scheme, 40) }),
    ...(realm === undefined ? {} : { realm }),
    ...(error === undefined ? {} : { error }),
    ...(scope === undefined ? {} : { scopes: scope.split(" ").filter(Boolean).slice(0, 100) }),
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
  };
}

function placesOf(url: URL, named: string | undefined): URL[] {
  if (named !== undefined) {
    if (!URL.canParse(named, url)) return [];
    const place = new URL(named, url);
    return /^https?:$/.test(place.protocol) ? [place] : [];
  }
  const wellKnown = "/.well-known/oauth-protected-resource";
  const path = url.pathname.replace(/\/+$/, "");
  const paths = path === "" ? [wellKnown] : [`${wellKnown}${path}`, wellKnown];
  return paths.map((place) => new URL(place, url));
}

async function readMetadata(
  place: URL,
  door: Door,
  signal: AbortSignal,
): Promise<Authorization["metadata"] | undefined> {
  try {
    const headers = { accept: "application/json" };
    const answer = await door.fetch(place, { method: "GET", headers, signal });
    if (answer.status !== 200) {
      answer.body.destroy();
      return undefined;
    }
    const parsed = metadataSchema.safeParse(JSON.parse((await readBody(answer)).toString("utf8")));
    if (!parsed.success || parsed.data.resource === undefined) return undefined;
    const kept = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
    return Object.fromEntries(kept) as Authorization["metadata"];
  } catch {
    // No metadata is no failure: most servers that want a token have none.
    return undefined;
  } finally {
    door.close();
  }
}

function shown(url: URL): string {
  return plain(`${url.origin}${url.pathname}`, 500);
}
