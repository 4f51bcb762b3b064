import { glob, readFile, writeFile } from "node:fs/promises";
import { defineConfig } from "tsdown";
import { buildSite } from "./cli/_site-build.ts";

/**
 * The published package: JavaScript of the same name in the same folders below `dist/`, because Node runs no TypeScript
 * below node_modules, and beside it the built site and the files that are read while running. `npm pack` runs this; a
 * checkout runs its sources and needs none of it.
 */

const LIBRARY = ["classifier/index.ts", "policy/index.ts", "policy/export/index.ts"];
/** Files that are started or looked up by name. */
const PROGRAMS = ["cli/index.ts", "crawler/sources/*.ts"];
const DATA = [
  { from: "corrections.yaml", to: "dist" },
  { from: ["crawler/**/*", "!crawler/**/*.ts"], to: "dist/crawler", flatten: false },
  { from: ["db/migrations/*.sql", "db/migrations/meta/_journal.json"], to: "dist/db", flatten: false },
  { from: "site/dist/**/*", to: "dist/site", flatten: false },
];

const shared = {
  unbundle: true,
  root: ".",
  target: "node20",
  fixedExtension: false,
  deps: { skipNodeModulesBundle: true },
  checks: { pluginTimings: false },
  report: false,
} as const;

/** Astro notes where it was built; that is nobody's business, and the same sources should give the same package. */
async function forgetFolder(): Promise<void> {
  for await (const file of glob("dist/site/dist/server/**/*.mjs")) {
    const text = await readFile(file, "utf8");
    const clean = text.replaceAll(import.meta.dirname, "/placard");
    if (clean !== text) await writeFile(file, clean);
  }
}

export default defineConfig([
  {
    ...shared,
    entry: [...LIBRARY, ...PROGRAMS],
    dts: false,
    copy: DATA,
    hooks: {
      "build:prepare": async () => {
        await buildSite({ signal: new AbortController().signal, onBuild: () => {} });
      },
      "build:done": forgetFolder,
    },
  },
  { ...shared, entry: LIBRARY, clean: false, dts: { emitDtsOnly: true } },
]);
