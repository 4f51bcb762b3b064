/** Where things came from, as label and value rows. Values may be strangers' text. */
import type { LaunchConditions } from "../../../crawler/types.ts";
import type { PackageRow, ServerDetail, ToolDetail } from "../../../db/index.ts";
import { serverUrl } from "./addresses.ts";
import { dateWords } from "./words.ts";

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
    ...protocolFacts(provenance.protocolVersion),
    ...launchFacts(provenance.launch),
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
    ...protocolFacts(server.protocolVersion),
    ...launchFacts(server.launch),
    { label: "First seen", value: dateWords(server.firstSeen) },
    { label: "Last seen", value: dateWords(server.lastSeen) },
  ];
}

function packageFacts(found?: PackageRow): Fact[] {
  return found ? [{ label: "Package", value: `${found.name} ${found.version} (${found.registry})` }] : [];
}

function protocolFacts(version?: string): Fact[] {
  return version ? [{ label: "MCP revision", value: version }] : [];
}

function launchFacts(launch?: LaunchConditions): Fact[] {
  if (!launch) return [];
  const facts: Fact[] = [
    { label: "Transport", value: launch.transport === "file" ? "a recorded answer" : launch.transport },
  ];
  if (launch.command?.length)
    facts.push({ label: "Started as", value: launch.command.join(" "), code: true });
  if (launch.url) facts.push({ label: "Address", value: launch.url, code: true });
  if (launch.environment) {
    facts.push({
      label: "Environment",
      value: launch.environment.length ? launch.environment.join(", ") : "nothing set",
    });
  }
  if (launch.sandbox) {
    facts.push({ label: "Kept in", value: launch.sandbox === "none" ? "no sandbox" : launch.sandbox });
  }
  if (launch.network !== undefined)
    facts.push({ label: "Network", value: launch.network ? "open" : "closed" });
  return facts;
}
