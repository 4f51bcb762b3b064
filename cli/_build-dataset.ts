/** The bulk dataset of a static site: the files that the API makes when they are asked for, and their manifest. */
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { catalogState, type Database, withSnapshot } from "../db/index.ts";
import { FILE_NAMES, type FileName, type Made, makeFile } from "../site/src/api/bulk-files.ts";
import { manifestOf } from "../site/src/api/bulk-manifest.ts";
import { revisionOf } from "../site/src/api/bulk-store.ts";
import { apiExportUrl } from "../site/src/lib/addresses.ts";
import { placeOf } from "./_build-addresses.ts";
import type { Names } from "./_build-names.ts";
import { UNFINISHED } from "./_build-output.ts";
import type { Units } from "./_build-units.ts";

interface Target {
  /** The output folder. */
  folder: string;
  /** Path in front of every address. */
  base: string;
  names: Names;
  signal: AbortSignal;
}

const fileOf = (name: string): string => apiExportUrl(name).slice(1);

/** Makes them where the catalog has changed. Memory does not grow with it. */
export async function makeDataset(database: Database, units: Units, target: Target): Promise<void> {
  const { folder, signal } = target;
  const files = [...FILE_NAMES, "export.json"].map(fileOf);
  await units.make("dataset", files, await catalogState(database), () =>
    withSnapshot(database, signal, async (snapshot) => {
      const made = new Map<FileName, Made>();
      for (const name of FILE_NAMES) {
        const file = path.join(folder, fileOf(name));
        const handle = await open(`${file}${UNFINISHED}`, "w");
        try {
          made.set(name, await makeFile(name, snapshot, (chunk) => handle.writeFile(chunk)));
        } finally {
          await handle.close();
        }
        await rename(`${file}${UNFINISHED}`, file);
      }
      return [{ file: fileOf("export.json"), body: manifest(revisionOf(snapshot.state), made, target) }];
    }),
  );
}

/** With the addresses of the static site. */
function manifest(revision: string, made: Map<FileName, Made>, { base, names }: Target): string {
  const at = (live: string) => `${base}${placeOf(live, names)?.address ?? live}`;
  const said = manifestOf(revision, made, (name) => apiExportUrl(name));
  const files = said.files.map(({ url, schema, ...file }) => ({
    ...file,
    url: at(url),
    ...(schema && { schema: at(schema) }),
  }));
  return `${JSON.stringify({ ...said, url: at(said.url), files })}\n`;
}
