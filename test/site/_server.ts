import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { startHttpServer } from "../../cli/_http-server.ts";
import { loadSite } from "../../cli/_site-build.ts";
import type { Catalog, CatalogLocals } from "../../site/src/lib/catalog.ts";

export interface SiteServer {
  url: string;
  close(): Promise<void>;
}

/** The site as `placard serve` serves it, built if need be, over a catalog in memory. */
export async function startSite(
  catalog: Catalog,
  port = 0,
  host = "127.0.0.1",
  more: Omit<CatalogLocals, "catalog"> = {},
): Promise<SiteServer> {
  const site = await loadSite({ signal: AbortSignal.timeout(110_000), onBuild: () => {} });
  const server = await startHttpServer(host, port);
  server.show({ ...site, locals: { catalog, ...more } });
  return { url: server.url.replace("localhost", "127.0.0.1"), close: server.close };
}

/** Debian's chromium, or the browser that PLACARD_CHROMIUM names. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.PLACARD_CHROMIUM || "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `Starting a browser to look at the pages: there is no ${executablePath}. Install one (apt-get install chromium), or name yours with PLACARD_CHROMIUM=/path/to/chromium.`,
    );
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
