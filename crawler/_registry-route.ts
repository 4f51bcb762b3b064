import { isLoopbackHost } from "./_addresses.ts";
import { Hidden } from "./_hide.ts";
import { redactArguments } from "./_redact.ts";
import {
  type Entry,
  type Filled,
  fillInput,
  fillTemplate,
  type Package,
  type Remote,
} from "./_registry-entry.ts";
import { plain } from "./_text.ts";
import { findUv } from "./_uv.ts";
import type { ParsedSource, SourceOptions } from "./source.ts";
import remoteSource from "./sources/http.ts";
import npm from "./sources/npm.ts";
import oci, { findContainerProgram } from "./sources/oci.ts";
import pypi from "./sources/pypi.ts";

/** The way to an entry's server, or why there is none. `hint` is for a server that fails. */
export type Route =
  | { ok: true; parsed: ParsedSource; hidden: Hidden; hint: string }
  | { ok: false; reason: string };

/** What a user set for the entry, and whether its registry is on this machine, so that its remotes may be too. */
export interface RouteOptions extends Pick<SourceOptions, "arguments" | "environment"> {
  loopback: boolean;
}

/**
 * Chooses how to ask an entry's server: a remote that needs nothing more, else a package that can be started here.
 * Nothing is guessed: what needs a value that nobody set is named in the reason.
 */
export function chooseRoute(entry: Entry, options: RouteOptions): Route {
  const remotes = [...entry.remotes].sort((a, b) => rank(REMOTES, a.type) - rank(REMOTES, b.type));
  const packages = entry.packages.toSorted((a, b) => packageRank(a) - packageRank(b));
  const against: string[] = [];
  for (const remote of remotes) {
    const route = routeToRemote(remote, options);
    if (route.ok) return route;
    against.push(`its remote ${shownUrl(remote.url)} ${route.reason}`);
  }
  for (const one of packages) {
    const route = routeToPackage(one, options);
    if (route.ok) return route;
    against.push(`its package ${plain(`${one.registryType}:${one.identifier}`, 120)} ${route.reason}`);
  }
  if (entry.unreadable > 0)
    against.push(`${entry.unreadable} of its packages or remotes are not as the schema has them`);
  if (against.length === 0) return { ok: false, reason: "its entry lists neither a package nor a remote" };
  return { ok: false, reason: plain(against.join("; "), 1_200) };
}

const REMOTES = ["streamable-http", "sse"];
const rank = (order: string[], type: string): number =>
  order.includes(type) ? order.indexOf(type) : order.length;

/** npm first; of the others, those whose program is on this machine. */
function packageRank({ registryType }: Package): number {
  const available = { npm: true, pypi: findUv() !== undefined, oci: findContainerProgram() !== undefined }[
    registryType
  ];
  return rank(["npm", "pypi", "oci"], registryType) + (available === true ? 0 : 10);
}

function routeToRemote(remote: Remote, { environment = {}, loopback }: RouteOptions): Route {
  if (!REMOTES.includes(remote.type)) return no(`speaks "${plain(remote.type, 40)}", which Placard does not`);
  const hidden = new Hidden();
  const missing: string[] = [];
  const url = take(fillTemplate(remote.url, remote.variables, environment), missing, "in its address");
  const headers: Record<string, string> = {};
  for (const header of remote.headers ?? []) {
    const filled = fillInput(header.name, header, environment);
    const value = filled === undefined ? undefined : take(filled, missing, "as a header");
    if (value === undefined) continue;
    headers[header.name] = value;
    if (header.isSecret !== false) hidden.add(value, header.name);
  }
  if (missing.length > 0 || url === undefined) return no(needs(missing));
  for (const [name, value] of Object.entries(environment)) hidden.add(value, name);
  if (!URL.canParse(url)) return no("is no URL");
  if (!loopback && isLoopbackHost(new URL(url).hostname))
    return no("is on this very machine, which only a registry on this machine may name");
  return { ok: true, parsed: remoteSource.parse(url, { headers }), hidden, hint: "" };
}

/** The public registries that the package managers ask; a package of another one is another package. */
const PUBLIC: Record<string, RegExp> = {
  npm: /^https:\/\/registry\.npmjs\.org\/?$/,
  pypi: /^https:\/\/(www\.)?pypi\.org(\/simple)?\/?$/,
};

function routeToPackage(one: Package, options: RouteOptions): Route {
  const { registryType, registryBaseUrl, identifier, version } = one;
  const transport = one.transport?.type ?? "stdio";
  if (transport !== "stdio")
    return no(`is to be started as an HTTP server (${plain(transport, 40)}), which Placard does not do`);
  const kind = { npm, pypi, oci }[registryType];
  if (kind === undefined) return no("is of a kind that Placard can't start");
  if (registryBaseUrl && PUBLIC[registryType]?.test(registryBaseUrl) === false)
    return no(`is in another registry (${shownUrl(registryBaseUrl)})`);
  const { environment: given = {} } = options;
  const missing: string[] = [];
  const args = options.arguments ?? argumentsOf(one, given, missing);
  if (missing.length > 0) return no(needs(missing));
  const environment = { ...fixedEnvironment(one), ...given };
  const hidden = new Hidden();
  for (const [name, value] of Object.entries(given)) hidden.add(value, name);
  const unset = (one.environmentVariables ?? [])
    .filter(({ name, isRequired }) => isRequired === true && !Object.hasOwn(environment, name))
    .map(({ name }) => plain(name, 80));
  const hint =
    unset.length === 0
      ? ""
      : ` Its registry says that it needs ${unset.join(", ")}, which nobody set; --env sets them.`;
  // An OCI identifier holds its tag already.
  const source = `${registryType}:${identifier}${version && !(registryType === "oci" && /[:@][^/]*$/.test(identifier)) ? `${registryType === "oci" ? ":" : "@"}${version}` : ""}`;
  const parsed = kind.parse(source, { ...(args.length > 0 ? { arguments: args } : {}), environment });
  return parsed.ok
    ? { ok: true, parsed, hidden, hint }
    : no(`can't be named to its package manager (${parsed.reason})`);
}

function argumentsOf(one: Package, given: Record<string, string>, missing: string[]): string[] {
  return (one.packageArguments ?? []).flatMap((argument, i) => {
    const name = argument.name || argument.valueHint || `argument ${i + 1}`;
    const filled = fillInput(name, argument, given);
    const value = filled === undefined ? undefined : take(filled, missing, "as an argument");
    if (value === undefined) return [];
    return argument.type === "named" && argument.name ? [argument.name, value] : [value];
  });
}

/**
 * Variables that say which code runs, or that the programs of ours around a server obey: they start with its
 * environment, outside the sandbox. A registry does not get to set them.
 */
const STEERING =
  /^(LD_|DYLD_|GLIBC_|GCONV_|MALLOC_|LOCPATH$|NODE_|PYTHON|PERL|RUBY|BASH|ENV$|PATH$|HOME$|TMPDIR$|IFS$|SHELL|UV_|DOCKER_|CONTAINER|NPM_|JAVA_|JDK_)/i;

/** Values that the publisher fixed. Defaults are the server's own business. */
export function fixedEnvironment(one: Package): Record<string, string> {
  return Object.fromEntries(
    (one.environmentVariables ?? []).flatMap(({ name, value, variables }) => {
      if (value === undefined || value === null || STEERING.test(name) || !/^[\w.-]+$/.test(name)) return [];
      const filled = fillTemplate(value, variables, {});
      return filled.ok ? [[name, filled.value] as const] : [];
    }),
  );
}

function take(filled: Filled, missing: string[], where: string): string | undefined {
  if (filled.ok) return filled.value;
  for (const name of filled.missing) missing.push(`${plain(name, 80)} (${where})`);
  return undefined;
}

const needs = (missing: string[]): string => `needs configuration: ${missing.join(", ")}, which nobody set`;
const no = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });
const shownUrl = (url: string): string => plain(redactArguments([url])[0] ?? "", 200);
