/** From the rows of the catalog to what the API answers: fields one by one, so that nothing goes out by accident. */
import type {
  CatalogStats,
  ChangeRow,
  Progress,
  ServerDetail,
  ServerRow,
  ServerTool,
  ToolDetail,
  ToolRow,
} from "../../../db/types.ts";
import { annotationPatch } from "../../../policy/index.ts";
import { serverUrl, toolUrl } from "../lib/addresses.ts";
import { flawsOf, toolAttacks } from "../lib/attacks.ts";
import { serverFlows } from "../lib/flows.ts";
import { policyView } from "../lib/policy.ts";
import { type ServerTokens, toolTokens } from "../lib/tokens.ts";
import { apiAdvisory, apiAttack, apiFlow } from "./attacks.ts";
import type {
  ApiChange,
  ApiProgress,
  ApiServer,
  ApiServerDetail,
  ApiStats,
  ApiTool,
  ApiToolDetail,
} from "./types.ts";

/** A server as a list has it. */
export function apiServer(row: ServerRow): ApiServer {
  const { id, source, title, version, status, reason, toolCount, byRisk, byCategory, firstSeen, lastSeen } =
    row;
  return {
    id,
    url: serverUrl(id),
    source,
    title,
    version,
    status,
    reason,
    toolCount,
    byRisk,
    byCategory,
    firstSeen,
    lastSeen,
  };
}

/** In: a server, the tools it serves now, and what they cost. */
export function apiServerDetail(
  server: ServerDetail,
  tools: ServerTool[],
  tokens: ServerTokens<ToolRow>,
): ApiServerDetail {
  const { package: found, serverInfo, protocolVersion, instructions, launch, problems, crawls } = server;
  const { cache, authorization, registryEntry } = server;
  return {
    ...apiServer(server),
    package: found,
    serverInfo,
    protocolVersion,
    instructions,
    launch,
    cache,
    authorization,
    registryEntry,
    tokens: apiServerTokens(tokens),
    flows: serverFlows(server.id, tools).flows.map(apiFlow),
    advisories: flawsOf(server).map(apiAdvisory),
    problems,
    crawls,
  };
}

function apiServerTokens({ heaviest, each: _, ...sum }: ServerTokens<ToolRow>): ApiServerDetail["tokens"] {
  const tools = heaviest.map(({ tool: { server, name }, count, complete }) => {
    return { tool: name, url: toolUrl(server, name), count, complete };
  });
  return { ...sum, heaviest: tools };
}

/** A tool as a list has it. */
export function apiTool(row: ToolRow): ApiTool {
  const { server, name, title, digest, category, risk, confidence, facets, alarming, summary } = row;
  const { firstSeen, lastSeen, goneSince } = row;
  const url = toolUrl(server, name);
  return {
    server,
    name,
    url,
    title,
    digest,
    category,
    risk,
    confidence,
    facets,
    alarming,
    summary,
    firstSeen,
    lastSeen,
    goneSince,
  };
}

/** In: a tool, and what changed about it, newest first. */
export function apiToolDetail(tool: ToolDetail, changes: ChangeRow[]): ApiToolDetail {
  const { definition, verdict, provenance, versions } = tool;
  const { policy, reasons } = policyView([{ definition, verdict }]);
  const served = { server: tool.server, ...verdict };
  const tokens = toolTokens(tool);
  return {
    ...apiTool(tool),
    definition,
    verdict: served,
    attacks: toolAttacks(tool).matches.map(apiAttack),
    advisories: flawsOf({ id: tool.server, package: provenance.package }).map(apiAdvisory),
    tokens,
    provenance,
    policy,
    reasons,
    versions,
    changes: changes.map(apiChange),
  };
}

/** A change, with the page of the tool that it is of. */
export function apiChange({ id, server, tool, kind, worse, before, after, at }: ChangeRow): ApiChange {
  return { id, url: toolUrl(server, tool), server, tool, kind, worse, before, after, at };
}

/** The newest run of crawls. */
export function apiProgress({ run, jobs, done, failed, total }: Progress): ApiProgress {
  return {
    url: "/",
    run,
    jobs: jobs.map((job) => ({ ...job, url: serverUrl(job.server) })),
    done,
    failed,
    total,
  };
}

/** Counts over what is served now. */
export function apiStats({ servers, tools, byStatus, byCategory, byRisk, byFacet }: CatalogStats): ApiStats {
  return { url: "/", servers, tools, byStatus, byCategory, byRisk, byFacet };
}

/** The annotations we suggest for a server's tools. */
export function apiAnnotations(found: { server: string; tools: ServerTool[] }) {
  const { tools, ...patch } = annotationPatch([found]);
  return { ...patch, tools: tools.map((tool) => ({ url: toolUrl(tool.server, tool.name), ...tool })) };
}
