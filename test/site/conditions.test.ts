import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { serverDetailSchema, toolDetailSchema } from "../../site/src/api/types.ts";
import { apiServerUrl, apiToolUrl, serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { catalogOf } from "../../site/src/lib/catalog.ts";
import { authorizationFacts } from "../../site/src/lib/facts.ts";
import { spanWords } from "../../site/src/lib/words.ts";
import { openSharedCatalog } from "../database.ts";
import { LOCKED, NOTES, REMOTE, storeChangedServers } from "./_changed.ts";
import { type SiteServer, startSite } from "./_server.ts";

let store: Awaited<ReturnType<typeof openSharedCatalog>>;
let site: SiteServer;

beforeAll(async () => {
  store = await openSharedCatalog();
  const { database } = store;
  await storeChangedServers(database);
  site = await startSite(catalogOf({ database }));
});
afterAll(async () => {
  await site?.close();
  await store?.close();
});

const json = async (path: string) => (await fetch(`${site.url}${path}`)).json();
const htmlOf = async (path: string) => (await fetch(`${site.url}${path}`)).text();

/** The rows of label and value of a page, as a reader sees them. */
async function factsOf(path: string): Promise<Map<string, string>> {
  const html = await htmlOf(path);
  const text = (piece = "") => piece.replaceAll(/<[^>]*>/g, "").trim();
  const pairs = [...html.matchAll(/<dt[^>]*>([\s\S]*?)<\/dt>\s*<dd[^>]*>([\s\S]*?)<\/dd>/g)];
  return new Map(pairs.map((pair) => [text(pair[1]), text(pair[2])]));
}

describe("what a list depended on, in the API", () => {
  test.each<[string, z.ZodType]>([
    [apiServerUrl(NOTES), serverDetailSchema],
    [apiServerUrl(REMOTE), serverDetailSchema],
    [apiServerUrl(LOCKED), serverDetailSchema],
    [apiToolUrl(NOTES, "read_note"), toolDetailSchema],
    [apiToolUrl(REMOTE, "read_note"), toolDetailSchema],
  ])("%s has no field that its schema does not know", async (path, schema) => {
    const body = await json(path);
    // Schemas strip what they don't know: nothing may be missing afterwards.
    expect(schema.parse(body)).toEqual(body);
  });

  test("a remote: era, revision, capabilities, as whom it was asked, how long the list holds", async () => {
    const { provenance } = await json(apiToolUrl(REMOTE, "read_note"));
    expect(provenance).toMatchObject({
      protocolVersion: "2026-07-28",
      cache: { ttlMs: 300_000 },
      launch: {
        era: "stateless",
        protocolVersion: "2026-07-28",
        authorization: "given",
        clientCapabilities: { elicitation: {} },
      },
    });
    expect(await json(apiServerUrl(REMOTE))).toMatchObject({
      registryEntry: { name: "com.example/mcp", status: "deprecated" },
    });
  });

  test("a server that lets nobody in: what it says of how", async () => {
    expect(await json(apiServerUrl(LOCKED))).toMatchObject({
      status: "needs-authorization",
      launch: { legacySse: true, authorization: "none" },
      authorization: {
        status: 401,
        scheme: "Bearer",
        scopes: ["notes:read", "notes:write"],
        metadata: { authorization_servers: ["https://login.example.com"] },
      },
    });
  });
});

describe("the same in words", () => {
  test("a package: version, arguments, era, capabilities", async () => {
    for (const path of [toolUrl(NOTES, "read_note"), serverUrl(NOTES)]) {
      const facts = await factsOf(path);
      expect(facts.get("Package")).toBe("@example/notes 2.0.0 (npm)");
      expect(facts.get("Started as")).toBe("notes --root data");
      expect(facts.get("MCP revision")).toBe("2025-11-25, with a handshake (initialize)");
      expect(facts.get("Client offered")).toBe("no capabilities");
      expect(facts.has("Asked as")).toBe(false);
    }
  });

  test("a remote: transport, credentials, how long the list holds", async () => {
    const facts = await factsOf(toolUrl(REMOTE, "read_note"));
    expect(facts.get("MCP revision")).toBe("2026-07-28, stateless: each request on its own");
    expect(facts.get("Transport")).toBe("Streamable HTTP");
    expect(facts.get("Asked as")).toMatch(/^somebody: /);
    expect(facts.get("Client offered")).toBe("elicitation");
    expect(facts.get("Holds for")).toBe("5 minutes, the server says");
  });

  test("a server's own words are text, its addresses no links", async () => {
    const html = await htmlOf(serverUrl(LOCKED));
    expect(html).not.toMatch(/<script>|href="javascript|href="https:\/\/login/);
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("\u202E");
    const facts = await factsOf(serverUrl(LOCKED));
    expect(facts.get("It answered")).toBe("HTTP 401, invalid_token");
    expect(facts.get("Scopes")).toBe("notes:read notes:write");
    expect(facts.get("Who grants it")).toBe("https://login.example.com");
    expect(facts.get("Transport")).toMatch(/^HTTP\+SSE of 2024-11-05/);
    expect(facts.get("Asked as")).toBe("nobody: without credentials");
    expect((await factsOf(serverUrl(REMOTE))).get("Its entry")).toMatch(
      /^com\.example\/mcp 3\.1\.0, deprecated: /,
    );
  });

  test("a challenge without anything but its status is one row", () => {
    expect(authorizationFacts({ status: 403 })).toEqual([{ label: "It answered", value: "HTTP 403" }]);
    const said = authorizationFacts({ status: 401, metadataUrl: "https://a.example/m" });
    expect(said.at(-1)?.label).toBe("Metadata said to be at");
  });

  test.each([
    [0, "0 seconds"],
    [1_000, "1 second"],
    [1_500, "1.5 seconds"],
    [90_000, "90 seconds"],
    [300_000, "5 minutes"],
    [3_600_000, "1 hour"],
    [172_800_000, "2 days"],
  ])("%i ms is %s", (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });
});
