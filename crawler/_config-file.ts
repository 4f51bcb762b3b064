import { readFileSync, statSync } from "node:fs";
import { type ParseError, parse as parseJsonc, printParseErrorCode } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { z } from "zod";
import { isRecord } from "../classifier/record.ts";
import { serverKeys } from "./_clients.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.record(z.string(), scalar).nullish();

/** A server as any of the clients writes it; every key that is not here is of no use to a crawl. */
const serverSchema = z
  .looseObject({
    command: z
      .union([
        z.string(),
        // Zed's older form.
        z.looseObject({ path: z.string(), args: z.array(scalar).nullish(), env: values }),
      ])
      .nullish(),
    args: z.array(scalar).nullish(),
    env: values,
    cwd: z.string().nullish(),
    url: z.string().nullish(),
    httpUrl: z.string().nullish(),
    serverUrl: z.string().nullish(),
    headers: values,
    http_headers: values,
    env_http_headers: values,
    bearer_token_env_var: z.string().nullish(),
    disabled: z.boolean().nullish(),
    enabled: z.boolean().nullish(),
  })
  .transform((raw) => {
    const older = typeof raw.command === "object" && raw.command !== null ? raw.command : undefined;
    const url = raw.httpUrl ?? raw.serverUrl ?? raw.url ?? undefined;
    // Names of variables that hold a value, as Codex has them, become references to them as others write those.
    const named = Object.entries(raw.env_http_headers ?? {}).map(([name, variable]) => [
      name,
      `\${${variable}}`,
    ]);
    const bearer = raw.bearer_token_env_var
      ? { Authorization: `Bearer \${${raw.bearer_token_env_var}}` }
      : {};
    return {
      command: older?.path ?? (typeof raw.command === "string" ? raw.command : undefined),
      arguments: older?.args ?? raw.args ?? [],
      environment: { ...older?.env, ...raw.env },
      ...(raw.cwd ? { workingFolder: raw.cwd } : {}),
      ...(url ? { url } : {}),
      headers: { ...raw.headers, ...raw.http_headers, ...Object.fromEntries(named), ...bearer } as Record<
        string,
        string
      >,
      isOff: raw.disabled === true || raw.enabled === false,
    };
  });

/** A server in a configuration. Holds secrets: nothing of it is shown as it is. */
export type ConfiguredServer = z.infer<typeof serverSchema>;

export type ConfigEntry =
  | { name: string; ok: true; server: ConfiguredServer }
  | { name: string; ok: false; problem: string };
export type ConfigFile = { ok: true; entries: ConfigEntry[] } | { ok: false; problem: string };

const MOST_BYTES = 16 * 1024 * 1024;

/** Reads the servers of a client's configuration. Problems name places, never what stands there. */
export function readConfig(path: string): ConfigFile {
  let text: string;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return no("it is no file. Name the file itself.");
    if (stat.size > MOST_BYTES) return no("it is larger than 16 MiB, so it is no configuration.");
    text = readFileSync(path, "utf8").replace(/^\u{FEFF}/u, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return no(
      code === "ENOENT" || code === "ENOTDIR"
        ? "there is no such file. Check the path."
        : `it can't be read (${code}). Check its permissions.`,
    );
  }
  const parsed = path.toLowerCase().endsWith(".toml") ? readToml(text) : readJson(text);
  if (!parsed.ok) return parsed;
  const entries = new Map<string, ConfigEntry[]>();
  for (const keys of serverKeys()) {
    for (const group of atKeys(parsed.value, keys)) {
      for (const [name, raw] of Object.entries(group)) {
        entries.set(name, [...(entries.get(name) ?? []), readServer(name, raw)]);
      }
    }
  }
  return { ok: true, entries: [...entries.values()].flat() };
}

function readServer(name: string, raw: unknown): ConfigEntry {
  const parsed = serverSchema.safeParse(raw);
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path[0];
    return {
      name,
      ok: false,
      problem: key === undefined ? "it is no object" : `its "${String(key)}" is not as clients write it`,
    };
  }
  const { command, url } = parsed.data;
  if (!command && !url) return { name, ok: false, problem: "it has neither a command nor a URL" };
  return { name, ok: true, server: parsed.data };
}

type Parsed = { ok: true; value: unknown } | { ok: false; problem: string };

function readJson(text: string): Parsed {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return { ok: true, value };
  const before = text.slice(0, error.offset).split("\n");
  return no(
    `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} is not JSON (${printParseErrorCode(error.error)}).`,
  );
}

function readToml(text: string): Parsed {
  try {
    return { ok: true, value: parseToml(text) };
  } catch (error) {
    // Its message quotes the line.
    return no(
      error instanceof TomlError
        ? `line ${error.line}, column ${error.column} is not TOML.`
        : "it is not TOML.",
    );
  }
}

function atKeys(value: unknown, [key, ...rest]: string[]): Record<string, unknown>[] {
  if (!isRecord(value)) return [];
  if (key === undefined) return [value];
  const next = key === "*" ? Object.values(value) : Object.hasOwn(value, key) ? [value[key]] : [];
  return next.flatMap((one) => atKeys(one, rest));
}

const no = (problem: string): { ok: false; problem: string } => ({ ok: false, problem });
