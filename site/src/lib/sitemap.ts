/** The lists of addresses that search engines read (sitemaps.org protocol 0.9): an index, and its parts. */
import { CATEGORIES, FACETS, listFindingKinds, MODEL_RULE, RISKS } from "../../../classifier/index.ts";
import { REFERENCE } from "../api/reference.ts";
import {
  apiDocsUrl,
  attacksUrl,
  attackUrl,
  categoryUrl,
  changesUrl,
  compareUrl,
  datasetDocsUrl,
  docsUrl,
  facetUrl,
  glossaryUrl,
  homeUrl,
  mcpDocsUrl,
  methodUrl,
  policiesUrl,
  policyFormatsUrl,
  registryDocsUrl,
  reportUrl,
  riskUrl,
  rulesUrl,
  ruleUrl,
  serversUrl,
  serverUrl,
  sitemapPartUrl,
  toolsUrl,
  toolUrl,
  tryUrl,
} from "./addresses.ts";
import { attacksByReach } from "./attacks.ts";
import type { Catalog } from "./catalog.ts";
import type { Absolute } from "./head.ts";
import { allRules } from "./rules.ts";

/** The protocol's limit for one file. */
export const MAX_URLS = 50_000;
const NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What a part lists. */
export type PartKind = "pages" | "servers" | "tools";

/** Pages that are nothing without somebody who answers: a static site has no more of them than their headings. */
const NEED_ANSWERS = new Set([compareUrl(), policiesUrl()]);

interface Entry {
  address: string;
  /** When it last changed, where that is known. */
  changed?: string;
}

/** The index: as many parts as the catalog needs. */
export async function sitemapIndex(catalog: Catalog, absolute: Absolute): Promise<string> {
  const stats = await catalog.stats();
  const parts = [
    sitemapPartUrl("pages", 1),
    ...numbers(stats.servers).map((number) => sitemapPartUrl("servers", number)),
    ...numbers(stats.tools).map((number) => sitemapPartUrl("tools", number)),
  ];
  const lines = parts.map((part) => `<sitemap><loc>${xml(absolute(part))}</loc></sitemap>\n`);
  return `${DECLARATION}<sitemapindex ${NAMESPACE}>\n${lines.join("")}</sitemapindex>\n`;
}

/** `/sitemaps/tools-2.xml` → the second part of the tools; undefined for what is no part. */
export function readPart(pathname: string): { of: PartKind; number: number } | undefined {
  const [, of, digits] = /\/sitemaps\/(pages|servers|tools)-([1-9]\d{0,5})\.xml$/.exec(pathname) ?? [];
  return of === undefined ? undefined : { of: of as PartKind, number: Number(digits) };
}

/**
 * One part, written as it is read, a batch of the database at a time.
 * @param published whether it is the sitemap of a static site
 * @returns undefined where the part has no address: there is no such part
 */
export async function sitemapPart(
  catalog: Catalog,
  part: { of: PartKind; number: number },
  absolute: Absolute,
  published = false,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const batches = entriesOf(catalog, part, published)[Symbol.asyncIterator]();
  const first = await batches.next();
  if (first.done) return undefined;
  const pieces = written(first.value, batches, absolute);
  return new ReadableStream({
    async pull(controller) {
      const piece = await pieces.next();
      if (piece.done) controller.close();
      else controller.enqueue(piece.value);
    },
    async cancel() {
      await pieces.return(undefined);
      await batches.return?.(undefined);
    },
  });
}

async function* written(
  first: Entry[],
  rest: AsyncIterator<Entry[]>,
  absolute: Absolute,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${DECLARATION}<urlset ${NAMESPACE}>\n`);
  for (let batch: Entry[] | undefined = first; batch; ) {
    yield encoder.encode(batch.map((entry) => urlElement(entry, absolute)).join(""));
    const next: IteratorResult<Entry[]> = await rest.next();
    batch = next.done ? undefined : next.value;
  }
  yield encoder.encode("</urlset>\n");
}

function urlElement({ address, changed }: Entry, absolute: Absolute): string {
  const modified = changed === undefined ? "" : `<lastmod>${xml(changed)}</lastmod>`;
  return `<url><loc>${xml(absolute(address))}</loc>${modified}</url>\n`;
}

async function* entriesOf(
  catalog: Catalog,
  { of, number }: { of: PartKind; number: number },
  published: boolean,
): AsyncGenerator<Entry[]> {
  const range = { skip: (number - 1) * MAX_URLS, count: MAX_URLS };
  if (of === "tools") {
    for await (const keys of catalog.toolKeys(range)) {
      if (keys.length > 0)
        yield keys.map(({ server, name, changed }) => ({ address: toolUrl(server, name), changed }));
    }
  } else if (of === "servers") {
    for await (const ids of catalog.serverKeys(range))
      if (ids.length > 0) yield ids.map((id) => ({ address: serverUrl(id) }));
  } else if (number === 1) {
    const addresses = pageAddresses().filter((address) => !published || !NEED_ANSWERS.has(address));
    yield addresses.map((address) => ({ address }));
  }
}

/** The pages that every catalog has. */
export function pageAddresses(): string[] {
  return [
    homeUrl(),
    serversUrl(),
    toolsUrl(),
    changesUrl(),
    rulesUrl(),
    attacksUrl(),
    methodUrl(),
    reportUrl(),
    tryUrl(),
    compareUrl(),
    glossaryUrl(),
    docsUrl(),
    apiDocsUrl(),
    ...REFERENCE.map(({ url }) => url),
    datasetDocsUrl(),
    mcpDocsUrl(),
    policiesUrl(),
    policyFormatsUrl(),
    registryDocsUrl(),
    ...RISKS.map((risk) => riskUrl(risk)),
    ...CATEGORIES.map((category) => categoryUrl(category)),
    ...FACETS.map((facet) => facetUrl(facet)),
    ...[...allRules(), ...listFindingKinds()].map(({ id }) => ruleUrl(id)),
    ruleUrl(MODEL_RULE),
    ...[...attacksByReach.some, ...attacksByReach.every].map(({ slug }) => attackUrl(slug)),
  ];
}

/** 1, 2, … for as many parts as that many addresses take. */
function numbers(addresses: number): number[] {
  return Array.from({ length: Math.ceil(addresses / MAX_URLS) }, (_, index) => index + 1);
}

/** Addresses are percent-encoded, so only these are left to be escaped. */
function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("'", "&apos;").replaceAll("<", "&lt;");
}
