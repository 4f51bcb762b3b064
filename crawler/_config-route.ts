import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { understandCommand } from "./_config-command.ts";
import type { ConfiguredServer } from "./_config-file.ts";
import { Hidden, looksSecret } from "./_hide.ts";
import { redactArguments, redactUrl } from "./_redact.ts";
import { plain } from "./_text.ts";
import type { ParsedSource, SourceOptions } from "./source.ts";
import { commandSource } from "./sources/command.ts";
import remote from "./sources/http.ts";
import npm from "./sources/npm.ts";
import oci from "./sources/oci.ts";
import pypi from "./sources/pypi.ts";
import { homeOrRoot } from "./user-home.ts";

/** How to ask a configured server, or why it isn't asked. `left` names what the configuration holds and we left out. */
export type ConfigRoute = { hidden: Hidden } & (
  | { ok: true; parsed: ParsedSource; left: string[] }
  | { ok: false; reason: string }
);

/** What stands where a secret was left out. */
const PLACEHOLDER = "***";

/**
 * Makes a source of a configured server. Environment, headers and secrets among its arguments are given to it only
 * when the user said so, and are never shown.
 */
export function routeConfigured(
  server: ConfiguredServer,
  options: { name: string; file: string; useSecrets: boolean },
): ConfigRoute {
  const hidden = new Hidden();
  for (const [name, value] of [...Object.entries(server.environment), ...Object.entries(server.headers)])
    hidden.add(value, name);
  if (server.isOff) return { ok: false, hidden, reason: "it is switched off in the configuration" };
  const variables = new Variables(options.file, options.useSecrets, hidden);
  const route =
    server.url === undefined
      ? routeToCommand(server, variables, hidden, options)
      : routeToRemote(server.url, server, variables, hidden, options);
  if (variables.missing.size === 0) return { hidden, ...route };
  const names = plain([...variables.missing].join(", "), 300);
  const how = options.useSecrets ? "" : " --use-config-env takes them from the environment.";
  return { ok: false, hidden, reason: `it needs configuration: ${names}, which nothing sets here.${how}` };
}

type Bare = { ok: true; parsed: ParsedSource; left: string[] } | { ok: false; reason: string };

function routeToRemote(
  written: string,
  { headers }: ConfiguredServer,
  variables: Variables,
  hidden: Hidden,
  { useSecrets }: { useSecrets: boolean },
): Bare {
  const text = variables.fill(written);
  if (!URL.canParse(text)) return { ok: false, reason: "its URL is none" };
  const url = new URL(text);
  const secret = [
    ...url.pathname.split("/").filter(looksSecret),
    ...url.searchParams.values(),
    url.hash.slice(1),
  ];
  for (const value of [...secret, url.username, url.password]) hidden.add(value, "secret");
  if (!useSecrets && url.pathname.split("/").some(looksSecret))
    return {
      ok: false,
      reason: "its address holds what looks like a secret, so it is not asked without --use-config-env",
    };
  const left = [...Object.keys(headers), ...(url.search === "" ? [] : ["the query of its address"])];
  if (!useSecrets) return { ok: true, parsed: remote.parse(redactUrl(url), {}), left };
  const filled = Object.entries(headers).map(([name, value]) => [name, variables.fill(value)] as const);
  for (const [name, value] of filled) hidden.add(value, name);
  return { ok: true, parsed: remote.parse(url.href, { headers: Object.fromEntries(filled) }), left: [] };
}

function routeToCommand(
  { command = "", arguments: written, environment: configured, workingFolder }: ConfiguredServer,
  variables: Variables,
  hidden: Hidden,
  { name, file, useSecrets }: { name: string; file: string; useSecrets: boolean },
): Bare {
  const understood = understandCommand(command, written);
  if (understood.kind === "unknown") return { ok: false, reason: understood.problem };
  const folder = resolve(
    projectFolder(file),
    workingFolder === undefined ? "" : variables.fill(workingFolder),
  );
  const isPackage = understood.kind === "package";
  const own = isPackage ? (understood.environment ?? {}) : {};
  for (const [key, value] of Object.entries(own)) hidden.add(value, key);
  const kept = isPackage && understood.keep ? pick(configured, understood.keep) : configured;
  const all = { ...kept, ...own };
  const environment = useSecrets ? fillAll(all, variables, hidden) : {};
  const given = isPackage ? understood.arguments : written;
  const { args, hasSecrets } = useArguments(given, folder, useSecrets, variables, hidden);
  const left = useSecrets
    ? []
    : [...Object.keys(all), ...(hasSecrets ? ["secrets among its arguments"] : [])];
  const options: SourceOptions = {
    name,
    environment,
    workingFolder: folder,
    ...(isPackage && args.length > 0 ? { arguments: args } : {}),
  };
  if (!isPackage)
    return { ok: true, parsed: commandSource([variables.fill(command), ...args], options), left };
  const kind = [npm, pypi, oci].find(({ schemes }) => understood.source.startsWith(`${schemes[0]}:`)) ?? npm;
  return { ok: true, parsed: kind.parse(understood.source, options), left };
}

function useArguments(
  written: string[],
  folder: string,
  useSecrets: boolean,
  variables: Variables,
  hidden: Hidden,
): { args: string[]; hasSecrets: boolean } {
  const shown = redactArguments(["", ...written.map((argument) => hidden.text(argument))]).slice(1);
  let hasSecrets = false;
  const args = written.map((argument, i) => {
    const isPath = /^(\.{0,2}\/|~|[A-Za-z]:\\)/.test(argument) || existsSync(resolve(folder, argument));
    const isSecret = shown[i] !== argument || (!isPath && looksSecret(argument));
    if (isSecret) {
      hasSecrets = true;
      for (const part of secretsIn(argument)) hidden.add(part, "secret");
    }
    if (!isSecret || useSecrets) return variables.fill(argument);
    return shown[i] !== argument ? (shown[i] ?? PLACEHOLDER) : PLACEHOLDER;
  });
  return { args, hasSecrets };
}

/** The parts of an argument that are the secret, so that its name stays readable. */
function secretsIn(argument: string): string[] {
  const named = /^[\w-]+(?:=|:\s)(.*)$/s.exec(argument)?.[1];
  const value = named ?? argument;
  if (!URL.canParse(value) || !value.includes("://")) return [value];
  const url = new URL(value);
  const { username, password, hash, searchParams } = url;
  const path = url.pathname.split("/").filter(looksSecret);
  return [username, password, decodeURIComponent(password), hash.slice(1), ...searchParams.values(), ...path];
}

function fillAll(
  values: Record<string, string>,
  variables: Variables,
  hidden: Hidden,
): Record<string, string> {
  const filled = Object.entries(values).map(([name, value]) => [name, variables.fill(value)] as const);
  for (const [name, value] of filled) hidden.add(value, name);
  return Object.fromEntries(filled);
}

const pick = (values: Record<string, string>, names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));

/** `${NAME}`, `${env:NAME}`, `${NAME:-default}`, `${workspaceFolder}` and their like, as clients write them. */
class Variables {
  readonly missing = new Set<string>();
  readonly #file: string;
  readonly #useEnvironment: boolean;
  readonly #hidden: Hidden;

  constructor(file: string, useEnvironment: boolean, hidden: Hidden) {
    this.#file = file;
    this.#useEnvironment = useEnvironment;
    this.#hidden = hidden;
  }

  fill(text: string): string {
    return text.replace(/\$\{([^}]+)\}/g, (whole, inner: string) => {
      const [, written = inner, fallback] = /^(.*?):-(.*)$/s.exec(inner) ?? [];
      if (/^(workspaceFolder|workspaceRoot)$/.test(written)) return projectFolder(this.#file);
      if (written === "userHome") return homeOrRoot();
      const name = written.replace(/^env:/, "");
      const value = this.#useEnvironment ? process.env[name] : undefined;
      if (value !== undefined) {
        this.#hidden.add(value, name);
        return value;
      }
      if (fallback !== undefined) return fallback;
      this.missing.add(name);
      return whole;
    });
  }
}

/** The folder of the project that a configuration is for; the home folder for a user's own. */
export function projectFolder(file: string): string {
  const folder = dirname(file);
  if (basename(file) === ".mcp.json") return folder;
  const isDotted = basename(folder).startsWith(".") && dirname(folder) !== homeOrRoot();
  return isDotted && !folder.startsWith(`${homeOrRoot()}/.config`) ? dirname(folder) : homeOrRoot();
}
