import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING, MEMORY } from "../../site/src/api/operations/_parameters.ts";
import { listServers } from "../../site/src/api/operations/servers.ts";
import { getReady } from "../../site/src/api/operations/service.ts";
import { listTools } from "../../site/src/api/operations/tools.ts";
import { problemSchema } from "../../site/src/api/problem.ts";
import { undescribed } from "./_api-checks.ts";
import { fakeCatalog } from "./_catalog.ts";
import { startExampleSite } from "./_examples.ts";
import { type SiteServer, startSite } from "./_server.ts";

interface Item {
  server?: string;
  name?: string;
  id?: string | number;
  [field: string]: unknown;
}
interface List {
  items: Item[];
  nextCursor: string | null;
}

let site: SiteServer;
beforeAll(async () => {
  site = await startExampleSite();
});
afterAll(() => site?.close());

async function list(path: string): Promise<List & { link: string }> {
  const response = await fetch(`${site.url}/api/v1/${path}`);
  const body = await response.text();
  expect([path, response.status, response.status === 200 ? "" : body]).toEqual([path, 200, ""]);
  return { ...(JSON.parse(body) as List), link: response.headers.get("link") ?? "" };
}
const names = async (query: string) => (await list(`tools?${query}`)).items.map(({ name }) => name);
const ids = async (query: string) => (await list(`servers?${query}`)).items.map(({ id }) => id);

async function refusal(path: string) {
  const response = await fetch(`${site.url}/api/v1/${path}`);
  const problem = problemSchema.strict().parse(await response.json());
  expect([path, response.status]).toEqual([path, problem.status]);
  return problem;
}

describe("the list of tools", () => {
  const ALL = ["echo", "get-env", "delete_entities", "export_graph", "search_nodes"];

  test("is in the order of server and name, and filters narrow it", async () => {
    expect(await names("")).toEqual(ALL);
    expect(await names("sort=-server")).toEqual(ALL.toReversed());
    expect(await names(`server=${MEMORY}`)).toEqual(ALL.slice(2));
    expect(await names("category=Destructive&category=read&conflict=true")).toEqual(["delete_entities"]);
    expect(await names("conflict=false")).toEqual(ALL.filter((name) => name !== "delete_entities"));
    expect((await names("sort=-risk"))[0]).toBe("delete_entities");
    expect(await names("text=graph&sort=server")).toEqual(["delete_entities", "export_graph"]);
    expect((await names("text=graph"))[0]).toBe("export_graph");
    expect(await names("gone=only")).toEqual([]);
    expect(await names("updated_since=2026-01-01")).toEqual(ALL);
    expect(await names("updated_since=2999-01-01T00:00:00%2B02:00")).toEqual([]);
    // Not encoded, the + is a space: many forget it.
    expect(await names("updated_since=2999-01-01T00:00:00+02:00")).toEqual([]);
    for (const odd of ["0000-01-01", "9999-12-31T23:59:59-23:59", "1969-12-31T23:00:00Z"])
      for (const path of ["tools", "servers"]) await list(`${path}?updated_since=${odd}`);
    expect(await names("sort=-updated&limit=5")).toHaveLength(5);
  });

  test("goes on where nextCursor and Link say, in every order", async () => {
    for (const sort of ["server", "-server", "-risk", "risk", "-updated", "updated"]) {
      const met: unknown[] = [];
      for (let path: string | undefined = `tools?limit=2&sort=${sort}`; path; ) {
        const { items, nextCursor, link } = await list(path);
        met.push(...items.map(({ name }) => name));
        const next = /<\/api\/v1\/([^>]*)>; rel="next"/.exec(link)?.[1];
        expect(next === undefined).toBe(nextCursor === null);
        if (next) expect(new URLSearchParams(next.split("?")[1]).get("cursor")).toBe(nextCursor);
        path = next;
      }
      expect(met.toSorted(), sort).toEqual(ALL.toSorted());
    }
  });

  test("gives the fields that are asked for", async () => {
    const { items } = await list("tools?fields=name,risk,%20server&limit=1");
    expect(items).toEqual([{ server: EVERYTHING, name: "echo", risk: expect.any(String) }]);
    const response = await fetch(`${site.url}/api/v1/tools?fields=name`);
    const body = await response.text();
    expect(undescribed(listTools, { status: 200, type: "application/json", body })).toEqual([]);
  });

  test.each([
    ["fields=name,rsk", "fields", "must be of server, name, url"],
    ["sort=name", "sort", "must be one of server, -server"],
    ["sort=relevance", "sort", "give text too"],
    ["risk=high&risk=awful", "risk", "must be one of unknown, low"],
    ["updated_since=yesterday", "updated_since", "such as 2026-11-22T20:00:00Z"],
    ["updated_since=2026-02-30", "updated_since", "ISO 8601"],
    ["gone=maybe", "gone", "must be one of false, true, only"],
    ["conflict=yes", "conflict", "must be one of true, false"],
    ["confidence=0.55", "confidence", "must be one of 0.5"],
    ["text=a&text=b", "text", "more than once"],
    ["updatd_since=2026-01-01", "updatd_since", "Perhaps updated_since is meant."],
    [`facet=${Array.from({ length: 51 }, () => "money").join("&facet=")}`, "facet", "more than 50 times"],
  ])("%s is refused", async (query, parameter, sentence) => {
    const problem = await refusal(`tools?${query}`);
    expect(problem).toMatchObject({ status: 400, parameter, pointer: `/${parameter}` });
    expect(problem.detail).toContain(sentence);
  });

  test("takes a cursor with the filters and the order it came with only", async () => {
    const { nextCursor } = await list("tools?limit=1&risk=high&risk=low");
    expect(await names(`risk=low&risk=high&cursor=${nextCursor}&limit=200`)).not.toContain("echo");
    for (const query of [
      "",
      "risk=high&",
      "risk=high&risk=low&sort=-risk&",
      "risk=high&risk=low&gone=true&",
    ]) {
      const problem = await refusal(`tools?${query}cursor=${nextCursor}`);
      expect(problem).toMatchObject({ status: 400, parameter: "cursor" });
      expect(problem.detail).toContain("other filters");
    }
    for (const other of ["servers", "changes"])
      expect(await refusal(`${other}?cursor=${nextCursor}`)).toMatchObject({ parameter: "cursor" });
  });
});

test("the list of servers is filtered, sorted, and has the fields that are asked for", async () => {
  expect(await ids("")).toEqual([EVERYTHING, MEMORY]);
  expect(await ids("sort=-tools&status=ok&source=npm")).toEqual([MEMORY, EVERYTHING]);
  expect(await ids("source=remote&source=file")).toEqual([]);
  expect(await ids("text=MEMORY")).toEqual([MEMORY]);
  expect(await ids("status=failed")).toEqual([]);
  expect(await ids("updated_since=2026-01-02&sort=-updated")).toHaveLength(2);
  expect(await ids("updated_since=2026-01-03")).toEqual([]);
  expect((await list("servers?fields=id,toolCount&limit=1")).items).toEqual([
    { id: EVERYTHING, toolCount: 2 },
  ]);
  const response = await fetch(`${site.url}/api/v1/servers?fields=id`);
  expect(
    undescribed(listServers, { status: 200, type: "application/json", body: await response.text() }),
  ).toEqual([]);
  expect(await refusal("servers?source=npm/x")).toMatchObject({ parameter: "source" });
  expect(await refusal("servers?status=fine")).toMatchObject({ parameter: "status" });
});

test("changes since a time, and the changes and versions of one tool", async () => {
  const { items } = await list("changes");
  expect(items.length).toBeGreaterThan(0);
  expect((await list("changes?since=2026-01-02T00:00:00Z")).items).toEqual(items);
  expect((await list("changes?since=2026-01-02T00:00:01Z")).items).toEqual([]);
  const tool = (await (await fetch(`${site.url}/api/v1/tools/${MEMORY}/delete_entities`)).json()) as Item;
  expect(tool.changes).toEqual(items);
  expect(tool.versions).toHaveLength(2);
});

test("a server's id may be one segment of a path, as OpenAPI has it", async () => {
  const segment = encodeURIComponent(MEMORY);
  for (const path of [
    `servers/${segment}`,
    `tools/${segment}/delete_entities`,
    `annotations/${segment}`,
    `policies/${segment}`,
  ]) {
    const [one, several] = await Promise.all(
      [path, path.replace(segment, MEMORY)].map(async (at) =>
        (await fetch(`${site.url}/api/v1/${at}`)).text(),
      ),
    );
    expect(one).toBe(several);
    expect(one).not.toContain('"status":404');
  }
});

test("behind /api/v1, the page's address of an object is its own", async () => {
  for (const path of ["tools", "servers", "rules", "attacks"]) {
    for (const { url } of (await list(path)).items.slice(0, 5)) {
      const response = await fetch(`${site.url}/api/v1${url}`);
      expect([url, response.status, ((await response.json()) as Item).url]).toEqual([url, 200, url]);
    }
  }
});

test.each(["rules/none", "attacks/none", "schemas/None.json", "schemas/toString.json", "rules/a%2Fb"])(
  "%s is not there, and says what is",
  async (path) => {
    expect(await refusal(path)).toMatchObject({ status: 404, detail: expect.stringContaining("/api/v1/") });
  },
);

test("a catalog that cannot be asked is alive and not ready", async () => {
  const problem = "The database does not answer.";
  const catalog = { ...fakeCatalog([]), ready: async () => ({ ok: false as const, problem }) };
  const broken = await startSite(catalog);
  try {
    expect((await fetch(`${broken.url}/api/v1/health`)).status).toBe(200);
    const ready = await fetch(`${broken.url}/api/v1/ready`);
    const body = await ready.text();
    const type = ready.headers.get("content-type") ?? "";
    expect([ready.status, ready.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(problemSchema.parse(JSON.parse(body)).detail).toBe(problem);
    expect(undescribed(getReady, { status: 503, type, body })).toEqual([]);
  } finally {
    await broken.close();
  }
});
