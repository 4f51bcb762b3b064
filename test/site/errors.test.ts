import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { changesUrl, compareUrl, policiesUrl, serversUrl, toolsUrl } from "../../site/src/lib/addresses.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { fakeCatalog } from "./_catalog.ts";
import { ALL_SERVERS, ERROR_PAGES, LOGOUT_PAGE } from "./_pages.ts";
import { type SiteServer, startSite } from "./_server.ts";

const SECRET = "connect ECONNREFUSED /home/somebody/.placard/pg password=hunter2";
/** A database that is down: every question ends so. */
const DOWN = new Proxy({} as Catalog, {
  get: () => () => {
    throw new Error(SECRET);
  },
});
/** Pages whose content comes from the database. */
const FROM_DATABASE = [
  "/",
  serversUrl(),
  toolsUrl(),
  LOGOUT_PAGE,
  "/servers/npm/@example/sessions",
  "/risk/high",
  changesUrl(),
  "/report",
  policiesUrl({ servers: ["npm/@example/sessions"] }),
  compareUrl({ a: "npm/@example/sessions" }),
];
let up: SiteServer;
let down: SiteServer;

beforeAll(async () => {
  up = await startSite(fakeCatalog(ALL_SERVERS));
  down = await startSite(DOWN);
});
afterAll(async () => {
  await Promise.all([up?.close(), down?.close()]);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What every page that says no has: the look of the others, one title, a way on, and nothing of our insides. */
function expectHelpful(html: string): void {
  expect(html).toMatch(/<link rel="stylesheet" href="\/_astro\//);
  expect(html.match(/<h1/g)).toHaveLength(1);
  expect(html).toContain('aria-label="Site"');
  expect(html.slice(html.indexOf("<main"))).toMatch(/<a [^>]*href="\/|<form/);
  expect(html).not.toMatch(/\bat .+\.(m?js|ts):\d+|node_modules|file:\/\/|hunter2|ECONNREFUSED/);
}

test("an address that cannot be read is answered with the page that says so, and nothing is logged", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  for (const address of ["/tools/npm/%40example/sessions/%0A", "/servers/%E9", "/%zz", "/x%2525250Dy"]) {
    const answer = await fetch(`${up.url}${address}`);
    const html = await answer.text();
    expect(answer.status, address).toBe(404);
    expect(html).toContain("There is nothing at this address.");
    expectHelpful(html);
  }
  expect(logged).not.toHaveBeenCalled();
});

describe("a page that is not there, or is asked for wrongly", () => {
  test.each(ERROR_PAGES)("%s says so with status %i", async (address, status) => {
    const response = await fetch(`${up.url}${address}`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expectHelpful(await response.text());
  });

  test("an address that nobody has is repeated as text, up to a length, beside a search", async () => {
    const html = await (await fetch(`${up.url}/${"x".repeat(9_000)}%3Cscript%3E`)).text();
    expect(html.length).toBeLessThan(12_000);
    expect(html).toContain("There is nothing at /xxx");
    expect(html).toContain('role="search"');
  });

  test("what is too long for any page is refused", async () => {
    const asked = await fetch(`${up.url}${toolsUrl({ text: "x".repeat(5_000) })}`);
    expect(asked.status).toBe(400);
    expectHelpful(await asked.text());
    const headers = await fetch(`${up.url}/${"x".repeat(20_000)}`);
    expect(headers.status).toBe(431);
  });
});

describe("with the database down", () => {
  test.each(FROM_DATABASE)("%s is a 500 that helps and tells nothing of its insides", async (address) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await fetch(`${down.url}${address}`);
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await response.text();
    expectHelpful(html);
    expect(html).toContain("That went wrong");
    expect(html).toContain("/api/v1/health");
    // The log is where the cause belongs.
    expect(JSON.stringify(log.mock.calls.map((call) => call.map(String)))).toContain("ECONNREFUSED");
  });

  test("and leads back to what was asked for, here and nowhere else", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const html = await (await fetch(`${down.url}//tools?text=a%26b`)).text();
    expect(html).not.toMatch(/href="\/\//);
    const asked = await (await fetch(`${down.url}/tools?text=a%26b`)).text();
    expect(asked).toContain('href="/tools?text=a%26b"');
  });

  test("what needs no database is there", async () => {
    for (const address of ["/method", "/rules", "/attacks", "/glossary", "/docs", "/try"])
      expect({ address, status: (await fetch(`${down.url}${address}`)).status }).toEqual({
        address,
        status: 200,
      });
  });
});

test.each([
  ["the driver says so", (error: Error) => error],
  ["drizzle has put its own around it", (error: Error) => new Error("Failed query", { cause: error })],
])("a database that cannot be reached is a 503, where %s", async (_, wrap) => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const refused = Object.assign(new Error(SECRET), { code: "ECONNREFUSED" });
  const lost = await startSite(
    new Proxy({} as Catalog, {
      get: () => () => {
        throw wrap(refused);
      },
    }),
  );
  try {
    for (const address of [...FROM_DATABASE, "/api/v1/stats", "/api/v1/tools"]) {
      const answer = await fetch(`${lost.url}${address}`);
      expect([address, answer.status, answer.headers.get("retry-after")]).toEqual([address, 503, "10"]);
      const text = await answer.text();
      expect(text).toContain("The database cannot be asked at the moment");
      expect(text).not.toContain("hunter2");
    }
    expect(logged.mock.calls.flat().join("\n")).toContain(`failed: ${SECRET}`);
  } finally {
    await lost.close();
  }
});
