/**
 * The name a server most likely has in a client's config, made from our id of it: the last part of a package's or an
 * address's name that is no filler word. `npm/@modelcontextprotocol/server-memory` → `memory`,
 * `remote/mcp.example.com/github` → `github`. Letters, digits and - only, 25 at most, as all formats take those. What
 * follows `local/` is the name in a client's config already, and stays as it is.
 */
export function defaultAlias(server: string): string {
  if (server.startsWith("local/")) return server.slice("local/".length);
  const candidates = server.split("/").slice(1).toReversed().map(plain);
  return candidates.find((name) => name !== "") ?? "server";
}

/** Words of names that say only what all of them are. */
const FILLER = new Set(["ai", "api", "app", "com", "dev", "io", "mcp", "net", "org", "server", "www"]);
const LONGEST = 25;

function plain(name: string): string {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const telling = words.filter((word) => word !== "" && !FILLER.has(word));
  return telling.join("-").slice(0, LONGEST).replace(/-+$/, "");
}
