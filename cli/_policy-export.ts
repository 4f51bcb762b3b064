import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  defaultAlias,
  EXPORT_FORMATS,
  type ExportFormat,
  type Loss,
  prepareServer,
} from "../policy/export/index.ts";
import type { RecommendOptions } from "../policy/index.ts";
import type { ChosenServer } from "./_policy-sources.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { safe, wrap } from "./render/text.ts";

/**
 * A policy in a foreign format, as text; what the format cannot say goes to stderr.
 * @throws Failure when the format cannot hold it, with what to try.
 */
export function exportPolicy(
  format: ExportFormat,
  chosen: ChosenServer[],
  aliases: ReadonlyMap<string, string>,
  options: RecommendOptions,
  io: Io,
): string {
  const unknown = [...aliases.keys()].find((id) => chosen.every(({ server }) => server !== id));
  if (unknown !== undefined) {
    const known = chosen.map(({ server }) => safe(server)).join(", ");
    throw new Failure(`--alias names the server ${safe(unknown)}, which is not one of ${known}.`, EXIT.usage);
  }
  const servers = chosen.map(({ server, tools }) =>
    prepareServer(server, aliases.get(server) ?? defaultAlias(server), tools, options),
  );
  const written = format.write(servers);
  if (!written.ok) throw new Failure(`writing ${format.title}: ${safe(written.problem)}`, EXIT.usage);
  if (written.losses.length > 0) io.note(renderLosses(format, written.losses, io.width));
  return written.text;
}

function renderLosses({ title }: ExportFormat, losses: Loss[], width: number): string {
  const lines = losses.flatMap(({ what, instead, tools }) => [
    wrap(`${what}: ${instead}`, width, "  "),
    ...(tools.length > 0 ? [wrap(tools.map(safe).join(", "), width, "    ")] : []),
  ]);
  return [`placard: ${title} cannot say all of the policy:`, ...lines].join("\n");
}

/** What `--list-formats` prints: each format, what loads it, how it was tried, what it cannot say. */
export function renderFormatList(width: number): string {
  return EXPORT_FORMATS.map(({ id, title, target, proof, cannot }) =>
    [
      `${id}  ${title}`,
      wrap(`For ${target}.`, width, "  "),
      wrap(
        proof.kind === "engine" ? `Tried with ${proof.engine}.` : `Shape-checked only: ${proof.why}.`,
        width,
        "  ",
      ),
      wrap(`Cannot say: ${cannot.join("; ") || "nothing"}.`, width, "  "),
    ].join("\n"),
  ).join("\n\n");
}

/** Collects `--alias <server>=<name>`. The name is behind the last `=`, as ids may contain one. */
export function collectAlias(given: string, before: ReadonlyMap<string, string>): Map<string, string> {
  const at = given.lastIndexOf("=");
  if (at < 1 || at === given.length - 1) {
    throw new Failure(
      `--alias takes <server id>=<name>, such as npm/@playwright/mcp=browser, not "${safe(given)}".`,
      EXIT.usage,
    );
  }
  return new Map(before).set(given.slice(0, at), given.slice(at + 1));
}

/** The server id of a file of definitions: `file/<its name>`. */
export function serverOfFile(path: string): string {
  return `file/${path === "-" ? "stdin" : basename(path).replace(/\.[^.]*$/, "")}`;
}

/**
 * The document to where the user wants it.
 * @param file stdout when absent
 * @throws Failure when the file cannot be written.
 */
export async function putOut(text: string, file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) return io.out(text);
  try {
    await writeFile(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`writing ${safe(file)}: ${safe(why)}. Is the folder there, and may you write to it?`);
  }
}
