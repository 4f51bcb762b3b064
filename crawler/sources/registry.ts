import { z } from "zod";
import { isLoopbackHost } from "../_addresses.ts";
import { fetchThrough } from "../_delegate.ts";
import { redactUrl } from "../_redact.ts";
import { getRegistryEntry, listRegistry, type Registry } from "../_registry-api.ts";
import { type Entry, readEntry, trimEntry } from "../_registry-entry.ts";
import { chooseRoute, type Route } from "../_registry-route.ts";
import { cleanName } from "../_text.ts";
import { parsePages } from "../answer.ts";
import type { CrawlContext, Facts, Fetched, ParsedSource, SourceKind, SourceOptions } from "../source.ts";
import type { ListedReference, ServerReference } from "../types.ts";

/** A registry of servers, whole or one entry of it: `registry:https://registry.example.com#io.example/notes@1.0.0`. */
const registry: SourceKind = {
  schemes: ["registry"],
  usage: "registry:<url>[#<server>[@<version>]]",
  parse: parseRegistrySource,
};
export default registry;

/** An entry, or why there is none. */
const listedSchema = z.union([z.object({ raw: z.unknown() }), z.object({ reason: z.string() })]);
type Found = { raw: unknown } | { reason: string };

/** A reference to an entry, with the entry; or to what stands for one, with the reason why. */
type Listed = ListedReference & { entry?: Found };

function parseRegistrySource(argument: string, options: SourceOptions): ParsedSource {
  const [address = "", fragment] = split(argument.slice("registry:".length), "#");
  const fail = (what: string): ParsedSource => ({
    ok: false,
    reason: `Reading the source "registry:${shown(address)}": ${what}`,
  });
  const form = "Write registry:<url>, such as registry:https://registry.example.com.";
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return fail(`it is no URL. ${form}`);
  const url = new URL(address);
  if (url.username !== "" || url.password !== "" || url.search !== "")
    return fail(`it holds a user name, a password or a query. Leave them out. ${form}`);
  const base = redactUrl(url)
    .replace(/\/+$/, "")
    .replace(/\/v0(\.1)?(\/servers)?$/, "");
  const { updatedSince } = options;
  if (updatedSince !== undefined && !z.iso.datetime({ offset: true }).safeParse(updatedSince).success)
    return fail(`"${updatedSince}" is no time to list changes since. Write it as 2026-11-01T00:00:00Z.`);
  const settings =
    Object.keys({ ...options.environment, ...options.headers }).length + (options.arguments?.length ?? 0);
  if (fragment === undefined && settings > 0)
    return fail(
      "environment and arguments would go to every server of the registry. Name one: registry:<url>#<server>.",
    );
  const from: Registry = { base, ...(updatedSince === undefined ? {} : { updatedSince }) };
  return {
    ok: true,
    source: {
      label: `registry:${base}${fragment === undefined ? "" : `#${fragment}`}`,
      list: (context) => (fragment === undefined ? listAll(from, context) : listOne(from, fragment, context)),
      foresee: ({ entry }) => {
        const listed = listedSchema.safeParse(entry);
        const way = listed.success ? wayTo(listed.data, from, options) : undefined;
        return way?.ok === false ? way : undefined;
      },
      fetch: async (reference, context) => {
        const listed = listedSchema.safeParse(reference.entry);
        const way = wayTo(
          listed.success ? listed.data : await lookUp(from, reference, context),
          from,
          options,
        );
        return way.ok ? fetchEntry(way, context) : way;
      },
      parse: parsePages,
    },
  };
}

async function* listAll(from: Registry, context: CrawlContext): AsyncGenerator<Listed> {
  const seen = new Set<string>();
  let unreadable = 0;
  for await (const page of listRegistry(from, context)) {
    if (!page.ok) {
      // The registry's own failure is a result too; names of servers hold a slash, so it is nobody else's id.
      const server = `registry/${cleanName(new URL(from.base).host)}`;
      yield { server, source: `registry:${from.base}`, entry: { reason: page.reason }, isRest: true };
      continue;
    }
    for (const raw of page.entries) {
      const read = readEntry(raw);
      if (!read.ok) unreadable++;
      // Older versions are history, not servers.
      else if (!read.entry.isLatest) continue;
      const reference = referenceOf(from, read, raw, unreadable);
      if (seen.has(reference.server)) continue;
      seen.add(reference.server);
      yield reference;
    }
  }
}

async function* listOne(from: Registry, fragment: string, context: CrawlContext): AsyncGenerator<Listed> {
  const [name = "", version = "latest"] = split(fragment, "@");
  const answer = await getRegistryEntry(from, name, version, context);
  const read = answer.ok ? readEntry(answer.entry) : undefined;
  if (answer.ok && read?.ok) return yield referenceOf(from, read, answer.entry);
  const server = `registry/${name.split("/").map(cleanName).join("/")}`;
  const entry = answer.ok ? { raw: answer.entry } : { reason: answer.reason };
  yield { server, source: `registry:${from.base}#${fragment}`, entry };
}

/** For a reference without its entry. */
async function lookUp(from: Registry, { source }: ServerReference, context: CrawlContext): Promise<Found> {
  const [, fragment] = split(source, "#");
  if (fragment === undefined) return { reason: `Looking up ${source}: it names no server of the registry.` };
  const [name = "", version = "latest"] = split(fragment, "@");
  const answer = await getRegistryEntry(from, name, version, context);
  return answer.ok ? { raw: answer.entry } : { reason: answer.reason };
}

type Read = ReturnType<typeof readEntry>;

function referenceOf({ base }: Registry, read: Read, raw: unknown, number = 1): Listed {
  const entry = { raw: trimEntry(raw) };
  if (!read.ok) {
    const name = read.name === "" ? `${number}` : cleanName(read.name);
    return { server: `registry/unreadable-${name}`, source: `registry:${base}#${name}`, entry };
  }
  const { name, version, updatedAt } = read.entry.about;
  const host = read.entry.remotes.map(({ url }) => URL.parse(url)?.host).find((one) => one !== undefined);
  return {
    server: `registry/${name}`,
    source: `registry:${base}#${name}@${version}`,
    ...(host === undefined ? {} : { host }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    entry,
  };
}

function explainEntry({ base }: Registry, { name, problem }: Extract<Read, { ok: false }>): string {
  const what = name === "" ? "an entry" : `the entry "${name}"`;
  return `Reading ${what} of registry:${base}: ${problem}. Report it to the registry.`;
}

type Refusal = Extract<Fetched, { ok: false }>;
interface Way {
  ok: true;
  route: Extract<Route, { ok: true }>;
  facts: Facts;
  about: Entry["about"];
}

/** How an entry's server is asked, or why it is not: the entry alone decides that. */
function wayTo(found: Found, from: Registry, options: SourceOptions): Way | Refusal {
  if ("reason" in found) return failed(found.reason);
  const read = readEntry(found.raw);
  if (!read.ok) return failed(explainEntry(from, read));
  const { base } = from;
  const { about } = read.entry;
  const facts: Facts = { registryEntry: { registry: base, ...about } };
  const skip = (reason: string, more: Facts = {}): Refusal => ({
    ok: false,
    status: "skipped",
    reason,
    raw: [],
    facts: { ...facts, ...more },
  });
  if (about.status === "deleted") {
    const reason = `${about.name} is gone: its registry ${base} has deleted it${saying(about)}.`;
    return skip(reason, { withdrawn: "deleted" });
  }
  const route = chooseRoute(read.entry, { ...options, loopback: isLoopbackHost(new URL(base).hostname) });
  return route.ok
    ? { ok: true, route, facts, about }
    : skip(`Nothing of ${about.name} could be asked: ${route.reason}.`);
}

async function fetchEntry({ route, facts, about }: Way, context: CrawlContext): Promise<Fetched> {
  const fetched = route.hidden.fetched(await fetchThrough(route.parsed, context));
  const all = { ...fetched.facts, ...facts };
  if (!fetched.ok) {
    const hint = fetched.status === "failed" ? route.hint : "";
    return { ...fetched, reason: fetched.reason + hint, facts: all };
  }
  const notes = about.status === "deprecated" ? [`Its registry lists it as deprecated${saying(about)}.`] : [];
  return { ...fetched, notes: [...fetched.notes, ...notes], facts: all };
}

const saying = ({ message }: Entry["about"]): string =>
  message === undefined ? "" : `, saying "${message}"`;

const failed = (reason: string): Refusal => ({ ok: false, status: "failed", reason, raw: [], facts: {} });

/** What stands before the first separator, and what after it, if there is one. */
function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function shown(address: string): string {
  return URL.canParse(address) ? redactUrl(new URL(address)) : address;
}
