/** The live site makes pages of tools and servers without asking its routes: the answers must be the same. */
import { get, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { withFramedPages } from "../../cli/_framed-pages.ts";
import { type HttpServer, startHttpServer } from "../../cli/_http-server.ts";
import { loadHandler } from "../../cli/_load-handler.ts";
import { keepSite, loadSite, type Site } from "../../cli/_site-build.ts";
import { markdownUrl, serversUrl, serverUrl, toolsUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { fakeCatalog } from "../site/_catalog.ts";
import { ATTACKER } from "../site/_hostile.ts";
import { ALL_SERVERS, RECORDED_CHANGES } from "../site/_pages.ts";

const SERVERS = [...ALL_SERVERS, ATTACKER];
const catalog = fakeCatalog(SERVERS, undefined, RECORDED_CHANGES);
const told = { routes: 0 };
let site: Site;
/** The site's own handler. */
let routes: PageHandler;
/** Answer by the routes alone, and as `placard serve` does; the last counts what it leaves to the routes. */
let byRoutes: HttpServer;
let framed: HttpServer;
let counted: HttpServer;

beforeAll(async () => {
  const options = { signal: AbortSignal.timeout(110_000), onBuild: () => {} };
  site = await loadSite(options);
  const { entry } = await keepSite(options);
  routes = await loadHandler(entry);
  const counting: PageHandler = (...all) => {
    told.routes += 1;
    return routes(...all);
  };
  [byRoutes, framed, counted] = await Promise.all([
    startHttpServer("127.0.0.1", 0),
    startHttpServer("127.0.0.1", 0),
    startHttpServer("127.0.0.1", 0),
  ]);
  byRoutes.show({ ...site, handler: routes, locals: { catalog } });
  framed.show({ ...site, locals: { catalog } });
  counted.show({ ...site, handler: withFramedPages(counting), locals: { catalog } });
});
afterAll(async () => {
  await Promise.all([byRoutes?.close(), framed?.close(), counted?.close()]);
});

/** How a body is cut into parts is nobody's business. */
const OF_THE_WAY = ["date", "content-length", "transfer-encoding"];

async function answer(
  server: HttpServer,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
) {
  const { port } = new URL(server.url);
  return new Promise<{ status?: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const sent = { host: "localhost:4321", ...headers };
    get({ host: "127.0.0.1", port, path, method, headers: sent, agent: false }, async (response) => {
      const said = Object.entries(response.headers).filter(([name]) => !OF_THE_WAY.includes(name));
      resolve({
        status: response.statusCode,
        headers: Object.fromEntries(said),
        body: await text(response),
      });
    }).on("error", reject);
  });
}

const [FIRST] = SERVERS;
const SERVER = FIRST?.id ?? "";
const TOOL = toolUrl(SERVER, String(FIRST?.tools[0]?.name));

test("every tool's and every server's page is what its route answers", async () => {
  let pages = 0;
  for (const { id } of SERVERS) {
    const { items } = await catalog.tools({ server: id, gone: true, limit: 200 });
    for (const path of [serverUrl(id), ...items.map(({ server, name }) => toolUrl(server, name))]) {
      const [route, made] = await Promise.all([answer(byRoutes, path), answer(framed, path)]);
      expect(made.status, path).toBe(200);
      expect(made.headers, path).toEqual(route.headers);
      expect(made.body === route.body, path).toBe(true);
      pages += 1;
    }
  }
  expect(pages).toBeGreaterThan(30);
});

test.each([
  ["no such tool", toolUrl(SERVER, "no_such_tool"), {}],
  ["no such server", serverUrl("npm/@none/such"), {}],
  ["no name", `${toolsUrl()}/`, {}],
  ["no id", `${serversUrl()}/`, {}],
  ["a query", `${TOOL}?a=b`, {}],
  ["a table sorted by a query", `${serverUrl(SERVER)}?sort=name`, {}],
  ["a slash more", `${TOOL}/`, {}],
  ["another spelling", TOOL.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`), {}],
  ["bad encoding", `${TOOL}%`, {}],
  ["Markdown by its address", markdownUrl(TOOL), {}],
  ["Markdown by its type", TOOL, { accept: "text/markdown" }],
  ["HTML by its type", TOOL, { accept: "text/html;q=0.9, */*;q=0.1" }],
  ["a host that is none", TOOL, { host: "127.0.0.1" }],
  ["a tag that is another", TOOL, { "if-none-match": '"x"' }],
  ["any tag", TOOL, { "if-none-match": "*" }],
  ["a tag that it must have", TOOL, { "if-match": '"x"' }],
  ["a time", serverUrl(SERVER), { "if-modified-since": "Mon, 23 Nov 2026 00:00:00 GMT" }],
  ["compressed", TOOL, { "accept-encoding": "identity, gzip;q=0" }],
])("%s is answered as the routes do", async (_, path, headers) => {
  for (const method of ["GET", "HEAD"]) {
    const answers = await Promise.all(
      [byRoutes, framed].map((server) => answer(server, path, headers, method)),
    );
    expect(answers[1]).toEqual(answers[0]);
  }
});

test("whoever has the page is told so, in whatever coding", async () => {
  for (const path of [TOOL, serverUrl(SERVER)]) {
    for (const coding of ["identity", "gzip", "br"]) {
      const sent = { "accept-encoding": coding };
      const etag = String((await answer(framed, path, sent)).headers.etag);
      const again = { ...sent, "if-none-match": etag };
      const [route, made] = await Promise.all([answer(byRoutes, path, again), answer(framed, path, again)]);
      expect(made.status).toBe(304);
      expect(made).toEqual(route);
    }
  }
});

test("the routes are asked for one page of each kind, and for what is unusual", async () => {
  const count = async (path: string) => {
    told.routes = 0;
    await answer(counted, path);
    return told.routes;
  };
  const { items } = await catalog.tools({ limit: 3 });
  const tools = items.map(({ server, name }) => toolUrl(server, name));
  const servers = SERVERS.slice(0, 3).map(({ id }) => serverUrl(id));
  for (const paths of [tools, servers]) {
    const counts: number[] = [];
    for (const path of paths) counts.push(await count(path));
    expect(counts).toEqual([1, 0, 0]);
  }
  expect(await count(`${TOOL}?a=b`)).toBe(1);
  expect(await count(toolUrl(SERVER, "no_such_tool"))).toBe(1);
});

test.each([
  ["an empty port", "localhost:"],
  ["a port with zeros in front", "localhost:0080"],
  ["a port of too many digits", "localhost:000080"],
])("a first reader who names the host with %s changes no page of others", async (_, host) => {
  const server = await startHttpServer("127.0.0.1", 0);
  server.show({ ...site, handler: withFramedPages(routes), locals: { catalog } });
  for (const path of [TOOL, serverUrl(SERVER)]) {
    const readers: Record<string, string>[] = [{ host }, {}];
    for (const headers of readers) {
      const [route, made] = await Promise.all([
        answer(byRoutes, path, headers),
        answer(server, path, headers),
      ]);
      expect(made).toEqual(route);
      expect(made.status).toBe(200);
    }
  }
  await server.close();
});

test("what fails is not asked for a second time", async () => {
  const asked: string[] = [];
  const broken = {
    ...catalog,
    tool: (...[server, name]: Parameters<typeof catalog.tool>) => {
      asked.push("tool");
      return catalog.tool(server, name);
    },
    similar: () => {
      asked.push("similar");
      return Promise.reject(new Error("The disk is gone."));
    },
  };
  const server = await startHttpServer("127.0.0.1", 0);
  server.show({ ...site, locals: { catalog: broken } });
  expect((await answer(server, TOOL)).status).toBe(500);
  expect(asked).toEqual(["tool", "similar"]);
  await server.close();
});

test("what fails is the routes' to say", async () => {
  const broken = { ...catalog, similar: () => Promise.reject(new Error("The disk is gone.")) };
  const answers = await Promise.all(
    [routes, site.handler].map(async (handler) => {
      const server = await startHttpServer("127.0.0.1", 0);
      server.show({ ...site, handler, locals: { catalog: broken } });
      const said = await answer(server, TOOL);
      await server.close();
      return said;
    }),
  );
  expect(answers[0]?.status).toBe(500);
  expect(answers[1]).toEqual(answers[0]);
});
