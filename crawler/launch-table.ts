import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

const entrySchema = z.strictObject({
  bin: z.string().optional(),
  arguments: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  files: z.record(z.string(), z.string()).default({}),
});

/** How to start a package that doesn't start by its name alone. */
export type LaunchEntry = z.infer<typeof entrySchema>;

/** Where the files that `files` names are, on this machine. */
export function launchFile(name: string): string {
  return fileURLToPath(new URL(`./launch-files/${name}`, import.meta.url));
}

let table: ReadonlyMap<string, LaunchEntry> | undefined;

/** What `launch.yaml` says of a package, if anything. */
export function launchEntry(packageName: string): LaunchEntry | undefined {
  table ??= new Map(
    Object.entries(
      z
        .record(z.string(), entrySchema)
        .parse(parse(readFileSync(new URL("./launch.yaml", import.meta.url), "utf8"))),
    ),
  );
  return table.get(packageName);
}
