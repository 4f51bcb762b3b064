import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RULES_VERSION } from "../../classifier/index.ts";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { startHttpServer } from "../../cli/_http-server.ts";
import { rawConnection, SHORT, startPages } from "./_raw.ts";

const echo: PageHandler = (incoming, response, _next, locals) => {
  response.end(`${incoming.method} ${incoming.url} ${JSON.stringify(locals)}`);
};

async function startSite(handler: PageHandler = echo, host = "127.0.0.1", allowed: string[] = []) {
  const folder = await mkdtemp(path.join(tmpdir(), "placard-http-"));
  await mkdir(path.join(folder, "client/_astro"), { recursive: true });
  await writeFile(path.join(folder, "client/_astro/page.abc123.css"), "body{}");
  await writeFile(path.join(folder, "client/robots.txt"), "User-agent: *");
  await writeFile(path.join(folder, "secret.txt"), "secret");
  const server = await startHttpServer(host, 0, allowed);
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const client = path.join(folder, "client");
  const show = () => server.show({ handler, clientFolder: client, locals: { database: 1 } });
  return { server, show, client };
}

/** Without the tidying that `fetch` does to a path. */
async function getRaw(url: string, rawPath: string, method = "GET", headers: Record<string, string> = {}) {
  const { status, body } = await answerRaw(url, rawPath, headers, method);
  return { status, body };
}

/** Without what `fetch` does to a coded body. */
function answerRaw(
  url: string,
  rawPath: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; body: string; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = request({ hostname, port, path: rawPath, method, headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    outgoing.on("error", reject).end();
  });
}

test("a request too long to be read, and one that is none, are answered in a sentence", async () => {
  const { server, show } = await startSite();
  show();
  const long = await getRaw(server.url, `/${"a".repeat(17_000)}`);
  expect(long).toEqual({ status: 431, body: expect.stringMatching(/too long.*shorter address\.\n$/) });
  const none = await getRaw(server.url, "/", "GET", { "content-length": "none" });
  expect(none).toEqual({ status: 400, body: expect.stringMatching(/^This is no request.*\.\n$/) });
});

test("before the site is there everyone is told to come back", async () => {
  const { server } = await startSite();
  const answer = await fetch(server.url);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  const api = await fetch(`${server.url}/api/v1/ready`);
  expect([api.status, api.headers.get("content-type")]).toEqual([
    503,
    "application/problem+json; charset=utf-8",
  ]);
  const health = await fetch(`${server.url}/api/v1/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: "ok", rules: RULES_VERSION }]);
});

test("pages get the catalog, and every answer its security headers", async () => {
  const { server, show } = await startSite();
  show();
  const answer = await fetch(`${server.url}/tools/a%2Fb?x=1`);
  expect(await answer.text()).toBe('GET /tools/a%2Fb?x=1 {"database":1,"crossOrigin":false}');
  for (const path of ["/", "/robots.txt", "/_astro/page.abc123.css"]) {
    const { headers } = await fetch(server.url + path);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  }
});

test("files with a digest in their name are kept for good, others are asked for again", async () => {
  const { server, show } = await startSite();
  show();
  const hashed = await fetch(`${server.url}/_astro/page.abc123.css`);
  expect(hashed.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(hashed.headers.get("content-type")).toContain("text/css");
  const plain = await fetch(`${server.url}/robots.txt`);
  expect(plain.headers.get("cache-control")).toBe("public, max-age=300");
  const same = await fetch(`${server.url}/robots.txt`, {
    headers: { "if-none-match": plain.headers.get("etag") ?? "" },
  });
  expect(same.status).toBe(304);
});

test("a part of a file is what a Range asks for, and no Range ends the server", async () => {
  const { server, show } = await startSite();
  show();
  const get = async (headers: Record<string, string>, address = "/robots.txt", method = "GET") => {
    const answer = await fetch(server.url + address, {
      method,
      headers: { "accept-encoding": "", ...headers },
    });
    return [answer.status, await answer.text(), answer.headers.get("content-range")];
  };
  const whole = [200, "User-agent: *", null];
  expect(await get({ range: "bytes=0-3" })).toEqual([206, "User", "bytes 0-3/13"]);
  expect(await get({ range: "bytes=-1" })).toEqual([206, "*", "bytes 12-12/13"]);
  expect(await get({ range: "bytes=11-99" })).toEqual([206, " *", "bytes 11-12/13"]);
  expect(await get({ range: "bytes=13-" })).toEqual([416, expect.stringContaining("13 bytes"), "bytes */13"]);
  for (const range of ["bytes=5-2", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=--", "bytes=-", "x"])
    expect([range, ...(await get({ range }))]).toEqual([range, ...whole]);
  expect(await get({ range: "bytes=0-3" }, undefined, "HEAD")).toEqual([200, "", null]);
  expect(await get({ range: "bytes=0-3", "if-range": '"other"' })).toEqual(whole);
  const etag = (await fetch(`${server.url}/robots.txt`)).headers.get("etag") ?? "";
  expect(etag).toMatch(/^"/);
  expect(await get({ range: "bytes=0-3", "if-range": etag })).toEqual([206, "User", "bytes 0-3/13"]);
  expect((await get({ "if-match": '"other"', range: "bytes=0-3" }))[0]).toBe(412);
  expect(await get({ "if-match": etag })).toEqual(whole);
  for (const known of ["*", `"other", ${etag}`, `W/${etag}`])
    expect(await get({ "if-none-match": known, range: "bytes=0-3" })).toEqual([304, "", null]);
});

test("a file is sent in the coding that its reader takes, with a tag of its own, also when it is gone from the disk", async () => {
  const { server, show, client } = await startSite();
  await writeFile(path.join(client, "a b.js"), "plain()");
  await writeFile(path.join(client, "a b.js.br"), "as brotli");
  await writeFile(path.join(client, "a b.js.gz"), "as gzip");
  show();
  await rm(client, { recursive: true });
  const get = async (coding: string, address = "/a%20b.js") => {
    const answer = await answerRaw(server.url, address, { "accept-encoding": coding });
    return [answer.body, answer.headers["content-encoding"], answer.headers.etag];
  };
  const answers = [await get("gzip, br"), await get("gzip, br;q=0"), await get("identity")];
  expect(answers.map(([body, coding]) => [body, coding])).toEqual([
    ["as brotli", "br"],
    ["as gzip", "gzip"],
    ["plain()", undefined],
  ]);
  expect(new Set(answers.map(([, , etag]) => etag)).size).toBe(3);
  // What is beside a file is that file.
  expect((await get("br", "/a%20b.js.br"))[0]).toContain("GET /a%20b.js.br");
});

test("no path leads out of the folder", async () => {
  const { server, show } = await startSite();
  show();
  for (const path of [
    "/../secret.txt",
    "/_astro/../../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "//../secret.txt",
    "/%00",
    "/%",
  ]) {
    const { body } = await getRaw(server.url, path);
    expect(body, path).not.toBe("secret");
  }
});

test("an address of the API that cannot be decoded is refused, and the site not asked", async () => {
  const { server, show } = await startSite(() => {
    throw new Error("asked");
  });
  show();
  for (const path of ["/api/v1/tools/%E0%A4%A", "/api/%", "/v0.1/servers/%zz?a=b"]) {
    const { status, body } = await getRaw(server.url, path);
    expect([status, JSON.parse(body).detail]).toEqual([400, expect.stringContaining("%25")]);
  }
});

test.each(["/tools", "/api/v1/tools"])("an answer that does not come is given up: %s", async (address) => {
  const hung = Promise.withResolvers<void>();
  const given = Promise.withResolvers<unknown>();
  const server = await startHttpServer("127.0.0.1", 0, [], { answerMs: 50 });
  onTestFinished(() => server.close());
  const handler: PageHandler = async (incoming, response) => {
    if (incoming.url === address) await hung.promise;
    try {
      response.writeHead(200, { "content-type": "text/plain" }).end("late");
      given.resolve(undefined);
    } catch (error) {
      given.resolve(error);
      throw error;
    }
  };
  server.show({ handler, clientFolder: "/nonexistent", locals: {} });
  const late = await fetch(`${server.url}${address}`);
  expect([late.status, late.headers.get("retry-after")]).toEqual([503, "10"]);
  expect((await late.json()).detail).toContain("did not answer within 0.05 seconds");
  hung.resolve();
  expect(await given.promise).toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
  expect(await (await fetch(`${server.url}/other`)).text()).toBe("late");
});

test("pages are for reading; the API answers for itself", async () => {
  const { server, show } = await startSite();
  show();
  const posted = await fetch(`${server.url}/tools`, { method: "POST" });
  expect(posted.status).toBe(405);
  expect(posted.headers.get("allow")).toBe("GET, HEAD");
  expect((await getRaw(server.url, "/api/v1/tools", "DELETE")).body).toContain("DELETE /api/v1/tools");
});

test("an address with its host is read as its path, and the host that it names is the one that is asked for", async () => {
  const { server, show } = await startSite(echo, "127.0.0.1", ["catalog.example.com"]);
  show();
  const ask = (target: string, host = "localhost") => getRaw(server.url, target, "GET", { host });
  for (const [target, path] of [
    ["http://localhost:4777/api/v1/health?x=http://a/b", "/api/v1/health?x=http://a/b"],
    ["HTTPS://LocalHost/tools", "/tools"],
    ["http://localhost", "/"],
    ["http://localhost?x=1", "/?x=1"],
    ["http://localhost//a", "//a"],
  ] as const) {
    expect((await ask(target)).body, target).toBe(`GET ${path} {"database":1,"crossOrigin":false}`);
  }
  expect((await ask("http://localhost/robots.txt")).body).toBe("User-agent: *");
  expect((await ask("http://evil.example/tools")).status).toBe(421);
  expect((await ask("http://localhost/tools", "evil.example")).status).toBe(200);
  expect((await ask("http://catalog.example.com/tools")).body).toContain('"crossOrigin":true');
  for (const target of ["http://evil.example@localhost/tools", "http:///tools", "ftp://localhost/tools", "*"])
    expect((await ask(target)).status, target).toBe(400);
});

test("a method that no page can be asked with is refused before one is asked", async () => {
  const asked: (string | undefined)[] = [];
  const { server, show } = await startSite((incoming, response) => {
    asked.push(incoming.method);
    response.end();
  });
  show();
  const answer = await getRaw(server.url, "/api/v1/health", "TRACE");
  expect(answer.status).toBe(405);
  expect(JSON.parse(answer.body)).toMatchObject({
    status: 405,
    detail: "TRACE is not possible here. OPTIONS says what is.",
  });
  expect((await getRaw(server.url, "/mcp", "TRACE")).status).toBe(405);
  expect((await getRaw(server.url, "/tools", "TRACE")).status).toBe(405);
  expect(asked).toEqual([]);
  await getRaw(server.url, "/api/v1/health", "PROPFIND");
  expect(asked).toEqual(["PROPFIND"]);
});

test("who wants to go on in another protocol is answered in this one", async () => {
  const server = await startPages(async (incoming, response) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.end(`${incoming.method} ${incoming.url}`);
  });
  const upgrade = "Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n";
  for (const path of ["/", "/api/v1/tools", "/mcp"]) {
    const { text, closed } = rawConnection(
      server,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`,
    );
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text()).toContain(`GET ${path}`);
  }
});

test("who has closed the sending half is answered, and then the connection ends", async () => {
  const server = await startPages(async (_incoming, response) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.end("here you are");
  });
  const { socket, text, closed } = rawConnection(server);
  socket.end("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*here you are$/s);
});

test("who has closed it and asks for what takes a slow query still gets its answer", async () => {
  const server = await startPages(async (_incoming, response) => {
    // Longer than the most that a search may take.
    await new Promise((resolve) => setTimeout(resolve, 2_400));
    response.end("here you are");
  });
  const { socket, text, closed } = rawConnection(server);
  socket.end("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await closed;
  expect(text()).toMatch(/here you are$/);
});

test("who has closed it and gets no answer for a moment counts as gone", async () => {
  const gone = Promise.withResolvers<void>();
  const server = await startPages((_incoming, response) => void response.once("close", gone.resolve), {
    patience: SHORT,
  });
  const { socket, text, closed } = rawConnection(server);
  socket.end("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await Promise.all([gone.promise, closed]);
  expect(text()).toBe("");
});

test("nobody gets through to another server", async () => {
  const server = await startPages(echo);
  const { text, closed } = rawConnection(
    server,
    "CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n",
  );
  await closed;
  const [head = "", body = ""] = text().split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
  expect(head).toContain("allow: GET, HEAD, POST, OPTIONS");
  expect(head).toContain("x-content-type-options: nosniff");
  expect(JSON.parse(body)).toMatchObject({ status: 405, detail: expect.stringContaining("Use GET.") });
});

test("a page that breaks is a 500 and nothing else stops", async () => {
  const { server, show } = await startSite(async (incoming, response) => {
    if (incoming.url === "/broken") throw new Error("broken");
    response.end("fine");
  });
  show();
  expect((await fetch(`${server.url}/broken`)).status).toBe(500);
  expect(await (await fetch(server.url)).text()).toBe("fine");
});

test("on loopback only names of this machine are answered, so that no name can be rebound to it", async () => {
  const { server, show } = await startSite();
  const ask = (host: string) => getRaw(server.url, "/", "GET", { host });
  expect((await ask("evil.example")).status).toBe(421);
  show();
  for (const host of ["localhost", "LocalHost:1", "127.0.0.1:4321", "[::1]:80"]) {
    expect(await ask(host), host).toMatchObject({
      status: 200,
      body: expect.stringContaining('"crossOrigin":false'),
    });
  }
  for (const host of ["evil.example", "localhost.evil.example:4321", "127.0.0.1.evil.example", "192.0.2.1"]) {
    const answer = await ask(host);
    expect(answer.status, host).toBe(421);
    expect(answer.body).toMatch(/^Placard answers only .* --allow-host catalog\.example\.com\n$/);
    const program = await getRaw(server.url, "/api/v1/stats", "GET", { host });
    expect(JSON.parse(program.body)).toMatchObject({
      status: 421,
      detail: expect.stringMatching(/--allow-host .*\.$/),
    });
  }
});

test("a Host header that names no host is refused: in front of a path it would be another address", async () => {
  const { server, show } = await startSite(echo, "0.0.0.0");
  show();
  const ask = async (target: string, host: string) => {
    const head = `GET ${target} HTTP/1.1\r\nConnection: close\r\n${host}\r\n`;
    const { text, closed } = rawConnection(server, head);
    await closed;
    return text();
  };
  for (const host of "|a/tools?|a#|a@b|a\\b|a b|localhost:99999|1.2.3.4.5|[::1|[:::]|\xe4.example".split(
    "|",
  )) {
    const page = await ask("/servers", `Host: ${host}\r\n`);
    expect(page, host).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\nThe Host header.*names no host\. .*\.\n$/s);
    expect(await ask("/api/v1/tools", `Host: ${host}\r\n`), host).toMatch(/^HTTP\/1\.1 400 .*"status":400/s);
  }
  for (const host of [
    "catalog.example.com",
    "a_b.example:",
    "xn--bcher-kva.example:0080",
    "[::1]:80",
    "10.0.0.1",
  ])
    expect(await ask("/servers", `Host: ${host}\r\n`), host).toMatch(/^HTTP\/1\.1 200 .*GET \/servers/s);
});

test("behind a proxy the allowed names are answered too, for every origin; elsewhere every name is", async () => {
  const proxied = await startSite(echo, "127.0.0.1", ["catalog.example.com"]);
  proxied.show();
  const ask = (url: string, host: string) => getRaw(url, "/", "GET", { host });
  expect((await ask(proxied.server.url, "Catalog.Example.com:443")).body).toContain('"crossOrigin":true');
  expect((await ask(proxied.server.url, "localhost")).body).toContain('"crossOrigin":false');
  expect((await ask(proxied.server.url, "evil.example")).status).toBe(421);

  const open = await startSite(echo, "0.0.0.0");
  open.show();
  expect((await ask(open.server.url, "any.example")).body).toContain('"crossOrigin":true');
});
