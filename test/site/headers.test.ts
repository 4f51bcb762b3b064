import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { badgeUrl, imageUrl, serverFeedUrl, serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
/** One address of each kind of answer, errors too. */
const KINDS = [
  "/",
  toolUrl(SESSIONS, "logout_instance"),
  `${toolUrl(SESSIONS, "logout_instance")}.md`,
  serverUrl(SESSIONS),
  "/changes.atom",
  "/changes.json",
  serverFeedUrl(SESSIONS, "atom"),
  badgeUrl(SESSIONS),
  imageUrl(SESSIONS, "logout_instance"),
  "/favicon.svg",
  "/sitemap.xml",
  "/sitemaps/tools-1.xml",
  "/robots.txt",
  "/llms.txt",
  "/api/v1/stats",
  "/api/v1/none",
  "/badges/none",
  "/none",
  "/none.md",
];
const EMBEDDABLE = [badgeUrl(SESSIONS), badgeUrl(SESSIONS, "logout_instance"), imageUrl(SESSIONS)];

let here: SiteServer;
let open: SiteServer;

beforeAll(async () => {
  here = await startSite(fakeCatalog(SERVERS));
  // On another address than localhost every host is answered: a public catalog.
  open = await startSite(fakeCatalog(SERVERS), 0, "0.0.0.0");
});
afterAll(async () => {
  await Promise.all([here?.close(), open?.close()]);
});

describe("every answer", () => {
  test.each(KINDS)("%s lets nothing run that is not ours", async (path) => {
    for (const method of ["GET", "HEAD"]) {
      const { headers } = await fetch(`${here.url}${path}`, { method });
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/^default-src 'none';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-type")).toMatch(/^[a-z]+\/[a-z+.-]+(; charset=utf-8)?$/);
    }
  });

  test.each(KINDS)("%s is shown by no other site, where the catalog is this machine's own", async (path) => {
    const { headers } = await fetch(`${here.url}${path}`);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});

describe("badges and pictures of a public catalog", () => {
  test.each(EMBEDDABLE)("%s can be shown by every site", async (path) => {
    const response = await fetch(`${open.url}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none';/);
  });

  test("its pages cannot", async () => {
    const { headers } = await fetch(`${open.url}${serverUrl(SESSIONS)}`);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});
