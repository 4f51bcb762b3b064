import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { noRoom } from "./_no-room.ts";
import { withCatalog } from "./_tools.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";
import { safe, safeJson } from "./render/text.ts";

interface ExportOptions {
  out: string;
}

/** `placard export`: the whole catalog as a file. */
export function defineExport(program: Command, io: Io): void {
  program
    .command("export")
    .description("Write the whole catalog to a file: the bulk dataset that the API serves.")
    .requiredOption(
      "--out <file>",
      "ending in .jsonl.gz: what placard import loads; in .parquet: a table of tools; - for JSON Lines on stdout",
    )
    .addHelpText(
      "after",
      `
The same catalog gives the same bytes. On stdout stands what is known of the file, as JSON: its rows, bytes and SHA-256.

Examples:
  placard export --out catalog.jsonl.gz
  placard export --out tools.parquet
  placard export --out - | jq -c 'select(.kind == "tool")'
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  the file cannot be written, or the catalog cannot be opened
  130  stopped by Ctrl-C`,
    )
    .action((options: ExportOptions) => runExport(options, io));
}

async function runExport({ out }: ExportOptions, io: Io): Promise<void> {
  const { FILE_NAMES, makeFile } = await import("../site/src/api/bulk-files.ts");
  const signal = io.signal();
  if (out === "-") return linesTo(io, signal);
  const name = FILE_NAMES.find((known) => out.endsWith(known.slice("export".length)));
  if (!name) {
    throw new Failure(
      `writing the catalog to ${safe(out)}: its name says no format. End it in .jsonl.gz or .parquet.`,
      EXIT.usage,
    );
  }
  const file = resolve(out);
  const part = `${file}.${process.pid}.part`;
  try {
    const handle = await open(part, "w");
    const made = await withCatalog(io, async (database) => {
      const { withSnapshot } = await import("../db/index.ts");
      return withSnapshot(database, signal, (snapshot) =>
        makeFile(name, snapshot, (chunk) => handle.writeFile(chunk)),
      );
    }).finally(() => handle.close());
    await rename(part, file);
    await io.out(`${safeJson({ file: out, ...made })}\n`);
  } catch (error) {
    throw writeFailure(error, out);
  } finally {
    await rm(part, { force: true }).catch(() => {});
  }
}

async function linesTo(io: Io, signal: AbortSignal): Promise<void> {
  const { datasetLines } = await import("../site/src/api/bulk-jsonl.ts");
  await withCatalog(io, async (database) => {
    const { withSnapshot } = await import("../db/index.ts");
    const decoder = new TextDecoder();
    await withSnapshot(database, signal, async (snapshot) => {
      for await (const chunk of datasetLines(snapshot, () => {}))
        await io.out(decoder.decode(chunk, { stream: true }));
    });
  });
}

const CODES: Record<string, string> = {
  ENOENT: "there is no such folder",
  EISDIR: "that is a folder",
  ENOTDIR: "what stands before its name is no folder",
  EACCES: "it may not be written there",
  EROFS: "it may not be written there",
};

function writeFailure(error: unknown, out: string): unknown {
  const why = CODES[(error as NodeJS.ErrnoException).code ?? ""] ?? noRoom(error);
  if (why === undefined) return error;
  return new Failure(`writing the catalog to ${safe(out)}: ${why}. Name another file with --out.`);
}
