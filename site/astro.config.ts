import { fileURLToPath } from "node:url";
import node from "@astrojs/node";
import { defineConfig } from "astro/config";
import manifest from "../package.json" with { type: "json" };

/** What is bundled for the server is published with the licences that it is under. */
const LICENSES = {
  name: "placard:licenses",
  // Astro takes no settings of builds by environment.
  configEnvironment: (name: string) =>
    name === "ssr" ? { build: { license: { fileName: "licenses.md" } } } : undefined,
};

/** A thread of `placard build` is bundled with the pages that it makes: they are the same code. */
const BUILD_THREAD = {
  name: "placard:build-thread",
  applyToEnvironment: ({ name }: { name: string }) => name === "ssr",
  buildStart(this: { emitFile(file: object): string }) {
    const id = fileURLToPath(new URL("../cli/_build-worker.ts", import.meta.url));
    this.emitFile({ type: "chunk", id, fileName: "build-thread.mjs" });
  },
};

/**
 * The site is a request handler (`dist/server/entry.mjs`) that `placard serve` runs inside its own HTTP server and
 * hands the catalog in `locals`. Sources of the other rooms are bundled, and so is what Astro itself needs of npm, which
 * the published package does not bring; our own dependencies stay beside it.
 */
export default defineConfig({
  output: "server",
  cacheDir: "./.astro/cache",
  adapter: node({ mode: "middleware", bodySizeLimit: 1_048_576, experimentalDisableStreaming: true }),
  // Reading needs no cookie; without this the adapter would keep a folder of sessions.
  session: false,
  // Nothing is written here, so there is no forged request to fear, and every method gets our own answer.
  security: { checkOrigin: false },
  build: { inlineStylesheets: "never" },
  devToolbar: { enabled: false },
  vite: {
    cacheDir: "./.astro/vite",
    // The Content-Security-Policy allows no inline script or style: nothing may be small enough to be inlined.
    build: { assetsInlineLimit: 0 },
    plugins: [LICENSES, BUILD_THREAD],
    ssr: { noExternal: true, external: Object.keys(manifest.dependencies) },
  },
});
