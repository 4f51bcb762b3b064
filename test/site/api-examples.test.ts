import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApiDocument } from "../../site/src/api/openapi.ts";
import type { Operation } from "../../site/src/api/operation.ts";
import { OPERATIONS } from "../../site/src/api/operations/index.ts";
import { problemSchema } from "../../site/src/api/problem.ts";
import { operationNamed, REFERENCE } from "../../site/src/api/reference.ts";
import { undescribed, unlikeSchema } from "./_api-checks.ts";
import { sampleOf } from "./_api-samples.ts";
import { startExampleSite } from "./_examples.ts";
import type { SiteServer } from "./_server.ts";

let site: SiteServer;
beforeAll(async () => {
  site = await startExampleSite();
});
afterAll(() => site?.close());

const NAMED = OPERATIONS.map((operation): [string, Operation] => [operation.id, operation]);

function ask({ method, example }: Operation, headers: Record<string, string> = {}, init: RequestInit = {}) {
  const { address, body } = example;
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  return fetch(`${site.url}${address}`, { method, ...sent, headers: { ...type, ...headers }, ...init });
}

/** What the reference page shows of each answer, by operation. */
const samples: Record<string, string> = {};

describe("examples of the reference page", () => {
  test.each(NAMED)("%s answers as it is described", async (_, operation) => {
    const response = await ask(operation);
    const body = await response.text();
    const { status, headers } = response;
    expect([status, body.slice(0, status === 200 ? 0 : 500)]).toEqual([200, ""]);
    expect(undescribed(operation, { status, type: headers.get("content-type") ?? "", body })).toEqual([]);
    expect(headers.get("link")).toContain('</api/v1/openapi.json>; rel="service-desc"');
    const sample = sampleOf(body, headers.get("content-type") ?? "");
    if (sample) samples[operation.id] = sample;
  });

  test.each(NAMED.filter(([, { body }]) => body))(
    "the body that %s takes is as its schema says",
    (_, operation) => {
      expect(unlikeSchema(operation, operation.example.body)).toEqual([]);
      for (const wrong of [null, 5, "x", true]) expect(unlikeSchema(operation, wrong)).not.toEqual([]);
    },
  );

  test("each is what the page shows and opens, as the catalog has what they speak of", async () => {
    for (const { url, operations } of REFERENCE) {
      const html = (await (await fetch(`${site.url}${url}`)).text()).replaceAll("&#39;", "'");
      for (const { id, example, isLink, sample } of operations) {
        const address = example.replaceAll("&", "&amp;");
        expect(html, id).toContain(address);
        if (isLink) expect(html, id).toContain(`<a href="${address}">Open it</a>`);
        if (sample) expect(html, id).toContain("Its answer, shortened");
        const { body } = operationNamed(id)?.example ?? {};
        if (body)
          expect(html.replaceAll("&#34;", '"').replaceAll("&quot;", '"'), id).toContain(JSON.stringify(body));
      }
    }
  });

  test("the samples on the page are what was answered just now", async () => {
    const sorted = Object.fromEntries(Object.entries(samples).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    await expect(`${JSON.stringify(sorted, null, 2)}\n`).toMatchFileSnapshot(
      "../../site/src/api/samples.generated.json",
    );
  });

  test.each(NAMED)(
    "%s answers other methods, and what it does not know, as it is described",
    async (_, operation) => {
      const { method, example } = operation;
      const wrong = method === "GET" ? "POST" : "GET";
      const allow = method === "GET" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
      const [refused, asked, unknown] = await Promise.all([
        fetch(`${site.url}${example.address}`, { method: wrong }),
        fetch(`${site.url}${example.address}`, { method: "OPTIONS" }),
        ask({ ...operation, example: { ...example, address: `${example.address.split("?")[0]}?limt=1` } }),
      ]);
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, allow]);
      expect(problemSchema.strict().parse(await refused.json()).detail).toContain(`Use ${method}.`);
      expect([asked.status, asked.headers.get("allow"), await asked.text()]).toEqual([204, allow, ""]);
      const problem = problemSchema.strict().parse(await unknown.json());
      expect(problem).toMatchObject({ status: 400, parameter: "limt", pointer: "/limt" });
      if ("limit" in operation.query.shape) expect(problem.detail).toContain("Perhaps limit is meant.");
      expect([unknown.status, unknown.headers.get("etag")]).toEqual([400, null]);
    },
  );

  test.each(NAMED.filter(([, { method }]) => method === "GET"))(
    "%s has the same headers for HEAD, in every coding",
    async (_, operation) => {
      // A file of the dataset is as long as it is once somebody has had it.
      await (await ask(operation)).arrayBuffer();
      for (const coding of ["br", "gzip", "identity"]) {
        const asking = { "accept-encoding": coding };
        const got = await ask(operation, asking);
        await got.arrayBuffer();
        const headed = await ask(operation, asking, { method: "HEAD" });
        const told = ({ headers }: Response) =>
          [...headers].filter(
            ([name]) => !["date", "transfer-encoding", "connection", "keep-alive"].includes(name),
          );
        expect([coding, headed.status, told(headed)]).toEqual([coding, got.status, told(got)]);
      }
    },
  );

  const READ = NAMED.filter(([, { method }]) => method === "GET");
  test.each(READ)(
    "%s has a strong ETag, the same for HEAD, and is a 304 for who has it",
    async (_, operation) => {
      const plain = { "accept-encoding": "identity" };
      const [got, headed] = await Promise.all([
        ask(operation, plain),
        ask({ ...operation }, plain, { method: "HEAD" }),
      ]);
      const body = await got.arrayBuffer();
      const etag = got.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[!#-~]+"$/);
      expect([headed.status, headed.headers.get("etag"), (await headed.arrayBuffer()).byteLength]).toEqual([
        200,
        etag,
        0,
      ]);
      expect(headed.headers.get("content-type")).toBe(got.headers.get("content-type"));
      expect(body.byteLength).toBeGreaterThan(0);
      const again = await ask(operation, { ...plain, "if-none-match": `"other", W/${etag}` });
      expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
      const other = await ask(operation, { ...plain, "if-none-match": '"other"' });
      expect([other.status, other.headers.get("etag")]).toEqual([200, etag]);
      await other.arrayBuffer();
    },
  );

  test.each(READ)("%s refuses who wants only another version of it", async (_, operation) => {
    const plain = { "accept-encoding": "identity" };
    const { headers, body } = await ask(operation, plain);
    await body?.cancel();
    const etag = headers.get("etag") ?? "";
    for (const named of [`"other", ${etag}`, "*", `${etag.slice(0, -1)}-gzip"`]) {
      const taken = await ask(operation, { ...plain, "if-match": named });
      await taken.body?.cancel();
      expect([named, taken.status]).toEqual([named, 200]);
    }
    for (const named of ['"other"', `W/${etag}`]) {
      // It counts before what the sender has.
      const refused = await ask(operation, { ...plain, "if-match": named, "if-none-match": etag });
      const problem = (await refused.json()) as object;
      expect(problem).toMatchObject({ status: 412, detail: expect.stringMatching(/^If-Match or /) });
      expect([refused.status, refused.headers.get("content-type")]).toEqual([
        412,
        "application/problem+json; charset=utf-8",
      ]);
      const headed = await ask(operation, { ...plain, "if-match": named }, { method: "HEAD" });
      expect(headed.status).toBe(412);
    }
  });
});

/** All headers of answers that the OpenAPI document tells of, in small letters. */
function documentedHeaders(): string[] {
  const { paths, components } = openApiDocument(OPERATIONS) as unknown as {
    paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>>;
    components: { responses: Record<string, { headers?: object }> };
  };
  const responses = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap((operation) => Object.values(operation.responses));
  const names = [...responses, ...Object.values(components.responses)].flatMap(({ headers = {} }) =>
    Object.keys(headers).map((name) => name.toLowerCase()),
  );
  return [...new Set(names)].filter((name) => !SIMPLE.includes(name)).sort();
}
/** What every script may read (the Fetch standard, CORS-safelisted response-header name). */
const SIMPLE = [
  "cache-control",
  "content-language",
  "content-length",
  "content-type",
  "expires",
  "last-modified",
];

test("pages of other origins may read and send, where the catalog is not this machine's alone", async () => {
  const open = await startExampleSite("0.0.0.0");
  try {
    for (const { example, method } of OPERATIONS) {
      const asked = await fetch(`${open.url}${example.address}`, {
        method: "OPTIONS",
        headers: { origin: "https://example.com", "access-control-request-method": method },
      });
      const { headers } = asked;
      expect([asked.status, headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
      expect(headers.get("access-control-allow-methods")?.split(", ")).toContain(method);
      for (const name of ["content-type", "if-match", "if-none-match", "range", "if-range"])
        expect(headers.get("access-control-allow-headers")?.split(", ")).toContain(name);
    }
    const [stats, none] = await Promise.all(
      ["/api/v1/stats", "/api/v1/none"].map((at) => fetch(open.url + at)),
    );
    for (const answer of [stats, none]) {
      expect(answer?.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer?.headers.get("access-control-expose-headers")?.split(", ")).toEqual(
        expect.arrayContaining(documentedHeaders()),
      );
    }
  } finally {
    await open.close();
  }
  const own = await fetch(`${site.url}/api/v1/tools`, {
    method: "OPTIONS",
    headers: { origin: "https://example.com" },
  });
  expect(own.headers.get("access-control-allow-origin")).toBeNull();
  expect(own.headers.get("access-control-allow-methods")).toBeNull();
});
