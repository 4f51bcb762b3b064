/** Where answers of the API stand in a static site: `<path>.json`, so that hosts know what they are. */
import { EXPORT_FORMATS } from "../policy/export/index.ts";
import { API, apiPolicyUrl, readServerPath, readToolPath } from "../site/src/lib/addresses.ts";
import { type Names, serverPath, toolPath } from "./_build-names.ts";
import { type Asked, fileAt, fixed, type Place } from "./_build-places.ts";

export function apiTool({ path, query, live }: Asked, names: Names): Place | undefined {
  const address = readToolPath(path, `${API}/tools`);
  if (address && query.size === 0)
    return {
      ...fileAt(`${API.slice(1)}/tools/${toolPath(address, names)}.json`),
      live,
      server: address.server,
    };
  const { server: id, limit: _, ...more } = Object.fromEntries(query);
  if (address || path !== `${API}/tools` || Object.keys(more).length > 0) return undefined;
  if (id === undefined) return { ...fileAt(`${path.slice(1)}.json`), live: path };
  return { ...fileAt(`${path.slice(1)}/${serverPath(id, names)}.json`), live, server: id };
}

export function apiServer({ path, query }: Asked, names: Names): Place | undefined {
  const id = readServerPath(path, `${API}/servers`);
  if ([...query.keys()].some((name) => name !== "limit")) return undefined;
  if (id === undefined) return { ...fileAt(`${API.slice(1)}/servers.json`), live: path };
  return { ...fileAt(`${API.slice(1)}/servers/${serverPath(id, names)}.json`), live: path, server: id };
}

export function apiPolicy(asked: Asked, names: Names): Place | undefined {
  const { path, query } = asked;
  if (path === `${API}/policies/formats`) return fixed(asked);
  const id = readServerPath(path, `${API}/policies`) ?? query.getAll("server").join("\n");
  if (id === "" || id.includes("\n") || query.has("alias") || query.has("envelope")) return undefined;
  if ((query.get("preset") ?? "recommended") !== "recommended") return undefined;
  const format = query.get("format") ?? POLICY_JSON;
  // Of one tool: its page has it whole, and its server's has it among the others.
  return policyFile(id, format, names);
}

const POLICY_JSON = "policy.json";

/** A server's policy in a format, as a file with the ending that the format's own files have. */
export function policyFile(id: string, format: string, names: Names): Place | undefined {
  const known = EXPORT_FORMATS.find((item) => item.id === format);
  if (!known) return undefined;
  const ending = /\.\w+$/.exec(known.file)?.[0] ?? ".txt";
  const own = format === POLICY_JSON ? ".json" : `~${format}${ending}`;
  const live = format === POLICY_JSON ? apiPolicyUrl(id) : `${apiPolicyUrl(id)}?format=${format}`;
  return { ...fileAt(`${API.slice(1)}/policies/${serverPath(id, names)}${own}`), live, server: id };
}

/** One file for all tools of a server: it says of each what it says alone. */
export function apiAnnotations({ path }: Asked, names: Names): Place | undefined {
  const id = readServerPath(path, `${API}/annotations`);
  if (id === undefined) return undefined;
  return { ...fileAt(`${API.slice(1)}/annotations/${serverPath(id, names)}.json`), live: path, server: id };
}
