import type { Command } from "commander";
import type { ImportProgress } from "./_import-file.ts";
import { statusLine } from "./_status-line.ts";
import { withCatalog } from "./_tools.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";

/** `placard import`: a dataset into an empty catalog. */
export function defineImport(program: Command, io: Io): void {
  program
    .command("import")
    .description("Load a bulk dataset (export.jsonl.gz) into an empty catalog, which then is the same.")
    .argument("<file>", "export.jsonl.gz, or what is in it; a pipe, or - for standard input")
    .addHelpText(
      "after",
      `
Each line is checked by its schema, and each definition by its digest, which is computed anew. All of the file is loaded
or nothing: at the first line that cannot be taken its number is said, and the catalog stays empty. Verdicts are taken as
they are; placard serve makes those of other rules anew.

Not in a dataset, and so not in the catalog afterwards: raw answers, what servers said on stderr, the queue, and servers
that were withdrawn. What lists are asked for by updated_since counts from the import: whoever follows this catalog gets
all that is new to it.

Examples:
  curl -O https://catalog.example.com/api/v1/export.jsonl.gz
  placard import export.jsonl.gz
  PLACARD_HOME=/tmp/copy placard import export.jsonl.gz
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  the file cannot be taken, or the catalog is not empty
  130  stopped by Ctrl-C`,
    )
    .action((file: string) => runImport(file, io));
}

/** How often a line is said where there is no terminal, in milliseconds. */
const NOTE_EVERY_MS = 10_000;
const MIB = 2 ** 20;

async function runImport(file: string, io: Io): Promise<void> {
  const { checkFile, importFile, nameOf } = await import("./_import-file.ts");
  await checkFile(file);
  const name = nameOf(file);
  const signal = io.signal();
  const status = statusLine(io);
  let said = performance.now();
  const counts = await withCatalog(io, async (database) => {
    const onProgress = ({ records, bytes }: ImportProgress) => {
      const line = `${records.toLocaleString("en")} records, ${(bytes / MIB).toFixed(0)} MiB of ${name} …`;
      status.show(line);
      if (io.stderr.isTTY || performance.now() - said < NOTE_EVERY_MS) return;
      said = performance.now();
      io.note(line);
    };
    const onSearch = () => status.show(`all records of ${name}; what is searched is made of them …`);
    await importFile(database, file, io, {
      signal,
      onProgress,
      onSearch,
      onWait: (notice) => io.note(notice),
    });
    const { catalogStats } = await import("../db/index.ts");
    return catalogStats(database);
  }).finally(() => status.show(""));
  const has = `${some(counts.servers, "server")} and ${some(counts.tools, "tool")}`;
  await io.out(`The catalog now has ${has}, as ${name} says. placard serve shows them.\n`);
}

const some = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
