import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { subjectsIn } from "../../site/src/api/example-subjects.ts";
import type { Operation } from "../../site/src/api/operation.ts";
import { problemSchema } from "../../site/src/api/problem.ts";
import { exampleIn, operationNamed, REFERENCE } from "../../site/src/api/reference.ts";
import {
  annotationPatchSchema,
  changeSchema,
  healthSchema,
  listSchema,
  progressSchema,
  serverDetailSchema,
  serverSchema,
  statsSchema,
  toolDetailSchema,
  toolSchema,
} from "../../site/src/api/types.ts";
import { apiToolUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { HOSTILE_NAMES, LOGOUT, SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
const POLICY = {
  version: "1",
  default: "deny",
  tools: {
    logout_instance: {
      limits: [{ counter: "logout_instance_rate", window: "minute", max: 10, scope: "grant" }],
    },
  },
};
let site: SiteServer;
const get = (path: string, init?: RequestInit) => fetch(`${site.url}${path}`, init);

beforeAll(async () => {
  site = await startSite(fakeCatalog(SERVERS));
});
afterAll(() => site?.close());

describe("answers of the API", () => {
  test.each([
    ["/api/v1/servers", listSchema(serverSchema.strict())],
    [`/api/v1/servers/${SESSIONS}`, serverDetailSchema.strict()],
    ["/api/v1/tools", listSchema(toolSchema.strict())],
    [`/api/v1/tools/${SESSIONS}/logout_instance`, toolDetailSchema.strict()],
    ["/api/v1/tools/local/records/manage_record", toolDetailSchema.strict()],
    ["/api/v1/annotations/local/records", annotationPatchSchema.strict()],
    ["/api/v1/changes", listSchema(changeSchema.strict())],
    ["/api/v1/stats", statsSchema.strict()],
    ["/api/v1/progress", progressSchema.strict()],
    ["/api/v1/health", healthSchema.strict()],
  ])("%s is what its schema says", async (path, schema: z.ZodType) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    // The catalog of a machine is no other page's to read.
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(schema.safeParse(await response.json()).error).toBeUndefined();
  });

  test("the reference tool: Execute, high, with its policy and what kept it from Destructive", async () => {
    const tool = toolDetailSchema.parse(
      await (await get(`/api/v1/tools/${SESSIONS}/logout_instance`)).json(),
    );
    expect(tool).toMatchObject({
      category: "Execute",
      risk: "high",
      url: `/tools/${SESSIONS}/logout_instance`,
      policy: POLICY,
    });
    expect(tool.verdict.evidence).toContainEqual(
      expect.objectContaining({ excerpt: "without deleting", opposes: "Destructive" }),
    );
    expect(await (await get(`/api/v1/policies/${SESSIONS}?tool=logout_instance`)).json()).toEqual(POLICY);
  });

  test("a policy for a whole server, in each preset", async () => {
    for (const preset of ["strict", "recommended", "permissive"]) {
      const response = await get(`/api/v1/policies/${SESSIONS}?preset=${preset}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ version: "1" });
    }
  });

  test("the suggested annotations of a server, and of one of its tools", async () => {
    const read = async (path: string) => annotationPatchSchema.parse(await (await get(path)).json()).tools;
    expect(await read("/api/v1/annotations/local/records")).toMatchObject([
      {
        server: "local/records",
        name: "manage_record",
        declared: { readOnlyHint: true },
        suggested: { readOnlyHint: false, destructiveHint: true },
        changed: [{ hint: "readOnlyHint", declared: true, suggested: false, conflict: true }, {}],
      },
    ]);
    const names = (await read(`/api/v1/annotations/${SESSIONS}?tool=logout_instance`)).map(
      ({ name }) => name,
    );
    expect(names).toEqual(["logout_instance"]);
  });

  test("the tokens of a tool, and of its server with the heaviest tools first", async () => {
    const [logout, list] = await Promise.all(
      ["logout_instance", "list_instances"].map(async (name) =>
        toolDetailSchema.parse(await (await get(`/api/v1/tools/${SESSIONS}/${name}`)).json()),
      ),
    );
    const server = serverDetailSchema.parse(await (await get(`/api/v1/servers/${SESSIONS}`)).json());
    const counts = [logout?.tokens.count ?? 0, list?.tokens.count ?? 0];
    expect(server.tokens).toEqual({
      encoding: "o200k_base",
      count: Math.max(...counts) + Math.min(...counts),
      complete: true,
      heaviest: [logout, list].map((tool, index) => {
        return { tool: tool?.name, url: tool?.url, count: counts[index], complete: true };
      }),
    });
    expect(counts[0]).toBeGreaterThan(counts[1] ?? 0);
  });

  test("filters narrow the list, and a walk with cursors meets every tool once", async () => {
    const names: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = listSchema(toolSchema).parse(
        await (await get(`/api/v1/tools?limit=4${cursor === "" ? "" : `&cursor=${cursor}`}`)).json(),
      );
      names.push(...page.items.map((tool) => `${tool.server} ${tool.name}`));
      cursor = page.nextCursor;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(SERVERS.flatMap((server) => server.tools).length);
    const found = listSchema(toolSchema).parse(
      await (await get("/api/v1/tools?category=execute&text=whatsapp")).json(),
    );
    expect(found.items.map((tool) => tool.name)).toEqual(["logout_instance"]);
  });

  test.each(HOSTILE_NAMES)("the tool %j is found by its address, as page and as JSON", async (name) => {
    const server = "local/hostile <b>one</b>";
    const answer = await get(apiToolUrl(server, name));
    expect(await answer.json()).toMatchObject({ server, name, definition: { name } });
    expect((await get(toolUrl(server, name))).status).toBe(200);
  });

  test("an ETag is strong, the same for HEAD, and saves the second answer", async () => {
    for (const path of ["/api/v1/tools", `/tools/${SESSIONS}/logout_instance`]) {
      const first = await get(path);
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[\w-]{43}(-gzip|-br)?"$/);
      expect((await get(path)).headers.get("etag")).toBe(etag);
      const again = await get(path, { headers: { "if-none-match": `"other", W/${etag}` } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      const head = await get(path, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
    }
    for (const path of ["/api/v1/stats", "/method"]) {
      const plain = { headers: { "accept-encoding": "identity" } };
      const [headed, got] = await Promise.all([get(path, { ...plain, method: "HEAD" }), get(path, plain)]);
      expect(headed.headers.get("etag")).toBe(got.headers.get("etag"));
    }
  });

  test.each([
    ["/api/v1/tools?limit=0", 400, "limit"],
    ["/api/v1/tools?limit=201", 400, "limit"],
    ["/api/v1/tools?limit=x", 400, "limit"],
    ["/api/v1/tools?limit=0x10", 400, "limit"],
    ["/api/v1/tools?limit=1e1", 400, "limit"],
    ["/api/v1/tools?limit=%2B5", 400, "limit"],
    ["/api/v1/tools?limit=+5", 400, "limit"],
    ["/api/v1/tools?limit=5.0", 400, "limit"],
    ["/api/v1/tools?limit=", 400, "limit"],
    ["/api/v1/tools?risk=", 400, "risk"],
    ["/api/v1/tools?risk=high&risk=", 400, "risk"],
    ["/api/v1/tools?cursor=", 400, "cursor"],
    ["/api/v1/tools?text=", 400, "text"],
    ["/api/v1/tools?text=%20", 400, "text"],
    ["/api/v1/tools?text=%F0%9F%94%A5", 400, "text"],
    ["/api/v1/tools?confidence=0x1", 400, "confidence"],
    ["/api/v1/tools?confidence=high", 400, "confidence"],
    ["/api/v1/servers?text=", 400, "text"],
    ["/v0.1/servers?limit=0x10", 400, "limit"],
    ["/v0.1/servers?limit=101", 400, "limit"],
    [`/api/v1/policies/${SESSIONS}?alias=`, 400, "alias"],
    ["/api/v1/tools?cursor=%27%3B--", 400, "cursor"],
    ["/api/v1/tools?cursor=bm9uZQ", 400, "cursor"],
    ["/api/v1/tools?risk=terrible", 400, "risk"],
    ["/api/v1/tools?category=Evil", 400, "category"],
    ["/api/v1/tools?facet=x&facet=y", 400, "facet"],
    ["/api/v1/tools?text=%00", 400, "text"],
    ["/api/v1/tools?catgory=Execute", 400, "catgory"],
    ["/api/v1/servers?risk=high", 400, "risk"],
    ["/api/v1/servers?limit=-1", 400, "limit"],
    [`/api/v1/policies/${SESSIONS}?preset=lax`, 400, "preset"],
    [`/api/v1/policies/${SESSIONS}?tool=none`, 404, "tool"],
    ["/api/v1/policies/npm/none", 404, undefined],
    [`/api/v1/annotations/${SESSIONS}?tool=none`, 404, "tool"],
    [`/api/v1/annotations/${SESSIONS}?preset=strict`, 400, "preset"],
    ["/api/v1/annotations/npm/none", 404, undefined],
    ["/api/v1/servers/npm/none", 404, undefined],
    ["/api/v1/tools/npm/none/none", 404, undefined],
    ["/api/v1/tools/one", 404, undefined],
    ["/api/v1/tools/a/%zz", 400, undefined],
    ["/api/v1/none", 404, undefined],
    ["/api/none", 404, undefined],
  ])("%s is answered with a problem", async (path, status, parameter) => {
    const response = await get(path);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const problem = problemSchema.strict().parse(await response.json());
    expect(problem).toMatchObject({ status });
    expect([response.status, problem.parameter]).toEqual([status, parameter]);
    expect(problem.detail).toMatch(/\.$/);
    // What the library that reads it would say.
    expect(problem.detail).not.toMatch(/Invalid|expected|received|Too (big|small)/);
  });

  test("clients of registries may leave a parameter empty, as in the official one", async () => {
    const plain = await (await get("/v0.1/servers")).json();
    const empty = await get("/v0.1/servers?cursor=&limit=&search=&updated_since=&version=&include_deleted=");
    expect([empty.status, await empty.json()]).toEqual([200, plain]);
  });

  test("nothing but reading is possible", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const response = await get("/api/v1/tools", { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
      expect(problemSchema.parse(await response.json()).detail).toContain("Use GET");
    }
    expect((await get("/api/v1/tools", { method: "OPTIONS" })).status).toBe(204);
  });

  test("a catalog that fails is a 500 that tells nothing of its insides", async () => {
    const catalog = fakeCatalog([]);
    catalog.stats = () => Promise.reject(new Error("password=hunter2"));
    const broken = await startSite(catalog);
    try {
      for (const path of ["/api/v1/stats", "/"]) {
        const response = await fetch(`${broken.url}${path}`);
        expect(response.status).toBe(500);
        expect(await response.text()).not.toContain("hunter2");
      }
    } finally {
      await broken.close();
    }
  });

  test("the reference names every operation, and shows each with its parameters, its example and a sample", async () => {
    const overview = await (await get("/docs/api")).text();
    const subjects = await subjectsIn(fakeCatalog(SERVERS));
    expect(subjects.servers).toHaveLength(2);
    for (const { url, operations } of REFERENCE) {
      const html = (await (await get(url)).text()).replaceAll("&#39;", "'");
      for (const { id, url: at, path, example: written, parameters, sample } of operations) {
        expect(overview).toContain(`href="${at}"`);
        expect(overview).toContain(path);
        expect(html).toContain(`id="${id}"`);
        const example = exampleIn(operationNamed(id) as Operation, subjects) ?? written;
        expect(html).toContain(example.replaceAll("&", "&amp;"));
        for (const { name, what } of parameters) {
          expect(html).toContain(`>${name}</code>`);
          expect(what).not.toBe("");
        }
        if (sample) expect(html).toMatch(/(Its|Such an) answer, shortened/);
      }
    }
    expect((await get("/docs/api/none")).status).toBe(404);
  });

  test.each([
    ["of other servers", fakeCatalog(SERVERS), true],
    ["without a tool", fakeCatalog([{ id: "npm/empty", tools: [] }]), false],
    ["of nothing", fakeCatalog([]), false],
  ])("every example that can be opened is answered in a catalog %s", async (_what, catalog, hasTools) => {
    const other = await startSite(catalog);
    try {
      const opened: string[] = [];
      for (const { url } of REFERENCE) {
        const html = await (await fetch(`${other.url}${url}`)).text();
        for (const [, href = ""] of html.matchAll(/<a href="([^"]*)">Open it<\/a>/g)) {
          const address = href.replaceAll("&amp;", "&").replaceAll("&#38;", "&");
          const answer = await fetch(`${other.url}${address}`);
          expect([address, answer.status]).toEqual([address, 200]);
          await answer.arrayBuffer();
          opened.push(address);
        }
      }
      expect(opened.length).toBeGreaterThan(10);
      expect(opened.some((address) => address.startsWith("/api/v1/tools/"))).toBe(hasTools);
    } finally {
      await other.close();
    }
  });
});

test("pages ignore a parameter they do not know, and say so", async () => {
  const answer = await get("/tools?catgory=Execute");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("Perhaps category is meant. It was ignored.");
});

test("a tool of an unknown server is not looked for on that server's page", async () => {
  const unknown = await (await get("/tools/npm/none/none")).text();
  expect(unknown).not.toContain('href="/servers/npm/none"');
  expect(unknown).toContain('href="/servers"');
  const known = await (await get(`/tools/${SESSIONS}/none`)).text();
  expect(known).toContain(`href="/servers/${SESSIONS}"`);
});

test("a failed crawl of another version is a note on a server that is fine", async () => {
  const later = {
    startedAt: "2026-11-22T21:00:00.000Z",
    status: "failed" as const,
    reason: "The registry has no version 9.9.9 of it.",
    toolCount: 0,
    durationMs: 5,
    source: "npm:fine@9.9.9",
  };
  const fine = { id: "npm/fine", tools: [LOGOUT], detail: { lastCrawl: later } };
  const other = await startSite(fakeCatalog([fine]));
  try {
    const page = await (await fetch(`${other.url}/servers/npm/fine`)).text();
    expect(page).toMatch(/A later crawl of <bdi[^>]*>npm:fine@9\.9\.9<\/bdi> failed/);
    expect(await (await fetch(`${other.url}/servers`)).text()).not.toContain("Failed");
  } finally {
    await other.close();
  }
});

test("sentences on a rule's page are apart", async () => {
  const html = await (await get("/rules/open-session")).text();
  expect(html.replaceAll(/<[^>]*>/g, "")).not.toMatch(/\.Shows/);
});

test("a catalog that is served to others can be read from any page", async () => {
  const open = await startSite(fakeCatalog(SERVERS), 0, "0.0.0.0");
  try {
    const response = await fetch(`${open.url}/api/v1/stats`);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  } finally {
    await open.close();
  }
});

test("a usual tool page and its styles take at most 30 KB compressed", async () => {
  const html = await (await get(`/tools/${SESSIONS}/logout_instance`)).text();
  const sheets = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(sheets.length).toBeGreaterThan(0);
  const styles = await Promise.all(sheets.map(async (sheet) => (await get(sheet)).text()));
  const bytes = [html, ...styles].reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThanOrEqual(30_000);
});
