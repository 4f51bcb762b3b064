import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { startHttpServer } from "../../cli/_http-server.ts";
import { AnswerCache } from "../../cli/_kept-site.ts";

const TEXT = `<p>${"Placard ".repeat(500)}</p>`;

interface Said {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** What it says that it was made from. */
  part?: "catalog" | "moment";
}

async function startSite(answer: (url: string, count: number) => Said) {
  let count = 0;
  const asked: Record<string, unknown>[] = [];
  const handler: PageHandler = async (incoming, response, _next, locals) => {
    count += 1;
    const number = count;
    asked.push(incoming.headers);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { status = 200, headers, body = `${TEXT}${number}`, part } = answer(incoming.url ?? "", number);
    if (part) (locals as { onRead?: (part: string) => void }).onRead?.(part);
    const etag = `"${createHash("sha256").update(body).digest("base64url")}"`;
    response.writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      vary: "Accept",
      etag,
      ...headers,
    });
    response.end(body);
  };
  const folder = await mkdtemp(path.join(tmpdir(), "placard-kept-"));
  const server = await startHttpServer("127.0.0.1", 0);
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const cache = new AnswerCache(1_000_000);
  cache.open(true);
  server.show({ handler, clientFolder: folder, locals: {}, cache });
  const get = (address: string, headers: Record<string, string> = {}, method = "GET") =>
    ask(server.url, address, headers, method);
  return { cache, get, asked, url: server.url, count: () => count };
}

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Without the decoding that `fetch` does. */
function ask(url: string, address: string, headers: Record<string, string>, method: string): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = request({ hostname, port, path: address, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on("error", reject).end();
  });
}

test("a hundred who ask at once are one rendering, in whatever coding they read", async () => {
  const { get, count, cache } = await startSite(() => ({}));
  const codings = ["br", "gzip, deflate", "gzip;q=0, br;q=0", ""];
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => get("/page", { "accept-encoding": codings[index % 4] ?? "" })),
  );
  expect(count()).toBe(1);
  const said = new Set(
    answers.map(
      ({ headers, body }) => `${headers["content-encoding"]} ${headers.etag} ${decoded(headers, body)}`,
    ),
  );
  expect([...said].map((text) => text.split(" ")[0]).sort()).toEqual(["br", "gzip", "undefined"]);
  for (const { headers, body } of answers) {
    expect(decoded(headers, body)).toBe(`${TEXT}1`);
    expect(headers["content-length"]).toBe(String(body.length));
    expect(headers.vary).toBe("Accept, Accept-Encoding");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  }
  expect(cache.bytes).toBeGreaterThan(TEXT.length);
});

function decoded(headers: Raw["headers"], body: Buffer): string {
  const coding = headers["content-encoding"];
  return String(coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body);
}

test("who has it already is told so, also in another coding; HEAD has the same head", async () => {
  const { get, count } = await startSite(() => ({
    headers: { "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT" },
  }));
  for (const coding of ["br", "gzip", "identity"]) {
    const first = await get("/page", { "accept-encoding": coding });
    const etag = String(first.headers.etag);
    for (const next of ["br", "gzip", "identity"]) {
      const again = await get("/page", { "accept-encoding": next, "if-none-match": `"x", W/${etag}` });
      expect([again.status, again.body.length, again.headers["content-length"]]).toEqual([304, 0, undefined]);
      expect(again.headers.vary).toBe("Accept, Accept-Encoding");
    }
    const head = await get("/page", { "accept-encoding": coding }, "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers).toMatchObject({ etag, "content-length": String(first.body.length) });
  }
  const since = await get("/page", { "if-modified-since": "Fri, 02 Jan 2026 00:00:00 GMT" });
  expect(since.status).toBe(304);
  const other = await get("/page", {
    "if-none-match": '"other"',
    "if-modified-since": "Fri, 02 Jan 2026 00:00:00 GMT",
  });
  expect(other.status).toBe(200);
  expect(count()).toBe(1);
  // Whether what there is is refused, the site says.
  for (const [name, value] of [
    ["if-match", '"other"'],
    ["if-unmodified-since", "Fri, 02 Jan 2026 00:00:00 GMT"],
  ] as const) {
    const before = count();
    await get("/page", { [name]: value });
    expect([name, count()]).toEqual([name, before + 1]);
  }
});

test("errors, personal answers and answers without a tag are not kept", async () => {
  const { get, count, cache } = await startSite((url): Said => {
    if (url === "/missing") return { status: 404 };
    if (url === "/cookie") return { headers: { "set-cookie": "a=1" } };
    return { headers: { "cache-control": "no-store" } };
  });
  for (const address of ["/missing", "/cookie", "/unkept"]) {
    await get(address);
    await get(address);
  }
  expect(count()).toBe(6);
  expect(cache.bytes).toBe(0);
});

test("also an error says that its larger forms depend on the encoding", async () => {
  const { get } = await startSite(() => ({ status: 404 }));
  const { status, headers } = await get("/missing", { "accept-encoding": "br" });
  expect([status, headers.vary]).toEqual([404, "Accept, Accept-Encoding"]);
});

test("an answer with a cookie is for the one it was made for, also among those who asked at once", async () => {
  const { get } = await startSite((_url, count) => ({
    headers: { "set-cookie": `reader=${count}` },
    body: TEXT,
  }));
  const answers = await Promise.all(Array.from({ length: 5 }, () => get("/page")));
  expect(new Set(answers.map(({ headers }) => String(headers["set-cookie"]))).size).toBe(5);
});

test("nothing that is not in the key reaches the page", async () => {
  const { get, asked } = await startSite(() => ({}));
  await get("/page", {
    cookie: "a=1",
    authorization: "x",
    "accept-language": "de",
    "if-none-match": '"x"',
    range: "bytes=0-1",
    accept: "text/html",
  });
  expect(asked).toEqual([{ host: expect.stringMatching(/^localhost:\d+$/) }]);
});

test("made-up addresses fill no memory", async () => {
  const { get, cache } = await startSite(() => ({}));
  await get("/page");
  const { bytes } = cache;
  for (let index = 0; index < 50; index += 1) {
    await get(`/page?x=${index}`);
    await get(`/page?risk=high${index}`);
  }
  expect(cache.bytes).toBe(bytes);
});

test("who has an answer that is not kept is told so too, until what it was made from changes", async () => {
  const { get, count, cache } = await startSite((url) => ({
    part: url.startsWith("/moment") ? "moment" : "catalog",
  }));
  const first = await get("/list?cursor=abc", { "accept-encoding": "br" });
  const etag = String(first.headers.etag);
  expect(cache.bytes).toBe(0);
  for (const coding of ["br", "gzip"]) {
    const again = await get("/list?cursor=abc", {
      "accept-encoding": coding,
      "if-none-match": `W/"x", ${etag}`,
    });
    expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0]);
    expect(again.headers.vary).toBe("Accept, Accept-Encoding");
    expect(again.headers["content-security-policy"]).toContain("default-src 'none'");
  }
  expect(count()).toBe(1);
  expect((await get("/list?cursor=abc", { "if-none-match": '"other"' })).status).toBe(200);
  expect((await get("/list?cursor=abc")).status).toBe(200);
  expect(count()).toBe(3);
  const present = String((await get("/list?cursor=abc")).headers.etag);
  cache.change({ server: "npm/one" });
  expect((await get("/list?cursor=abc", { "if-none-match": present })).status).toBe(200);
  expect(count()).toBe(5);
  for (let time = 0; time < 2; time += 1) {
    const { headers } = await get("/moment?x=1");
    expect((await get("/moment?x=1", { "if-none-match": String(headers.etag) })).status).toBe(200);
  }
  expect(count()).toBe(9);
});

test("the tags of an answer that is dropped outlive it, and are bounded as well", async () => {
  const { get, count, cache } = await startSite(() => ({ body: "x".repeat(30_000) }));
  const tag = String((await get("/page0")).headers.etag);
  for (let index = 1; index < 60; index += 1) await get(`/page${index}`);
  expect(cache.bytes).toBeLessThanOrEqual(1_000_000);
  expect((await get("/page0", { "if-none-match": tag })).status).toBe(304);
  expect(count()).toBe(60);
  for (let index = 0; index < 500; index += 1) await get(`/other?x=${index}`);
  expect(cache.tags.bytes).toBeLessThanOrEqual(250_000);
});

test("a reader who goes away leaves the answer to the others", async () => {
  const { get, count, url } = await startSite(() => ({}));
  const leaving = request(`${url}/page`).on("error", () => {});
  leaving.end();
  while (count() === 0) await new Promise((resolve) => setImmediate(resolve));
  const staying = get("/page");
  leaving.destroy();
  expect((await staying).status).toBe(200);
  expect(count()).toBe(1);
});
