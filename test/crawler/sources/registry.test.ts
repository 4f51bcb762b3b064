import { expect, test } from "vitest";
import { readEntry } from "../../../crawler/_registry-entry.ts";
import { chooseRoute, fixedEnvironment } from "../../../crawler/_registry-route.ts";
import { commandSource, crawlServer, DEFAULT_LIMITS, foresee, parseSource } from "../../../crawler/index.ts";
import { temporaryHome } from "../_crawl.ts";
import { answerMcp, crawlAll, listen, refusal } from "./_sources.ts";

const OFFICIAL = "io.modelcontextprotocol.registry/official";

interface Listed {
  name: string;
  version?: string;
  remotes?: object[];
  packages?: unknown[];
  meta?: { status?: string; updatedAt?: string; isLatest?: boolean; statusMessage?: string };
}

const entry = ({ name, version = "1.0.0", meta = {}, ...rest }: Listed): object => ({
  server: { name, version, description: "of our own", ...rest },
  _meta: { [OFFICIAL]: { status: "active", updatedAt: "2026-11-01T00:00:00Z", isLatest: true, ...meta } },
});

/** A registry of these entries, two a page, with an MCP server at /mcp. `{here}` in an entry is its address. */
async function startRegistry(entries: unknown[]) {
  const registry = await listen((request, body, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    if (request.url?.startsWith("/mcp")) {
      if (request.headers["x-deny"] !== undefined) return void response.writeHead(500).end();
      return answerMcp(
        body,
        response,
        request.headers["x-key"] === "k3y-of-mine" ? "with_key" : "remote_note",
      );
    }
    const shown = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replaceAll("{here}", registry.url)) as unknown;
    const json = (value: unknown) =>
      response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    const one = /^\/v0\.1\/servers\/([^/]+)\/versions\/([^/]+)$/.exec(url.pathname);
    if (one !== null) {
      const found = entries.find((each) =>
        JSON.stringify(each).includes(`"${decodeURIComponent(one[1] ?? "")}"`),
      );
      return found === undefined ? void response.writeHead(404).end() : json(shown(found));
    }
    if (url.pathname !== "/v0.1/servers") return void response.writeHead(404).end();
    const since = url.searchParams.get("updated_since");
    const wanted = entries.filter((each) => {
      const meta = (each as { _meta?: Record<string, { updatedAt: string }> })._meta?.[OFFICIAL];
      return since === null || (meta !== undefined && Date.parse(meta.updatedAt) >= Date.parse(since));
    });
    const at = Number(url.searchParams.get("cursor") ?? 0);
    const next = at + 2 < wanted.length ? { nextCursor: String(at + 2) } : {};
    json({ servers: shown(wanted.slice(at, at + 2)), metadata: { count: 2, ...next } });
  });
  return registry;
}

const here = { type: "streamable-http", url: "{here}/mcp" };
const byId = (results: Awaited<ReturnType<typeof crawlAll>>) =>
  Object.fromEntries(results.map((result) => [result.server, result]));

test("every entry is a result, over all pages", async () => {
  const { url, seen } = await startRegistry([
    entry({ name: "io.example/open", remotes: [here] }),
    entry({ name: "io.example/open", version: "0.9.0", remotes: [here], meta: { isLatest: false } }),
    entry({
      name: "io.example/tenant",
      remotes: [
        {
          ...here,
          url: "{here}/mcp/{tenant}",
          headers: [{ name: "X-Key", isRequired: true, isSecret: true }],
        },
      ],
    }),
    entry({
      name: "io.example/old",
      remotes: [here],
      meta: { status: "deprecated", statusMessage: "use\nnew" },
    }),
    entry({ name: "io.example/spam", remotes: [here], meta: { status: "deleted", statusMessage: "spam" } }),
    entry({ name: "io.example/none" }),
    entry({
      name: "io.example/bundle",
      packages: [{ registryType: "mcpb", identifier: "x", version: "1" }, 7],
    }),
    entry({ name: "not a name", remotes: [here] }),
    "rubbish",
    entry({
      name: "io.example/fixed",
      remotes: [{ ...here, headers: [{ name: "X-Key", value: "k3y-of-mine" }] }],
    }),
  ]);
  const results = byId(await crawlAll(`registry:${url}/v0.1/servers`));
  expect(Object.keys(results)).toEqual([
    "registry/io.example/open",
    "registry/io.example/tenant",
    "registry/io.example/old",
    "registry/io.example/spam",
    "registry/io.example/none",
    "registry/io.example/bundle",
    "registry/unreadable-not-a-name",
    "registry/unreadable-2",
    "registry/io.example/fixed",
  ]);
  const of = (name: string) => results[`registry/io.example/${name}`];
  expect(of("open")).toMatchObject({
    status: "ok",
    source: `registry:${url}#io.example/open@1.0.0`,
    registryEntry: { registry: url, name: "io.example/open", version: "1.0.0", status: "active" },
    launch: { transport: "http", url: `${url}/mcp` },
  });
  expect(of("open")).not.toHaveProperty("entry");
  expect(of("tenant")).toMatchObject({ status: "skipped", tools: [] });
  expect(of("tenant")?.reason).toBe(
    `Nothing of io.example/tenant could be asked: its remote ${url}/mcp/{tenant} needs configuration: tenant (in its address), X-Key (as a header), which nobody set.`,
  );
  expect(of("old")?.problems.map(({ problem }) => problem)).toEqual([
    'Its registry lists it as deprecated, saying "use new".',
  ]);
  expect(of("spam")).toMatchObject({
    status: "skipped",
    withdrawn: "deleted",
    reason: `io.example/spam is gone: its registry ${url} has deleted it, saying "spam".`,
  });
  expect(of("none")?.reason).toMatch(/its entry lists neither a package nor a remote\.$/);
  expect(of("bundle")?.reason).toMatch(
    /its package mcpb:x is of a kind that Placard can't start; 1 of its packages or remotes are not as/,
  );
  expect(results["registry/unreadable-not-a-name"]?.reason).toMatch(
    /the entry "not a name" .* its "server\/name" is/,
  );
  expect(results["registry/unreadable-2"]?.status).toBe("failed");
  expect(of("fixed")?.tools.map(({ name }) => name)).toEqual(["with_key"]);
  expect(JSON.stringify(of("fixed"))).not.toContain("k3y-of-mine");
  const pages = seen.filter((line) => line.includes("/v0.1/servers"));
  expect(pages).toHaveLength(5);
  expect(pages[0]).toContain("limit=100&version=latest&include_deleted=true");
});

test("only what changed since is listed", async () => {
  const { url, seen } = await startRegistry([
    entry({ name: "io.example/old", remotes: [here] }),
    entry({ name: "io.example/new", remotes: [here], meta: { updatedAt: "2026-11-20T00:00:00Z" } }),
  ]);
  const results = await crawlAll(`registry:${url}`, { updatedSince: "2026-11-10T00:00:00Z" });
  expect(results.map(({ server }) => server)).toEqual(["registry/io.example/new"]);
  expect(results[0]?.registryEntry?.updatedAt).toBe("2026-11-20T00:00:00.000Z");
  expect(seen[0]).toContain("updated_since=2026-11-10T00%3A00%3A00Z");
});

test("one entry can be named and configured; its secrets are not shown", async () => {
  const { url } = await startRegistry([
    entry({
      name: "io.example/tenant",
      remotes: [
        {
          ...here,
          url: "{here}/mcp/{tenant}",
          headers: [
            { name: "X-Key", isRequired: true, value: "{key}", variables: { key: { isSecret: true } } },
          ],
        },
      ],
    }),
  ]);
  const environment = { tenant: "s3cret-tenant", key: "k3y-of-mine" };
  const [result] = await crawlAll(`registry:${url}#io.example/tenant@1.0.0`, { environment });
  expect(result).toMatchObject({
    server: "registry/io.example/tenant",
    status: "ok",
    tools: [{ name: "with_key" }],
  });
  expect(result?.launch).toMatchObject({ url: `${url}/mcp/***`, authorization: "given" });
  expect(JSON.stringify(result)).not.toMatch(/s3cret-tenant|k3y-of-mine/);
  const [missing] = await crawlAll(`registry:${url}#io.example/nobody`);
  expect(missing).toMatchObject({ server: "registry/io.example/nobody", status: "failed" });
  expect(missing?.reason).toMatch(
    /^Looking up io\.example\/nobody in registry:\S+: HTTP 404, there is no such thing\./,
  );
});

test("a reference from another process's queue is enough, with its entry or without", async () => {
  const { url, seen } = await startRegistry([entry({ name: "io.example/open", remotes: [here] })]);
  const parsed = parseSource(`registry:${url}`);
  if (!parsed.ok) throw new Error(parsed.reason);
  const context = { home: temporaryHome(), signal: new AbortController().signal };
  const full = {
    ...context,
    onStage: () => {},
    limits: {},
    network: false,
    environment: {},
    unsafeNoSandbox: false,
  };
  const { DEFAULT_LIMITS } = await import("../../../crawler/index.ts");
  for await (const reference of parsed.source.list({ ...full, limits: DEFAULT_LIMITS })) {
    expect(reference.host).toBe(new URL(url).host);
    expect(reference.updatedAt).toBe("2026-11-01T00:00:00.000Z");
    const copy = JSON.parse(JSON.stringify(reference)) as typeof reference;
    const before = seen.length;
    expect(await crawlServer(parsed.source, copy, context)).toMatchObject({ status: "ok" });
    expect(seen.slice(before).filter((line) => line.includes("/v0.1/"))).toEqual([]);
    const { entry: _, ...bare } = copy;
    expect(await crawlServer(parsed.source, bare, context)).toMatchObject({ status: "ok" });
    expect(seen.at(before) ?? "").not.toBe("");
    expect(seen).toContain("GET /v0.1/servers/io.example%2Fopen/versions/1.0.0");
  }
});

test("packages: npm first, what they need is named, other registries and HTTP packages are not taken", async () => {
  const npm = { registryType: "npm", identifier: "@placard-test/never-published", version: "1.0.0" };
  const { url } = await startRegistry([
    entry({
      name: "io.example/argument",
      packages: [
        { ...npm, packageArguments: [{ type: "positional", valueHint: "folder", isRequired: true }] },
      ],
    }),
    entry({
      name: "io.example/elsewhere",
      packages: [{ ...npm, registryBaseUrl: "https://npm.example.com" }],
    }),
    entry({ name: "io.example/http", packages: [{ ...npm, transport: { type: "sse" } }] }),
    entry({ name: "io.example/flag", packages: [{ ...npm, identifier: "--registry=x" }] }),
  ]);
  const reasons = (await crawlAll(`registry:${url}`)).map(({ reason }) =>
    reason?.replace(/^.*?never-published /, ""),
  );
  expect(reasons.slice(0, 3)).toEqual([
    "needs configuration: folder (as an argument), which nobody set.",
    "is in another registry (https://npm.example.com).",
    "is to be started as an HTTP server (sse), which Placard does not do.",
  ]);
  expect(reasons[3]).toMatch(/can't be named to its package manager \(.*is no package name/);
});

test("a registry can't steer the programs around a server", () => {
  const fixed = ["GREETING", "LD_PRELOAD", "PATH", "NODE_OPTIONS", "DOCKER_HOST", "A=B"];
  const read = readEntry(
    entry({
      name: "io.example/steering",
      packages: [
        {
          registryType: "npm",
          identifier: "never-started",
          environmentVariables: fixed.map((name) => ({ name, value: "x" })),
        },
      ],
    }),
  );
  const one = read.ok ? read.entry.packages[0] : undefined;
  expect(one && fixedEnvironment(one)).toEqual({ GREETING: "x" });
});

test("only a registry on this machine may name a server on it", () => {
  for (const url of ["http://127.0.0.1:9/mcp", "http://localhost/mcp", "http://[::1]/mcp"]) {
    const read = readEntry(entry({ name: "io.example/near", remotes: [{ type: "sse", url }] }));
    if (!read.ok) throw new Error(read.problem);
    expect(chooseRoute(read.entry, { loopback: true }).ok).toBe(true);
    expect(chooseRoute(read.entry, { loopback: false })).toMatchObject({
      ok: false,
      reason: `its remote ${url} is on this very machine, which only a registry on this machine may name`,
    });
  }
});

test("a registry that doesn't end, fails or is none is one more result", async () => {
  const loop = await listen((_request, _body, response) => {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ servers: [entry({ name: "io.example/none" })], metadata: { nextCursor: "again" } }),
    );
  });
  const results = await crawlAll(`registry:${loop.url}`);
  expect(results.map(({ status }) => status)).toEqual(["skipped", "failed"]);
  expect(results[1]?.reason).toMatch(/\(page 2\): its cursor led back to a page already read/);
  expect(loop.seen).toHaveLength(2);

  const page = await listen((_request, _body, response) => void response.end("<html>"));
  expect((await crawlAll(`registry:${page.url}`))[0]?.reason).toMatch(
    /the answer is not JSON\. Check the address\.$/,
  );
  const wrong = await listen((_request, _body, response) => void response.end('{"items":[]}'));
  expect((await crawlAll(`registry:${wrong.url}`))[0]?.reason).toMatch(/the answer has no "servers" list/);
  const closed = await listen((_request, _body, response) => void response.writeHead(401).end());
  expect((await crawlAll(`registry:${closed.url}`))[0]?.reason).toMatch(
    /the registry wants an account \(HTTP 401\)/,
  );
});

test("a page of more values than a crawl may hold is not read", async () => {
  const many = await listen((_request, _body, response) => {
    response.end(JSON.stringify({ servers: Array.from({ length: 100 }, () => []), metadata: {} }));
  });
  const [result, ...more] = await crawlAll(`registry:${many.url}`, {}, { limits: { jsonParts: 200 } });
  expect(more).toEqual([]);
  expect(result).toMatchObject({
    status: "failed",
    reason: `Listing registry:${many.url}: the answer holds more than 200 values and keys, our limit. Report it to the registry.`,
  });
  // Each entry is a bracket and the comma after it; around them are six parts more.
  expect(await crawlAll(`registry:${many.url}`, {}, { limits: { jsonParts: 206 } })).not.toMatchObject([
    result,
  ]);
});

test("what an entry alone decides is known without asking", async () => {
  const { url, seen } = await startRegistry([
    entry({ name: "io.example/open", remotes: [here] }),
    entry({
      name: "io.example/key",
      remotes: [{ ...here, headers: [{ name: "X-Key", isRequired: true }] }],
    }),
    entry({ name: "io.example/gone", remotes: [here], meta: { status: "deleted", statusMessage: "moved" } }),
    { server: { name: "io.example/odd" } },
  ]);
  const parsed = parseSource(`registry:${url}`);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { source } = parsed;
  const home = temporaryHome();
  const { signal } = new AbortController();
  const quiet = { onStage: () => {}, environment: {}, network: false, unsafeNoSandbox: false };
  const ends: Record<string, string> = {};
  for await (const reference of source.list({ home, signal, limits: DEFAULT_LIMITS, ...quiet })) {
    const asked = seen.length;
    const foreseen = foresee(source, reference);
    expect(seen).toHaveLength(asked);
    const { server, status, reason } = await crawlServer(source, reference, { home });
    expect(foreseen).toEqual(status === "ok" ? undefined : { status, reason });
    if (foreseen) ends[server] = foreseen.status;
  }
  expect(ends).toEqual({
    "registry/io.example/key": "skipped",
    "registry/io.example/gone": "skipped",
    "registry/unreadable-io.example-odd": "failed",
  });
});

test("a registry that is busy is asked again", async () => {
  let asked = 0;
  const busy = await listen((_request, _body, response) => {
    if (asked++ === 0) return void response.writeHead(429, { "retry-after": "0" }).end();
    response.end(JSON.stringify({ servers: [], metadata: {} }));
  });
  expect(await crawlAll(`registry:${busy.url}`)).toEqual([]);
  expect(asked).toBe(2);
});

test("what can't be meant is refused in one sentence", () => {
  expect(refusal("registry:nowhere")).toMatch(/it is no URL\. Write registry:<url>/);
  expect(refusal("registry:https://me:s3cret@example.com")).not.toContain("s3cret");
  expect(refusal("registry:https://example.com", { environment: { TOKEN: "x" } })).toMatch(
    /every server of the registry/,
  );
  expect(refusal("registry:https://example.com", { updatedSince: "yesterday" })).toMatch(
    /2026-11-01T00:00:00Z/,
  );
  expect(commandSource([]).ok).toBe(false);
});
