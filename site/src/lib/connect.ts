/** How a reader's own client is connected to a server, from what a crawl knows of it. Secrets are placeholders only. Pure. */
import type { PackageRow, ServerDetail } from "../../../db/index.ts";
import { defaultAlias } from "../../../policy/export/index.ts";
import { shellWord } from "./shell-word.ts";

export interface Snippet {
  what: string;
  text: string;
}

export interface Connection {
  /** The usual `mcpServers` entry, then command lines of clients. */
  snippets: Snippet[];
  /** What a reader should know before, a sentence each. */
  notes: string[];
}

interface Entry {
  command?: string;
  args?: string[];
  env?: Record<string, string>;
  type?: "http" | "sse";
  url?: string;
  headers?: Record<string, string>;
}

const MOST_WORDS = 40;

/** Undefined for what nobody else can reach: files, and commands and configurations of somebody's own machine. */
export function connectionOf(server: ServerDetail): Connection | undefined {
  const entry = server.package ? packageEntry(server, server.package) : remoteEntry(server);
  if (!entry) return undefined;
  const alias = defaultAlias(server.id);
  const config = { mcpServers: { [alias]: entry } };
  return {
    snippets: [
      { what: "In a client's configuration", text: JSON.stringify(config, null, 2) },
      { what: "Claude Code", text: claudeLine(alias, entry) },
      ...(entry.type === "sse" ? [] : [{ what: "Codex", text: codexLine(alias, entry) }]),
    ],
    notes: notesOn(server, entry),
  };
}

function packageEntry({ launch }: ServerDetail, { registry, name, version }: PackageRow): Entry {
  const [program = "", ...given] = launch?.command ?? [];
  const names = launch?.environment ?? [];
  const env = Object.fromEntries(names.map((variable) => [variable, placeholder(variable)]));
  const more = names.length > 0 ? { env } : {};
  if (registry === "oci") {
    const image = version.startsWith("sha256:") ? `${name}@${version}` : `${name}:${version}`;
    // The command line of a container is `<program> run <image> …`.
    const args = given.slice(2, MOST_WORDS);
    return {
      command: "docker",
      args: ["run", "-i", "--rm", ...names.flatMap((variable) => ["-e", variable]), image, ...args],
      ...more,
    };
  }
  const args = given.slice(0, MOST_WORDS);
  const isNamed = program === "" || program === name.slice(name.lastIndexOf("/") + 1);
  if (registry === "npm") {
    const run = isNamed ? [`${name}@${version}`] : [`--package=${name}@${version}`, "--", program];
    return { command: "npx", args: ["-y", ...run, ...args], ...more };
  }
  const run = isNamed ? [`${name}@${version}`] : ["--from", `${name}==${version}`, program];
  return { command: "uvx", args: [...run, ...args], ...more };
}

function remoteEntry({ launch, source, authorization }: ServerDetail): Entry | undefined {
  const url = launch?.url ?? source;
  if (!/^https?:\/\//.test(url)) return undefined;
  const signsIn = (authorization?.metadata?.authorization_servers?.length ?? 0) > 0;
  const wantsToken = launch?.authorization === "given" || (authorization !== undefined && !signsIn);
  return {
    type: launch?.legacySse ? "sse" : "http",
    url,
    ...(wantsToken ? { headers: { Authorization: "Bearer <your token>" } } : {}),
  };
}

function placeholder(variable: string): string {
  return `<your ${variable}>`;
}

function claudeLine(
  alias: string,
  { command, args = [], env = {}, type, url = "", headers = {} }: Entry,
): string {
  const head = ["claude", "mcp", "add"];
  if (command === undefined)
    return line([
      ...head,
      "--transport",
      type ?? "http",
      alias,
      url,
      ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ]);
  return line([
    ...head,
    alias,
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    "--",
    command,
    ...args,
  ]);
}

function codexLine(alias: string, { command, args = [], env = {}, url = "", headers }: Entry): string {
  const head = ["codex", "mcp", "add", alias];
  if (command === undefined)
    return line([...head, "--url", url, ...(headers ? ["--bearer-token-env-var", "MCP_TOKEN"] : [])]);
  return line([
    ...head,
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    "--",
    command,
    ...args,
  ]);
}

function line(words: string[]): string {
  return words.map(shellWord).join(" ");
}

function notesOn({ launch, package: found, authorization }: ServerDetail, entry: Entry): string[] {
  return [
    ...(found
      ? [
          `It is pinned to ${found.version}, the version this page speaks of. Another version may have other tools.`,
        ]
      : []),
    ...((launch?.command?.length ?? 0) > 1 && found?.registry !== "oci"
      ? ["The arguments behind its name are those it was asked with here; yours may be others."]
      : []),
    ...(entry.env ? ["Put your own values in place of what stands in angle brackets."] : []),
    ...(authorization?.metadata?.authorization_servers?.length
      ? ["Clients that can sign in will ask you to."]
      : []),
    ...(entry.type === "sse"
      ? ["It speaks HTTP+SSE of 2024-11-05, which not every client still takes."]
      : []),
  ];
}
