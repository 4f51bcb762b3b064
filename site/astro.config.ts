import node from "@astrojs/node";
import { defineConfig } from "astro/config";

/**
 * The site is a request handler (`dist/server/entry.mjs`) that `placard serve` runs inside its own HTTP server and
 * hands the catalog in `locals`. Sources of the other rooms are bundled; what comes from npm stays beside it.
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
    ssr: { external: ["postgres", "drizzle-orm"] },
  },
});
