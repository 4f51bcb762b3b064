/** Where things came from and what they depended on, as label and value rows. Values may be strangers' text. */
import type { Authorization, CacheHints, LaunchConditions, RegistryEntry } from "../../../crawler/types.ts";
import type { PackageRow, ServerDetail, ToolDetail } from "../../../db/index.ts";
import { serverUrl } from "./addresses.ts";
import { dateWords, spanWords } from "./words.ts";

export interface Fact {
  label: string;
  value: string;
  /** A page about it. */
  url?: string;
  /** Machine text: drawn in monospace. */
  code?: boolean;
}

/** The rows under "Where it came from" of a tool page. */
export function provenanceFacts(tool: ToolDetail): Fact[] {
  const { provenance } = tool;
  return [
    { label: "Server", value: tool.server, url: serverUrl(tool.server), code: true },
    ...packageFacts(provenance.package),
    { label: "Asked for", value: provenance.source, code: true },
    ...conditionFacts(provenance),
    { label: "First seen", value: dateWords(tool.firstSeen) },
    { label: "Last seen", value: dateWords(tool.lastSeen) },
    ...(tool.goneSince ? [{ label: "Gone since", value: dateWords(tool.goneSince) }] : []),
    { label: "Digest", value: tool.digest, code: true },
    { label: "Rules", value: tool.verdict.rules },
  ];
}

/** The same for a server page. */
export function serverFacts(server: ServerDetail): Fact[] {
  return [
    ...packageFacts(server.package),
    { label: "Asked for", value: server.source, code: true },
    ...(server.version ? [{ label: "Version", value: server.version }] : []),
    ...registryFacts(server.registryEntry),
    ...conditionFacts(server),
    { label: "First seen", value: dateWords(server.firstSeen) },
    { label: "Last seen", value: dateWords(server.lastSeen) },
  ];
}

/** What a server that wants authorization says it takes: the rows under "Getting in". */
export function authorizationFacts({ status, metadata, metadataUrl, ...challenge }: Authorization): Fact[] {
  const scopes = challenge.scopes ?? metadata?.scopes_supported;
  return [
    { label: "It answered", value: [`HTTP ${status}`, challenge.error].filter(Boolean).join(", ") },
    ...fact("Asks for", challenge.scheme),
    ...fact("Realm", challenge.realm),
    ...fact("Scopes", scopes?.join(" "), true),
    ...fact("Resource", metadata?.resource_name ?? metadata?.resource, metadata?.resource_name === undefined),
    ...fact("Who grants it", metadata?.authorization_servers?.join(" "), true),
    ...fact("Token goes in", metadata?.bearer_methods_supported?.join(", ")),
    ...fact("Documentation", metadata?.resource_documentation, true),
    ...fact(metadata ? "Metadata read at" : "Metadata said to be at", metadataUrl, true),
  ];
}

function fact(label: string, value: string | undefined, code = false): Fact[] {
  return value ? [{ label, value, code }] : [];
}

function packageFacts(found?: PackageRow): Fact[] {
  return found ? [{ label: "Package", value: `${found.name} ${found.version} (${found.registry})` }] : [];
}

function registryFacts(entry?: RegistryEntry): Fact[] {
  if (!entry) return [];
  const said = [`${entry.name} ${entry.version}, ${entry.status}`, entry.message].filter(Boolean).join(": ");
  return [
    { label: "Registry", value: entry.registry, code: true },
    { label: "Its entry", value: said },
    ...(entry.updatedAt ? [{ label: "Entry changed", value: dateWords(entry.updatedAt) }] : []),
  ];
}

interface Conditions {
  protocolVersion?: string;
  launch?: LaunchConditions;
  cache?: CacheHints;
}

const ERA: Record<NonNullable<LaunchConditions["era"]>, string> = {
  handshake: "with a handshake (initialize)",
  stateless: "stateless: each request on its own",
};

/** What the list depended on: under other conditions the server may list other tools. */
function conditionFacts({ protocolVersion, launch, cache }: Conditions): Fact[] {
  const spoken = launch?.protocolVersion ?? protocolVersion;
  const revision = [spoken, launch?.era && ERA[launch.era]].filter(Boolean).join(", ");
  return [
    ...fact("MCP revision", revision),
    ...(launch ? launchFacts(launch) : []),
    ...(cache?.ttlMs === undefined ? [] : [{ label: "Holds for", value: lifeWords(cache.ttlMs) }]),
  ];
}

function lifeWords(ttlMs: number): string {
  return ttlMs === 0
    ? "no time: the server says its list may change at any moment"
    : `${spanWords(ttlMs)}, the server says`;
}

function launchFacts(launch: LaunchConditions): Fact[] {
  const { command, url, environment, sandbox, network, authorization, clientCapabilities } = launch;
  return [
    { label: "Transport", value: transportWords(launch) },
    ...fact("Started as", command?.join(" "), true),
    ...fact("Address", url, true),
    ...(environment
      ? [{ label: "Environment", value: environment.length ? environment.join(", ") : "nothing set" }]
      : []),
    ...fact("Kept in", sandbox === "none" ? "no sandbox" : sandbox),
    ...(network === undefined ? [] : [{ label: "Network", value: network ? "open" : "closed" }]),
    ...(authorization ? [{ label: "Asked as", value: AUTHORIZATION[authorization] }] : []),
    ...(launch.transport === "file" ? [] : [capabilityFact(clientCapabilities)]),
  ];
}

const AUTHORIZATION: Record<NonNullable<LaunchConditions["authorization"]>, string> = {
  none: "nobody: without credentials",
  given: "somebody: with headers given for it, whose values are not kept",
};

function transportWords({ transport, legacySse }: LaunchConditions): string {
  if (transport === "file") return "a recorded answer";
  if (transport === "stdio") return "stdio";
  return legacySse ? "HTTP+SSE of 2024-11-05, since replaced by Streamable HTTP" : "Streamable HTTP";
}

/** A server may list other tools to clients that can do more. */
function capabilityFact(capabilities: Record<string, unknown>): Fact {
  const names = Object.keys(capabilities);
  return {
    label: "Client offered",
    value: names.length === 0 ? "no capabilities" : names.join(", "),
  };
}
