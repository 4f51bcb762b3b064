/** What a policy is to be made of, read from a query string: one reading for the builder page and the API. */
import { z } from "zod";
import { EXPORT_FORMATS, type ExportFormat } from "../../../policy/export/index.ts";
import { PRESETS, type Preset } from "../../../policy/index.ts";
import { API, type PoliciesQuery } from "./addresses.ts";
import { type BadParameter, mustBeOneOf, oneOf, unknownParameters } from "./read-query.ts";

/** That are told: an address has room for thousands. */
const MOST_PROBLEMS = 10;
/** Servers in one document. */
export const MOST_SERVERS = 50;
/** The format that all others are made from; it is asked for unless another is. */
export const REFERENCE = EXPORT_FORMATS[0] as ExportFormat;

const FORMAT_IDS = EXPORT_FORMATS.map(({ id }) => id);
const word = (most: number, meaning: string) =>
  z
    .string()
    .max(most, `must be ${meaning}, of at most ${most} characters`)
    .refine((text) => !text.includes("\0"), "must not hold the character U+0000");
const flag = z
  .enum(["true", "1", "false", "0"], { error: mustBeOneOf(["true", "false"]) })
  .meta({ type: "boolean", enum: [true, false] });

/** All parameters, and what one value of each may be. */
const SHAPE = {
  server: word(600, "a server id, such as npm/@scope/name").describe("Server id."),
  alias: word(1_000, "<server id>=<name>").describe(
    "The name that a server has in your client or gateway, as <server id>=<name>; where the path names the server, the name alone. Made from its id unless told.",
  ),
  tool: word(2_600, "the name of a tool").describe("Only this tool, of one server; all of them unless told."),
  format: oneOf(FORMAT_IDS)
    .meta({ default: REFERENCE.id })
    .describe(`What loads the document; ${REFERENCE.id} unless told.`),
  preset: oneOf(PRESETS).meta({ default: "recommended" }).describe("How strict; recommended unless told."),
  find: word(200, "words of a server's or a tool's name"),
  envelope: flag.describe(
    "true: JSON with the document as text, what it could not say (losses), why each rule is there (reasons), and the digests of the definitions it was made for.",
  ),
  download: flag.describe("true: as a file to save, under the format's usual name."),
};
type ParameterName = keyof typeof SHAPE;

/** The parameters of the builder page, of the API for several servers, and of the API for the server in its path. */
export const PAGE_PARAMETERS = ["server", "alias", "tool", "format", "preset", "find"] as const;
export const SEVERAL_PARAMETERS = [
  "server",
  "alias",
  "tool",
  "format",
  "preset",
  "envelope",
  "download",
] as const;
export const ONE_PARAMETERS = ["alias", "tool", "format", "preset", "envelope", "download"] as const;

const MANY = `is given too often; ${MOST_SERVERS} servers make one document at most`;
const MISSING = `is missing; give the ids of servers, as ${API}/servers lists them`;

/**
 * The parameters as an operation of the API has them: servers and their names may be given again and again.
 * @param needed one that must be given
 */
export function policyParameters<const Name extends ParameterName>(known: readonly Name[], needed?: Name) {
  const fields = known.map((name) => {
    const { description } = SHAPE[name];
    const several = name === "server" || name === "alias";
    const field = several
      ? z
          .array(SHAPE[name], MISSING)
          .max(MOST_SERVERS, MANY)
          .describe(description ?? "")
      : SHAPE[name];
    return [name, name === needed ? field : field.optional()];
  });
  return z.object(Object.fromEntries(fields) as Record<Name, z.ZodType>);
}

export interface PolicyQuery {
  /** Server ids, each once, in the order they were given. */
  servers: string[];
  /** By server id. */
  aliases: Map<string, string>;
  tool?: string;
  format: ExportFormat;
  preset: Preset;
  find?: string;
  /** The document in JSON, with what is known of it beside it. */
  envelope: boolean;
  /** As a file to keep. */
  download: boolean;
}

/**
 * Reads a query as far as it can be read.
 *
 * @param known the parameters this address has
 * @param own the server that is named by the address itself
 * @returns the query, with what is usual in the place of what cannot be taken, and each thing that cannot, as a sentence
 */
export function readPolicyQuery(
  params: URLSearchParams,
  known: readonly ParameterName[],
  own?: string,
): { query: PolicyQuery; problems: BadParameter[] } {
  const schema = z.object(Object.fromEntries(known.map((name) => [name, SHAPE[name]])));
  const problems = unknownParameters(params, schema);
  const complain = (parameter: string, what: string) => {
    if (problems.length < MOST_PROBLEMS)
      problems.push({ parameter, detail: `The parameter ${parameter} ${what}.` });
  };

  const good = (name: ParameterName): string[] => {
    if (!known.includes(name)) return [];
    return params.getAll(name).filter((value) => {
      if (value === "") return false;
      const read = SHAPE[name].safeParse(value);
      if (!read.success) complain(name, read.error.issues[0]?.message ?? "can't be read");
      return read.success;
    });
  };
  const one = (name: ParameterName): string | undefined => {
    const [first, ...others] = good(name);
    if (others.length > 0) complain(name, "is given more than once; give it once");
    return first;
  };

  const given = own === undefined ? [...new Set(good("server"))] : [own];
  const servers = given.slice(0, MOST_SERVERS);
  if (given.length > MOST_SERVERS) {
    complain("server", `is given ${given.length} times; ${MOST_SERVERS} servers make one document at most`);
  }
  const tool = one("tool");
  if (tool !== undefined && servers.length > 1) {
    complain("tool", "is a name on one server; leave it out, or give one server");
  }
  const aliases = new Map<string, string>();
  for (const text of good("alias")) {
    const read = readAlias(text, servers, own !== undefined);
    if (read) aliases.set(...read);
    else complain("alias", aliasHint(text, servers, own));
  }
  const [formatId, preset] = [one("format"), one("preset")];
  return {
    query: {
      servers,
      aliases,
      tool,
      format: EXPORT_FORMATS.find(({ id }) => id === formatId) ?? REFERENCE,
      preset: PRESETS.find((name) => name === preset) ?? "recommended",
      find: one("find")?.trim() || undefined,
      envelope: isOn(one("envelope")),
      download: isOn(one("download")),
    },
    problems,
  };
}

/** `<server id>=<name>`, of a server that is asked for; the name alone where the address names the server. */
function readAlias(text: string, servers: string[], isOne: boolean): [string, string] | undefined {
  // An id may hold =, and may begin like another one: the longest that fits is meant.
  const named = servers
    .filter((id) => text.startsWith(`${id}=`) && text.length > id.length + 1)
    .toSorted((a, b) => b.length - a.length)[0];
  if (named !== undefined) return [named, text.slice(named.length + 1)];
  return isOne && servers[0] !== undefined ? [servers[0], text] : undefined;
}

function aliasHint(text: string, servers: string[], own?: string): string {
  const form = own === undefined ? "<server id>=<name>" : "the name this server has in your client";
  if (servers.length === 0) return `must be ${form}, and no server is given`;
  const shown = JSON.stringify(text.slice(0, 100));
  return `must be ${form}, of a server that is given, such as ${servers[0]}=tools; it is ${shown}`;
}

function isOn(text: string | undefined): boolean {
  return text === "true" || text === "1";
}

/** A query as it stands in an address: what is usual is left out. */
export function addressQuery({ servers, aliases, tool, format, preset }: PolicyQuery): PoliciesQuery {
  return {
    servers,
    aliases,
    tool,
    format: format === REFERENCE ? undefined : format.id,
    preset: preset === "recommended" ? undefined : preset,
  };
}
