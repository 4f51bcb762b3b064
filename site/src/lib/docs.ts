/** The pages of the documentation that are all data, by their addresses. */
import { datasetDocsUrl, docsUrl, mcpDocsUrl, mcpUrl, registryDocsUrl } from "./addresses.ts";
import type { CatalogLocals } from "./catalog.ts";
import { datasetDocs } from "./docs-dataset.ts";
import { docsIndex } from "./docs-index.ts";
import { mcpDocs } from "./docs-mcp.ts";
import type { DocsPage } from "./docs-page.ts";
import { registryDocs } from "./docs-registry.ts";
import type { Absolute } from "./head.ts";
import { REGISTRY_SERVERS } from "./registry-names.ts";

/** The page at that address, for a site that stands where `absolute` says. */
export function docsAt(path: string, locals: CatalogLocals, absolute?: Absolute): DocsPage | undefined {
  if (path === docsUrl()) return docsIndex();
  if (path === datasetDocsUrl()) return datasetDocs();
  if (path === mcpDocsUrl()) return mcpDocs(answeringAt(mcpUrl(), locals, absolute));
  if (path === registryDocsUrl()) return registryDocs(answeringAt(REGISTRY_SERVERS, locals, absolute));
  return undefined;
}

/** Where programs find what answers at an address of the site; undefined for a copy made of files. */
export function answeringAt(
  address: string,
  locals: CatalogLocals,
  absolute: Absolute = (own) => own,
): string | undefined {
  return locals.published ? undefined : absolute(address);
}
