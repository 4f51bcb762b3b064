import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  compareUrl,
  markdownUrl,
  policiesUrl,
  reportUrl,
  serverUrl,
  toolUrl,
} from "../../site/src/lib/addresses.ts";
import { prefersMarkdown } from "../../site/src/lib/prefers-markdown.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

const HOSTILE = "local/hostile <b>one</b>";
const NAMED_MD = {
  id: "remote/example.md",
  tools: [
    {
      name: "notes",
      description: "Reads notes.",
      outputSchema: {
        type: "object",
        properties: { text: { type: "string", description: "```\nAll of it" } },
      },
      execution: { taskSupport: "forbidden" },
    },
    { name: "notes.md", description: "Deletes a file for good." },
    { name: "only.md", description: "Lists notes." },
  ],
};
const KINDS: [address: string, heading: string][] = [
  ["/", "# Placard: the open risk catalog of MCP tools"],
  ["/servers", "# Servers"],
  ["/tools?risk=high", "# Tools"],
  ["/risk/high", "# High risk"],
  ["/categories/execute", "# Execute tools"],
  ["/facets/identity", "# identity"],
  ["/changes", "# Changes"],
  ["/rules", "# Rules"],
  ["/rules/delete-data", "# The tool may delete data"],
  ["/rules/trained-model", "# Trained model"],
  ["/rules/hidden-characters", "# Characters that do not show"],
  ["/attacks", "# Attack patterns"],
  ["/attacks/path-traversal", "# "],
  ["/method", "# Method"],
  ["/report", "# State of the catalog"],
  ["/policies", "# Policy"],
  ["/docs/policy-formats", "# Policy formats"],
  ["/docs", "# Documentation"],
  ["/docs/api", "# API"],
  ["/docs/api/policies", "# Policies"],
  ["/docs/dataset", "# Bulk dataset"],
  ["/docs/mcp", "# MCP server"],
  ["/docs/registry", "# Registry and mappings"],
  ["/try", "# Try it"],
  ["/compare", "# Compare"],
  [serverUrl(OFFICE.id), "# `local/office`"],
  [toolUrl("npm/@example/sessions", "logout_instance"), "# `logout_instance`"],
  ...HOSTILE_NAMES.map((name): [string, string] => [toolUrl(HOSTILE, name), "# `"]),
];

let site: SiteServer;
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${site.url}${path}`, { headers, redirect: "manual" });

beforeAll(async () => {
  site = await startSite(fakeCatalog([...SERVERS, OFFICE, POISONED, NAMED_MD]));
});
afterAll(() => site?.close());

describe("the Markdown twin", () => {
  test.each(KINDS)(
    "of %s is at its address with .md, and where Markdown is asked for",
    async (address, heading) => {
      const named = await get(markdownUrl(address));
      expect(named.status).toBe(200);
      expect(named.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
      expect(named.headers.get("vary")).toContain("Accept");
      const page = `${site.url}${address.split("?")[0]}`;
      expect(named.headers.get("link")).toBe(`<${page}>; rel="canonical"`);
      const text = await named.text();
      expect(text.startsWith(heading)).toBe(true);
      const asked = await get(address, { accept: "text/markdown, text/html;q=0.5" });
      expect(asked.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
      expect(await asked.text()).toBe(text);
    },
  );

  test.each(KINDS)("of %s is named by its page", async (address) => {
    const response = await get(address, { accept: "text/html" });
    expect(response.headers.get("vary")).toContain("Accept");
    const html = await response.text();
    const href = /<link rel="alternate" type="text\/markdown" href="([^"]+)">/.exec(html)?.[1];
    expect(href?.replaceAll("&#38;", "&").replaceAll("&amp;", "&")).toBe(markdownUrl(address));
  });

  test("says of a tool what its page says", async () => {
    const text = await (await get(`${toolUrl("npm/@example/sessions", "logout_instance")}.md`)).text();
    expect(text).toContain("**Execute, high risk**");
    expect(text).toContain("- Not Destructive: the description says “without deleting”");
    expect(text).toContain(
      "```text\nLogs an instance out (ends its WhatsApp session without deleting the instance)\n```",
    );
    expect(text).toContain("`without deleting` in `/description`");
    expect(text).toContain('"counter": "logout_instance_rate"');
  });

  test("of a tool holds all that the server gave", async () => {
    const text = await (await get(`${toolUrl(NAMED_MD.id, "notes")}.md`)).text();
    expect(text).toContain('Output schema:\n\n````json\n{\n  "type": "object"');
    expect(text).toContain('- `/execution`: `{"taskSupport":"forbidden"}`');
  });

  test("says of a server what its page says", async () => {
    const text = await (await get(`${serverUrl(OFFICE.id)}.md`)).text();
    for (const name of ["run_command", "send_email"])
      expect(text).toContain(`[\`${name}\`](/tools/local/office/${name}.md)`);
    expect(text).toContain("## Toxic flows");
    expect(text).toContain("What breaks it:");
  });

  test("of a policy holds the document, what its format cannot say, and the reasons", async () => {
    const asked = await get(
      markdownUrl(policiesUrl({ servers: ["npm/@example/sessions"], format: "claude-code" })),
    );
    const text = await asked.text();
    expect(asked.status).toBe(200);
    const document = /^```json\n(.*?)\n```$/ms.exec(text)?.[1] ?? "";
    expect(JSON.parse(document)).toHaveProperty("permissions");
    for (const heading of ["## What this format cannot say", "## Why each rule is there"])
      expect(text).toContain(`\n${heading}\n`);
    expect((await get(markdownUrl(policiesUrl({ servers: ["npm/none"] })))).status).toBe(404);
  });

  test("of the report has the numbers of the page", async () => {
    const text = await (await get(markdownUrl(reportUrl()))).text();
    const page = await get(reportUrl(), { accept: "text/html" });
    const html = (await page.text()).replaceAll("&#39;", "'");
    const rows = [...text.matchAll(/^\| (?:\[([^\]]+)\]\([^)]*\)|([^|]+?)) \| ([\d,]+) \|/gm)];
    expect(rows.length).toBeGreaterThan(20);
    for (const [, linked, label, counted] of rows) {
      expect(html).toContain((linked ?? label ?? "").replaceAll("`", "").replaceAll("\\", ""));
      expect(html).toContain(`>${counted}<`);
    }
  });

  test("of a comparison has both sides in figures, and what differs in names, texts and rules", async () => {
    const pair = compareUrl({ a: "npm/@example/sessions", b: HOSTILE });
    const text = await (await get(markdownUrl(pair))).text();
    expect(text).toContain("| What | A | B |");
    expect(text).toContain(
      "The recommended policies differ in the rules of 18 tools: [of A](/policies.md?server=",
    );
    expect(text).toContain("## Only in A\n\n- [`");
    expect(text).toContain(
      "[`logout_instance`](/tools/npm/@example/sessions/logout_instance.md): Execute, high risk",
    );
    // No name of the hostile server is a heading or an element of ours.
    expect(text.match(/^#+ .*$/gm)).toEqual(["# Compare", "## In figures", "## Only in A", "## Only in B"]);
    expect(text.replace(/(`+)[^`]*?\1/g, "")).not.toMatch(/(?<!\\)</);
    expect((await get(markdownUrl(compareUrl({ a: "npm/none", b: HOSTILE })))).status).toBe(404);
  });

  test("of the documentation is made of the same sentences as the page", async () => {
    for (const address of ["/docs", "/docs/dataset", "/docs/mcp", "/docs/registry"]) {
      const html = await (await get(address, { accept: "text/html" })).text();
      const page = html
        .replace(/<[^>]+>/g, " ")
        .replaceAll(/&#39;|&quot;|&#34;|&lt;|&gt;|&amp;/g, " ")
        .replace(/[^\p{L}\p{N}]+/gu, " ");
      const text = await (await get(markdownUrl(address))).text();
      const sentences = text.match(/^(?![#`|]|\s|npx|zcat|duckdb).{20,}$/gm) ?? [];
      expect(sentences.length).toBeGreaterThan(8);
      for (const sentence of sentences) {
        const words = sentence.replace(/\]\([^)]*\)/g, " ").replace(/[^\p{L}\p{N}]+/gu, " ");
        expect(page).toContain(words.trim());
      }
    }
  });

  test("links to twins that are there", async () => {
    const seen = new Set<string>();
    for (const [address] of KINDS) {
      const text = await (await get(markdownUrl(address))).text();
      for (const [, url = ""] of text.matchAll(/\]\((\/[^)\s]+)\)/g)) seen.add(url);
    }
    expect(seen.size).toBeGreaterThan(100);
    for (const url of seen) expect({ url, status: (await get(url)).status }).toEqual({ url, status: 200 });
  });

  test("has filters, as its page has", async () => {
    const text = await (await get("/tools.md?text=record")).text();
    expect(text).toContain("`manage_record`");
    expect(text).not.toContain("logout_instance");
    expect((await get("/tools.md?cursor=!")).status).toBe(400);
  });

  test("of what is not there says so", async () => {
    const tool = await get("/tools/npm/none/none.md");
    expect([tool.status, tool.headers.get("content-type")]).toEqual([404, "text/markdown; charset=utf-8"]);
    expect((await get("/servers/npm/none", { accept: "text/markdown" })).status).toBe(404);
    expect((await get("/none.md")).status).toBe(404);
    expect((await get("/rules/none.md")).status).toBe(404);
  });

  test("is told by its tag when it is the same", async () => {
    const first = await get("/method.md");
    expect((await get("/method.md", { "if-match": '"other"' })).status).toBe(412);
    const again = await get("/method.md", { "if-none-match": first.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
    expect(first.headers.get("etag")).not.toBe((await get("/method")).headers.get("etag"));
  });
});

test("a catalog that fails, and an address that cannot be read, are errors as everywhere", async () => {
  const catalog = fakeCatalog(SERVERS);
  catalog.tool = async () => {
    throw new Error("password=hunter2");
  };
  const broken = await startSite(catalog);
  try {
    for (const headers of [new Headers(), new Headers({ accept: "text/markdown" })]) {
      const response = await fetch(`${broken.url}/tools/npm/a/b.md`, { headers });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain("hunter2");
    }
    expect([400, 404]).toContain((await fetch(`${broken.url}/tools/npm/a/%zz.md`)).status);
  } finally {
    await broken.close();
  }
});

describe("a name that ends in .md", () => {
  test("is no twin: each of two tools has its page and its Markdown", async () => {
    const texts = ["notes", "notes.md"].map(async (name) => {
      const address = toolUrl(NAMED_MD.id, name);
      const page = await get(address);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      return (await get(`${address}.md`)).text();
    });
    const [plain, ending] = await Promise.all(texts);
    expect(plain).toMatch(/^# `notes`\n/);
    expect(ending).toMatch(/^# `notes\.md`\n/);
  });

  test("written as it is leads to the page, where nothing else is meant", async () => {
    const tool = await get("/tools/remote/example.md/only.md");
    expect([tool.status, tool.headers.get("location")]).toEqual([308, toolUrl(NAMED_MD.id, "only.md")]);
    const server = await get("/servers/remote/example.md");
    expect([server.status, server.headers.get("location")]).toEqual([308, serverUrl(NAMED_MD.id)]);
    expect((await get(serverUrl(NAMED_MD.id))).status).toBe(200);
  });
});

test.each([
  ["text/markdown", true],
  ["text/html;q=0.5, text/markdown", true],
  ["text/html, text/markdown", true],
  ["text/html, text/markdown;q=0.9", false],
  ["text/markdown;q=0", false],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false],
  ["*/*", false],
  [null, false],
])("Accept: %s asks for Markdown: %s", (accept, expected) => {
  expect(prefersMarkdown(accept)).toBe(expected);
});
