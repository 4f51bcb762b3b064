/** Policies as the API answers them: the document in its own media type, or in an envelope with what is known of it. */
import type { ExportFormat } from "../../../policy/export/index.ts";
import { API, apiPoliciesUrl, policiesUrl, policyFormatsUrl } from "../lib/addresses.ts";
import type { Catalog } from "../lib/catalog.ts";
import { makePolicy, writePolicy } from "../lib/policy-document.ts";
import { addressQuery, type PolicyQuery } from "../lib/policy-query.ts";
import { type FoundServers, findChosen, MOST_TOOLS } from "../lib/policy-servers.ts";
import type { ApiPolicyEnvelope, ApiPolicyFormat } from "./policy-types.ts";
import { problem } from "./problem.ts";

/** A format as the API tells it. */
export function apiPolicyFormat(format: ExportFormat): ApiPolicyFormat {
  const { id, title, target, file, mediaType, proof, cannot } = format;
  return { id, url: policyFormatsUrl(id), title, target, file, mediaType, proof, cannot };
}

/**
 * The policy of a query that was read without problems.
 * @param server the parameter that names servers; absent where the path does
 */
export async function answerPolicy(
  catalog: Catalog,
  query: PolicyQuery,
  server?: "server",
): Promise<Response | ApiPolicyEnvelope> {
  const found = await findChosen(catalog, query);
  const refused = refusal(query, found, server);
  if (refused) return refused;
  if (!query.envelope) return documentAnswer(query, found);
  const made = makePolicy(found.servers, query);
  if (!made.ok) return problem(422, made.problem, faultOf(found, query));
  const { text, losses, reasons, digests, shared } = made;
  return {
    url: policiesUrl(addressQuery(query)),
    format: apiPolicyFormat(query.format),
    preset: query.preset,
    document: text,
    losses,
    reasons,
    digests,
    shared,
    leftOut: found.empty,
  };
}

function documentAnswer(query: PolicyQuery, found: FoundServers): Response {
  const written = writePolicy(found.servers, query);
  if (!written.ok) return problem(422, written.problem, faultOf(found, query));
  const { file, mediaType } = query.format;
  return new Response(written.text, {
    headers: {
      "content-type": `${mediaType}; charset=utf-8`,
      "content-disposition": `${query.download ? "attachment" : "inline"}; filename="${file}"`,
      // Not all formats have comments: who takes the document alone still learns that something is missing in it.
      "placard-losses": String(written.losses.length),
      link: `<${apiPoliciesUrl({ ...addressQuery(query), envelope: true })}>; rel="describedby"; type="application/json"`,
    },
  });
}

/** Which parameter keeps a format from holding a policy: the names of the servers, if it takes the policy with plain ones. */
function faultOf({ servers }: FoundServers, query: PolicyQuery): "alias" | "format" {
  const aliases = new Map(servers.map(({ server }, index) => [server, `s${index}`]));
  return writePolicy(servers, { ...query, aliases }).ok ? "alias" : "format";
}

/** What stands in the way of a document, if anything does. */
function refusal(
  { servers, tool }: PolicyQuery,
  { unknown, empty, lacksTool, servers: found, toolCount }: FoundServers,
  parameter?: "server",
): Response | undefined {
  const quoted = (id: string) => JSON.stringify(id);
  if (servers.length === 0) {
    const detail = "A policy is made for servers, and none is given.";
    return problem(400, `${detail} Give their ids as server; ${API}/servers lists them.`, "server");
  }
  if (unknown.length > 0) {
    const detail = `The catalog has no server ${unknown.map(quoted).join(", ")}.`;
    return problem(404, `${detail} ${API}/servers lists those it has.`, parameter);
  }
  if (lacksTool) {
    const detail = `The server ${quoted(servers[0] ?? "")} has no tool ${quoted(tool ?? "")}.`;
    return problem(404, `${detail} ${API}/tools lists those it has.`, "tool");
  }
  if (found.length === 0) {
    const detail = `There is nothing to make rules of: no tool is known of ${empty.map(quoted).join(", ")}.`;
    return problem(422, `${detail} Its entry in ${API}/servers says how its last crawl ended.`, parameter);
  }
  if (toolCount > MOST_TOOLS) {
    const detail = `These servers have ${toolCount} tools, and a document takes ${MOST_TOOLS} at most.`;
    return problem(422, `${detail} Make one for fewer servers at a time.`, parameter);
  }
  return undefined;
}
