import { z } from "zod";
import { plain, storableText } from "./_text.ts";
import type { RegistryEntry } from "./types.ts";

/** Meta key of the official registry; sub-registries that speak its API keep it. */
const OFFICIAL = "io.modelcontextprotocol.registry/official";

/** A value, or a template with `{variables}`, as server.json (schema 2025-12-11, Input) has them everywhere. */
const inputShape = {
  value: z.string().nullish(),
  default: z.string().nullish(),
  isRequired: z.boolean().nullish(),
  isSecret: z.boolean().nullish(),
};
const variablesSchema = z.record(z.string(), z.looseObject(inputShape)).nullish();
const inputSchema = z.looseObject({ ...inputShape, variables: variablesSchema });
const namedSchema = inputSchema.extend({ name: z.string() });
const argumentSchema = inputSchema.extend({
  type: z.string().nullish(),
  name: z.string().nullish(),
  valueHint: z.string().nullish(),
});

const remoteSchema = z.looseObject({
  type: z.string(),
  url: z.string(),
  headers: z.array(namedSchema).nullish(),
  variables: variablesSchema,
});
const packageSchema = z.looseObject({
  registryType: z.string(),
  registryBaseUrl: z.string().nullish(),
  identifier: z.string(),
  version: z.string().nullish(),
  transport: z.looseObject({ type: z.string() }).nullish(),
  packageArguments: z.array(argumentSchema).nullish(),
  environmentVariables: z.array(namedSchema).nullish(),
});

/** An address in an entry. */
export type Remote = z.infer<typeof remoteSchema>;
/** A package in an entry. */
export type Package = z.infer<typeof packageSchema>;
/** A value that may have to be set. */
export type Input = z.infer<typeof inputSchema>;
export type Variables = z.infer<typeof variablesSchema>;

/** `reverse.dns.name/server` (server.json, `name`). */
const NAME = /^[A-Za-z0-9.-]+\/[A-Za-z0-9._-]+$/;

const entrySchema = z.looseObject({
  server: z.looseObject({
    name: z.string().max(200).regex(NAME),
    version: z.string().max(255),
    packages: z.array(z.unknown()).nullish(),
    remotes: z.array(z.unknown()).nullish(),
  }),
  _meta: z.looseObject({ [OFFICIAL]: z.unknown() }).nullish(),
});
const metaSchema = z.looseObject({
  status: z.string().nullish(),
  statusMessage: z.string().nullish(),
  updatedAt: z.string().nullish(),
  isLatest: z.boolean().nullish(),
});

/** An entry as far as a crawl needs it. What of its packages and remotes can't be read is counted, not lost. */
export interface Entry {
  about: Omit<RegistryEntry, "registry">;
  /** False for a version that has a newer one: not the one to crawl. */
  isLatest: boolean;
  remotes: Remote[];
  packages: Package[];
  unreadable: number;
}

/** The part of an entry that a crawl needs, as it was, to be kept with a reference; one that can't be read is kept whole. */
export function trimEntry(raw: unknown): unknown {
  const parsed = entrySchema.safeParse(raw);
  if (!parsed.success) return raw;
  const { name, version, packages, remotes } = parsed.data.server;
  return {
    server: { name, version, packages, remotes },
    _meta: { [OFFICIAL]: parsed.data._meta?.[OFFICIAL] },
  };
}

/** Reads an entry of a page; a stranger's, so each part of it may be anything. */
export function readEntry(
  raw: unknown,
): { ok: true; entry: Entry } | { ok: false; name: string; problem: string } {
  const parsed = entrySchema.safeParse(raw);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join("/") ?? "";
    const named = z.object({ server: z.object({ name: z.string() }) }).safeParse(raw);
    const name = named.success ? plain(named.data.server.name, 100) : "";
    return {
      ok: false,
      name,
      problem: `its "${path === "" ? "server" : path}" is missing or not as the registry's schema has it`,
    };
  }
  const { server, _meta } = parsed.data;
  const meta = metaSchema.safeParse(_meta?.[OFFICIAL]);
  const { status, statusMessage, updatedAt, isLatest } = meta.success ? meta.data : {};
  const remotes = readAll(remoteSchema, server.remotes ?? []);
  const packages = readAll(packageSchema, server.packages ?? []);
  return {
    ok: true,
    entry: {
      about: {
        name: server.name,
        version: plain(server.version, 255),
        status: status === "deprecated" || status === "deleted" ? status : "active",
        ...(statusMessage ? { message: plain(storableText(statusMessage), 500) } : {}),
        ...(updatedAt && !Number.isNaN(Date.parse(updatedAt))
          ? { updatedAt: new Date(updatedAt).toISOString() }
          : {}),
      },
      isLatest: isLatest !== false,
      remotes: remotes.read,
      packages: packages.read,
      unreadable: remotes.unreadable + packages.unreadable,
    },
  };
}

function readAll<T>(schema: z.ZodType<T>, raw: unknown[]): { read: T[]; unreadable: number } {
  const read = raw.flatMap((one) => {
    const parsed = schema.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  return { read, unreadable: raw.length - read.length };
}

/** A value with its variables put in: the publisher's own, or what the user set; or the names of those that nobody did. */
export type Filled = { ok: true; value: string } | { ok: false; missing: string[] };

/** @param given what the user set, by name */
export function fillTemplate(template: string, variables: Variables, given: Record<string, string>): Filled {
  const missing: string[] = [];
  const value = template.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const own = variables && Object.hasOwn(variables, name) ? variables[name] : undefined;
    const set = (Object.hasOwn(given, name) ? given[name] : undefined) ?? own?.value ?? own?.default;
    if (set === undefined || set === null) {
      missing.push(name);
      return whole;
    }
    return set;
  });
  return missing.length === 0 ? { ok: true, value } : { ok: false, missing };
}

/** The value of a header or an argument; undefined when it has none and needs none. */
export function fillInput(name: string, input: Input, given: Record<string, string>): Filled | undefined {
  if (Object.hasOwn(given, name)) return { ok: true, value: given[name] ?? "" };
  const template = input.value ?? input.default;
  if (template === undefined || template === null) {
    return input.isRequired === true ? { ok: false, missing: [name] } : undefined;
  }
  const filled = fillTemplate(template, input.variables, given);
  return filled.ok || input.isRequired === true || input.value ? filled : undefined;
}
