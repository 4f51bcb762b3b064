/** Answers with the files of the dataset and with their manifest. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { APIContext } from "astro";
import type { Catalog } from "../lib/catalog.ts";
import { COME_BACK } from "../lib/come-back.ts";
import { etagOf, namesTag } from "../lib/etag.ts";
import { FILES, type FileName } from "./bulk-files.ts";
import { manifestOf } from "./bulk-manifest.ts";
import { rangeOf } from "./bulk-range.ts";
import { DatasetStore, type Opened } from "./bulk-store.ts";
import type { Manifest } from "./bulk-types.ts";
import { problem } from "./problem.ts";

/** How long a manifest waits for files that are being made, in milliseconds. */
const PATIENCE_MS = 20_000;

interface Asked {
  catalog: Catalog;
  context: APIContext;
}

/** A file of the dataset: of the catalog as it is, or of a revision that is still kept. */
export async function datasetFile(
  name: FileName,
  asked: string | undefined,
  { catalog, context }: Asked,
): Promise<Response> {
  const { request, locals } = context;
  const store = storeOf(catalog, locals.datasetFolder);
  const known = asked ?? (await store.revision());
  const made = await store.made(known, name);
  if (asked !== undefined && !made) return gone(asked);
  if (namesTag(request.headers.get("if-none-match"), tagOf(name, known)))
    return new Response(null, { status: 304, headers: { etag: tagOf(name, known), ...REVALIDATED } });
  // Nothing is made for somebody who does not want it.
  if (request.method === "HEAD" || locals.head)
    return new Response(null, { headers: headersOf(name, known, made?.bytes) });
  try {
    const opened = await store.open(name, asked);
    return opened ? await fileAnswer(name, opened, context) : gone(known);
  } catch (error) {
    return failed(error);
  }
}

/** The manifest; without digests where the files take longer to make than anybody waits. */
export async function datasetManifest({ catalog, context }: Asked): Promise<Manifest | Response> {
  const store = storeOf(catalog, context.locals.datasetFolder);
  try {
    const { revision, made } = await store.all(PATIENCE_MS);
    const manifest = manifestOf(revision, made);
    if (manifest.ready) return manifest;
    const body = `${JSON.stringify(manifest)}\n`;
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "retry-after": COME_BACK,
      etag: etagOf(Buffer.from(body)),
    };
    return new Response(body, { headers });
  } catch (error) {
    return failed(error);
  }
}

async function fileAnswer(
  name: FileName,
  opened: Opened,
  { request, locals }: APIContext,
): Promise<Response> {
  const { revision, made } = opened;
  const headers = headersOf(name, revision, made?.bytes);
  const range = made && rangeOf(request.headers, made.bytes, tagOf(name, revision));
  if (range === "beyond") {
    opened.leave();
    return beyond(made?.bytes ?? 0);
  }
  if (range) {
    headers.set("content-range", `bytes ${range.start}-${range.end}/${made.bytes}`);
    headers.set("content-length", String(range.end - range.start + 1));
  }
  const chunks = opened.read(range?.start, range?.end);
  const body = await streamOf(chunks, request.signal, locals.drained, opened.leave);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/**
 * Reads when the reader has taken what was sent, and stops when the reader is gone. Waits for the first chunk, before
 * which an answer can still be another.
 */
async function streamOf(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  drained: (() => Promise<void>) | undefined,
  leave: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const reader = chunks[Symbol.asyncIterator]();
  const end = () => {
    // At once: the chunk that is waited for may never come.
    leave();
    reader.return?.().catch(() => {});
  };
  signal.addEventListener("abort", end, { once: true });
  let first: IteratorResult<Uint8Array> | undefined = await reader.next().catch((error: unknown) => {
    end();
    throw error;
  });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await drained?.();
        const next = signal.aborted ? undefined : (first ?? (await reader.next()));
        first = undefined;
        if (next && !next.done) return controller.enqueue(next.value);
        leave();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

function headersOf(name: FileName, revision: string, bytes: number | undefined): Headers {
  const headers = new Headers({
    "content-type": FILES[name].mediaType,
    "content-disposition": `attachment; filename="placard-${name}"`,
    etag: tagOf(name, revision),
    ...REVALIDATED,
  });
  if (bytes === undefined) return headers;
  headers.set("content-length", String(bytes));
  headers.set("accept-ranges", "bytes");
  return headers;
}

/** The same in the whole, a part and "not modified" (RFC 9110, sections 15.3.7 and 15.4.5). */
const REVALIDATED = { "cache-control": "no-cache" };

const tagOf = (name: FileName, revision: string): string => `"${revision}-${name.replace("export.", "")}"`;

function gone(revision: string): Response {
  const detail = `The dataset of the revision ${JSON.stringify(revision.slice(0, 80))} is not kept any more, or never was. /api/v1/export.json names the present one; without revision the address gives that.`;
  return problem(404, detail, "revision");
}

function beyond(bytes: number): Response {
  const detail = `The Range begins behind the end of the file, which has ${bytes.toLocaleString("en")} bytes. Ask for a part that it has, or for all of it without Range.`;
  return problem(416, detail, undefined, { "content-range": `bytes */${bytes}`, "accept-ranges": "bytes" });
}

function failed(error: unknown): Response {
  console.error("Making the dataset failed:", error);
  return problem(
    503,
    "Placard could not make the dataset: the disk may be full, or the database gone. Try again later, or look at the log of placard serve.",
    undefined,
    { "retry-after": COME_BACK },
  );
}

const stores = new WeakMap<object, DatasetStore>();
let ownFolder: string | undefined;

/** One for each catalog, so that all who ask for it share what is made. */
function storeOf(catalog: Catalog, folder: string | undefined): DatasetStore {
  const key = catalog.source ?? catalog;
  const known = stores.get(key);
  if (known) return known;
  const source = { state: () => catalog.state(), snapshot: catalog.snapshot.bind(catalog) };
  const store = new DatasetStore(source, folder ?? folderOfProcess());
  stores.set(key, store);
  return store;
}

function folderOfProcess(): string {
  if (ownFolder === undefined) {
    const made = mkdtempSync(path.join(tmpdir(), "placard-export-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    ownFolder = made;
  }
  return ownFolder;
}
