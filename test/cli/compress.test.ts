import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { startPages } from "./_raw.ts";

const LONG = JSON.stringify({ items: Array.from({ length: 300 }, (_, id) => ({ id, name: "placard" })) });
const TAG = '"tag"';

/** Answers as the site does: parts as told by the path, a 304 for its own tag. */
const site: PageHandler = async (incoming, response) => {
  const [path, type = "application/json"] = (incoming.url ?? "").split("?");
  const headers = { "content-type": type, etag: TAG, vary: "Accept" };
  const known = incoming.headers["if-none-match"]?.split(", ").includes(TAG);
  if (known) return void response.writeHead(304, headers).end();
  response.writeHead(200, path === "/api/coded" ? { ...headers, "content-encoding": "x" } : headers);
  if (path === "/api/short") return void response.end("{}");
  if (path === "/api/parts") {
    for (let at = 0; at < LONG.length; at += 1_000) {
      response.write(LONG.slice(at, at + 1_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return void response.end();
  }
  response.write(Buffer.from(LONG));
  response.end();
};

async function startAsking() {
  const { url } = await startPages(site);
  const { port } = new URL(url);
  return (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status?: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      request({ port, host: "127.0.0.1", path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      })
        .on("error", reject)
        .end();
    });
}

const decoded = (coding: unknown, body: Buffer) =>
  String(coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body);

test("an answer that nobody keeps is sent in the coding that its reader names, whole or in parts", async () => {
  const ask = await startAsking();
  for (const path of ["/api/whole", "/api/parts"]) {
    for (const [accept, coding] of [
      ["br, gzip", "br"],
      ["gzip;q=0.5", "gzip"],
      ["br;q=0, gzip;q=0", undefined],
      ["*", undefined],
      ["deflate, zstd", undefined],
    ]) {
      const { headers, body } = await ask(path, { "accept-encoding": String(accept) });
      expect([path, accept, headers["content-encoding"]]).toEqual([path, accept, coding]);
      expect(decoded(coding, body)).toBe(LONG);
      expect(headers.vary).toBe("Accept, Accept-Encoding");
      expect(headers.etag).toBe(coding ? `"tag-${coding}"` : TAG);
      if (coding) expect(body.length).toBeLessThan(LONG.length / 4);
    }
  }
});

test("short answers, coded ones and what is no text stay as they are", async () => {
  const ask = await startAsking();
  const short = await ask("/api/short", { "accept-encoding": "br" });
  expect([short.headers["content-encoding"], short.headers["content-length"], String(short.body)]).toEqual([
    undefined,
    "2",
    "{}",
  ]);
  expect((await ask("/api/coded", { "accept-encoding": "br" })).headers["content-encoding"]).toBe("x");
  for (const type of ["application/gzip", "application/vnd.apache.parquet", "image/png"]) {
    const { headers, body } = await ask(`/api/whole?${type}`, { "accept-encoding": "br" });
    expect([headers["content-encoding"], headers.vary, String(body)]).toEqual([undefined, "Accept", LONG]);
  }
});

test("who has an answer in one coding need not read it again in another, and is told by the tag they have", async () => {
  const ask = await startAsking();
  for (const coding of ["br", "gzip", "identity"]) {
    const etag = String((await ask("/api/whole", { "accept-encoding": coding })).headers.etag);
    for (const next of ["br", "gzip", "identity"]) {
      const again = await ask("/api/whole", { "accept-encoding": next, "if-none-match": `"x", ${etag}` });
      expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0]);
    }
  }
  expect((await ask("/api/whole", { "if-none-match": '"other-br"' })).status).toBe(200);
});

test("HEAD has the headers that GET has, and no body", async () => {
  const ask = await startAsking();
  for (const path of [
    "/api/whole",
    "/api/parts",
    "/api/short",
    "/api/coded",
    "/tools",
    "/api/whole?image/png",
  ]) {
    for (const accept of ["br", "gzip;q=0.1", "identity"]) {
      const asking = { "accept-encoding": accept };
      const [got, headed] = await Promise.all([ask(path, asking), ask(path, asking, "HEAD")]);
      // How a body is framed is said only where there is one.
      const { date: _, "transfer-encoding": __, ...headers } = got.headers;
      const { date: ___, ...same } = headed.headers;
      expect([path, accept, headed.status, same]).toEqual([path, accept, got.status, headers]);
      expect([headed.body.length, got.body.length > 0]).toEqual([0, true]);
    }
    const etag = String((await ask(path, { "accept-encoding": "br" })).headers.etag);
    const known = await ask(path, { "accept-encoding": "br", "if-none-match": etag }, "HEAD");
    expect([path, known.status, known.headers.etag]).toEqual([path, 304, etag]);
  }
});

test("a page that fails in the middle ends the connection, and a reader who goes away ends the page", async () => {
  let ended = 0;
  const { url } = await startPages(async (incoming, response, _next, locals) => {
    const { drained } = locals as { drained: () => Promise<void> };
    response.once("close", () => {
      ended += 1;
    });
    response.writeHead(200, { "content-type": "text/plain" });
    response.write("x".repeat(5_000));
    response.write("y".repeat(5_000));
    if (incoming.url === "/breaks") return void response.write("failed", () => response.destroy());
    while (!response.destroyed) {
      response.write("z".repeat(50_000));
      await drained();
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  await expect(fetch(`${url}/breaks`).then((answer) => answer.text())).rejects.toThrow();
  const stop = new AbortController();
  const answer = await fetch(`${url}/endless`, { signal: stop.signal });
  stop.abort();
  await expect(answer.text()).rejects.toThrow();
  while (ended < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(ended).toBe(2);
});
