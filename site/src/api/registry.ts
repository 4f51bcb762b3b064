/** Servers of the catalog as entries of a registry. Nothing here that no crawl has seen. */
import { CATEGORIES, RISKS, RULES_VERSION, toHints, toRiskMetadata } from "../../../classifier/index.ts";
import { noCounts } from "../../../classifier/record.ts";
import type { RegistryRow, RegistryVersion, ServerTool } from "../../../db/index.ts";
import { serverUrl, toolUrl } from "../lib/addresses.ts";
import { isRegistryVersion, registryName } from "../lib/registry-names.ts";
import { count } from "../lib/words.ts";
import {
  OFFICIAL_META,
  type RegistryItem,
  type RegistryServer,
  type RegistryVerdicts,
  VERDICTS_META,
} from "./registry-types.ts";

/** The format of `server`, by the address of its schema. */
const SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
/** Longest description and title there, in characters. */
const LONGEST = 100;

/** Makes an address that holds beyond this site, where the site knows its own. */
export type Absolute = (address: string) => string;

/**
 * One entry; undefined for a server that has no name in a registry, or no version.
 * @param version another than the current one
 * @param tools those of that version, for an answer of one version
 */
export function registryItem(
  row: RegistryRow,
  absolute: Absolute,
  { version = row.current, tools }: { version?: RegistryVersion; tools?: ServerTool[] } = {},
): RegistryItem | undefined {
  const name = registryName(row.id);
  if (name === undefined || !isRegistryVersion(version.version)) return undefined;
  const isLatest = version.version === row.current.version;
  const status = row.withdrawn === undefined ? (row.entry?.status ?? "active") : "deleted";
  const message = messageOf(row);
  const official = {
    status,
    ...(message === undefined ? {} : { statusMessage: message }),
    publishedAt: row.firstSeen,
    updatedAt: row.updatedAt,
    isLatest,
  };
  // Of what is deleted nothing is handed on but that it is.
  if (status === "deleted") {
    const server = { name, description: "Deleted.", version: version.version };
    return { server, _meta: { [OFFICIAL_META]: official } };
  }
  return {
    server: serverOf(name, row, version, tools),
    _meta: { [OFFICIAL_META]: official, [VERDICTS_META]: verdictsOf(row, version, absolute, tools) },
  };
}

function messageOf({ withdrawn, entry }: RegistryRow): string | undefined {
  if (withdrawn === "excluded") return "Taken out of this catalog.";
  return entry?.message;
}

function serverOf(
  name: string,
  row: RegistryRow,
  version: RegistryVersion,
  tools: ServerTool[] | undefined,
): RegistryServer {
  const { serverInfo } = version;
  const title = cut(serverInfo?.title ?? serverInfo?.name);
  const site = serverInfo?.websiteUrl;
  const own = cut(serverInfo?.description);
  return {
    $schema: SCHEMA,
    name,
    description: own ?? listWords(row, tools),
    ...(title === undefined ? {} : { title }),
    version: version.version,
    ...(isWeb(site) ? { websiteUrl: site } : {}),
    ...waysTo(version),
  };
}

/** A stranger's text in one line, if there is any. */
function cut(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  const line = text.replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  if (characters.length === 0) return undefined;
  return characters.length <= LONGEST ? line : `${characters.slice(0, LONGEST - 1).join("")}…`;
}

function listWords({ isRead, toolCount }: RegistryRow, tools: ServerTool[] | undefined): string {
  if (!isRead) return "An MCP server whose list of tools could not be read.";
  return `An MCP server with ${count(tools?.length ?? toolCount, "tool")}.`;
}

const isWeb = (address: unknown): address is string =>
  typeof address === "string" && /^https?:\/\/\S+$/.test(address) && URL.canParse(address);

/** How the server was reached: as a package or at an address. */
function waysTo({ source, package: from, launch }: RegistryVersion): Partial<RegistryServer> {
  if (from !== undefined) {
    const transport = { type: "stdio" as const };
    if (from.registry !== "oci") {
      const { registry: registryType, name: identifier, version } = from;
      return { packages: [{ registryType, identifier, version, transport }] };
    }
    // The version that a crawl notes of an image is that of this machine; what can be pulled is what was asked for.
    const [, identifier] = /^oci:(\S+)$/.exec(source) ?? [];
    return identifier === undefined ? {} : { packages: [{ registryType: "oci", identifier, transport }] };
  }
  if (!isWeb(launch?.url)) return {};
  return { remotes: [{ type: launch.legacySse ? "sse" : "streamable-http", url: launch.url }] };
}

function verdictsOf(
  row: RegistryRow,
  version: RegistryVersion,
  absolute: Absolute,
  tools: ServerTool[] | undefined,
): RegistryVerdicts {
  const { id, status, isRead, entry } = row;
  return {
    url: absolute(serverUrl(id)),
    id,
    status,
    ...(isRead ? { crawledAt: version.crawledAt } : {}),
    rules: RULES_VERSION,
    ...(tools
      ? countsOf(tools)
      : { toolCount: row.toolCount, byRisk: row.byRisk, byCategory: row.byCategory }),
    ...(tools && { tools: tools.map((tool) => toolOf(tool, absolute)) }),
    ...(entry && {
      upstream: { registry: entry.registry, status: entry.status, updatedAt: entry.updatedAt },
    }),
  };
}

function countsOf(tools: ServerTool[]) {
  const [byRisk, byCategory] = [noCounts(RISKS), noCounts(CATEGORIES)];
  for (const { risk, category } of tools) {
    byRisk[risk] += 1;
    byCategory[category] += 1;
  }
  return { toolCount: tools.length, byRisk, byCategory };
}

function toolOf({ server, name, verdict }: ServerTool, absolute: Absolute) {
  const { annotations: hints, lost } = toHints(verdict);
  return {
    name,
    url: absolute(toolUrl(server, name)),
    summary: verdict.summary,
    riskMetadata: toRiskMetadata(verdict),
    hints,
    lost,
  };
}
