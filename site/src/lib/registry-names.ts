/**
 * Names of servers in the official registry's form: a namespace turned round like a host's name, one slash, a name.
 * An entry of a registry has one. Others get one in our own namespace, made of the id and nothing else: who publishes
 * them under which name is not ours to say.
 */

/** Our own namespace. Nobody else's entry may have a name in it. */
const OWN = "org.placard.";
/** In the registry's schema of 2025-12-11: server.json, `name`. */
const NAME = /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/;
const LONGEST = 200;
/** The address of a remote that nobody else reaches. Crawls connect to no other private addresses. */
const OWN_MACHINE = /^([^/]*\.)?(localhost|127(\.\d+){3}|\[::1\])\.?(:\d+)?(\/|$)/i;

/**
 * In: `registry/io.github.owner/notes`, `npm/@scope/name`. Out: `io.github.owner/notes`, `org.placard.npm/_40scope__name`:
 * a slash is `__`, any other character that a name may not have is `_` and the hex digits of its UTF-8, and so is `_`.
 * Undefined for an id that has no such name, and for a remote on somebody's own machine: others have another one there.
 */
export function registryName(id: string): string | undefined {
  const [, kind, rest] = /^([a-z]+)\/(.+)$/s.exec(id) ?? [];
  if (kind === undefined || rest === undefined) return undefined;
  if (kind === "registry" && rest.startsWith(OWN)) return undefined;
  if (kind === "remote" && OWN_MACHINE.test(rest)) return undefined;
  const name = kind === "registry" ? rest : `${OWN}${kind}/${encode(rest)}`;
  return name.length <= LONGEST && NAME.test(name) ? name : undefined;
}

/** The id that has this name; undefined for what is no name. */
export function serverNamed(name: string): string | undefined {
  const [, kind, rest] = /^org\.placard\.([a-z]+)\/(.+)$/.exec(name) ?? [];
  const id = kind === undefined || rest === undefined ? `registry/${name}` : `${kind}/${decode(rest)}`;
  return registryName(id) === name ? id : undefined;
}

/** Ranges and `latest` are no versions there; nor is what no address or command line can carry. */
export function isRegistryVersion(version: string): boolean {
  if (version === "" || version.length > 255 || version === "latest" || !version.isWellFormed()) return false;
  return !/[\s\p{Cc}^~<>=*|]|(^|\.)[xX](\.|$)/u.test(version);
}

/** What to look for in ids when names with this text in them are wanted. */
export function partOfId(text: string): string {
  return decode(text.replace(/^org\.placard\.([a-z]+\/)/i, "$1"));
}

/** The address of the list, from the site's root. */
export const REGISTRY_SERVERS = "/v0.1/servers";

/** What stands where the name of a server should, in a raw path below the list; for those who are told that it is none. */
export function askedName(pathname: string): string {
  const [before = ""] = pathname.slice(REGISTRY_SERVERS.length + 1).split("/versions");
  return decodeSegment(before) ?? before;
}

/**
 * Reads a raw (still encoded) path below it.
 * In: `/v0.1/servers/io.example%2Fnotes/versions/1.0.0`; the slash of the name may also stand as it is. Out: the name, and
 * the version where one is named. Undefined for other paths.
 */
export function readRegistryPath(pathname: string): { name: string; version?: string } | undefined {
  if (!pathname.startsWith(`${REGISTRY_SERVERS}/`)) return undefined;
  const path = pathname.slice(REGISTRY_SERVERS.length + 1).replace(/\/+$/, "");
  const segments = path.split("/").map(decodeSegment);
  const [first = "", second = ""] = segments;
  const [name, rest] = first.includes("/")
    ? [first, segments.slice(1)]
    : [`${first}/${second}`, segments.slice(2)];
  const [versions, version] = rest;
  if (versions !== "versions" || rest.length > 2 || segments.includes(undefined)) return undefined;
  return version === undefined ? { name } : { name, version };
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const encode = (text: string): string =>
  text.replace(/[^A-Za-z0-9.-]/gu, (character) => (character === "/" ? "__" : hexOf(character)));

const hexOf = (character: string): string =>
  Array.from(new TextEncoder().encode(character), (byte) => `_${byte.toString(16).padStart(2, "0")}`).join(
    "",
  );

function decode(text: string): string {
  return text.replace(/__|(?:_[0-9a-f]{2})+/g, (escaped) => {
    if (escaped === "__") return "/";
    const bytes = escaped.split("_").slice(1);
    return new TextDecoder().decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
  });
}
