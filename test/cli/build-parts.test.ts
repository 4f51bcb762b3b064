import { describe, expect, test } from "vitest";
import { placeOf } from "../../cli/_build-addresses.ts";
import { inAttributes, placeLinks, placeMarkdown, placeUrls, placeWhole } from "../../cli/_build-links.ts";
import { wordsOf } from "../../cli/_build-search.ts";

const names = { alike: new Set(["tools/local/x/getuser"]) };
const at = (live: string) => placeOf(live, names)?.address;

describe("addresses of the static site", () => {
  test.each([
    ["/", "/"],
    ["/method#crawl", "/method/#crawl"],
    ["/tools/npm/@a/b/read_it", "/tools/npm/@a/b/read_it/"],
    ["/tools/npm/@a/b/read_it.md", "/tools/npm/@a/b/read_it.md"],
    ["/tools?risk=high", "/risk/high/"],
    ["/tools?category=Read", "/categories/read/"],
    ["/tools?server=local%2Fx&risk=low", "/servers/local/x/#tools"],
    ["/changes?server=local%2Fx&tool=a", "/changes/servers/local/x/~/a/"],
    ["/policies?server=local%2Fx&format=codex", "/api/v1/policies/local/x~codex.toml"],
    ["/policies?server=local%2Fx&tool=a", "/servers/local/x/#policy"],
    ["/api/v1/tools/local/x/a", "/api/v1/tools/local/x/a.json"],
    ["/api/v1/policies/local/x?tool=a", "/api/v1/policies/local/x.json"],
    ["/badges/servers/local/x.svg", "/badges/servers/local/x.svg"],
    ["/api/v1/openapi.json", "/api/v1/openapi.json"],
    ["/api/v1/schemas/Tool.json", "/api/v1/schemas/Tool.json"],
    ["/api/v1/export.jsonl.gz", "/api/v1/export.jsonl.gz"],
    ["/api/v1/rules/delete-data", "/api/v1/rules/delete-data.json"],
    ["/docs/api/tools#listTools", "/docs/api/tools/#listTools"],
    ["/favicon.svg", "/favicon.svg"],
  ])("%s is %s", (live, address) => expect(at(live)).toBe(address));

  test.each([
    "https://example.org/",
    "//example.org/",
    "/tools?text=mail",
    "/policies?server=a&server=b",
    "/api/v1/tools?risk=low",
    "/api/v1/export.jsonl.gz?revision=0",
    "/api/v1/ready",
    "/v0.1/servers/npm%2Fx/versions/latest",
  ])("%s has none", (live) => expect(at(live)).toBeUndefined());

  test("of two names that differ in case the small one keeps its own", () => {
    expect(at("/tools/local/x/getuser")).toBe("/tools/local/x/getuser/");
    expect(at("/tools/local/x/getUser")).toMatch(/^\/tools\/local\/x\/getUser~[0-9a-f]{20}\/$/);
    expect(at("/tools/local/x/otherName")).toBe("/tools/local/x/otherName/");
  });

  test("no name leaves its folder or takes the place of a file of ours", () => {
    for (const name of [
      "%2E%2E",
      "a%2Fb",
      "..%2F..%2Fx",
      "index.html",
      "nul",
      "x.",
      "%00",
      "~Li4",
      "a".repeat(200),
    ])
      expect(at(`/tools/local/x/${name}`), name).toMatch(/^\/tools\/local\/x\/[\w-]*~[0-9a-f]{20}\/$/);
  });
});

describe("what is written into answers", () => {
  const forms = { search: { from: "/tools", to: "/b/search/" }, instead: "<p>not here</p>" };
  const readdress = (live: string) => (live === "/dead" ? undefined : `/b${live}/`);

  test("links get the base, dead ones become text, forms nobody answers are left out", () => {
    const place = inAttributes(readdress);
    expect(
      placeLinks(
        '<a href="/x?a=1&#38;b=2">x</a><a class="m" href="/dead">y</a><a href="#n">z</a><a href="https://e.org/">o</a>',
        place,
        forms,
      ),
    ).toBe(
      '<a href="/b/x?a=1&#38;b=2/">x</a><a class="m">y</a><a href="#n">z</a><a href="https://e.org/">o</a>',
    );
    expect(placeLinks('<form action="/tools"><i></i></form>', place, forms)).toContain('action="/b/search/"');
    expect(placeLinks('<form method="get" action="/changes"><i></i></form>', place, forms)).toBe(
      forms.instead,
    );
    // Text of strangers: Astro has escaped its quotes.
    const text = "<p>see href=&#34;/dead&#34;</p>";
    expect(placeLinks(text, place, forms)).toBe(text);
  });

  test("addresses in answers of the API are ours, those in definitions stay", () => {
    const answer = {
      url: "/x",
      definition: { url: "/x", items: [{ url: "/x" }] },
      items: [{ url: "/dead" }],
    };
    expect(placeUrls(answer, readdress)).toEqual({
      url: "/b/x/",
      definition: { url: "/x", items: [{ url: "/x" }] },
      items: [{ url: null }],
    });
  });

  test("whole addresses end where their text does", () => {
    const place = (live: string) => `/b${live}`;
    const put = (text: string) => placeWhole(text, "https://h.invalid", "https://e.org", place);
    expect(put('<link href="https://h.invalid/a)b">')).toBe('<link href="https://e.org/b/a)b">');
    expect(put("[x](https://h.invalid/a)")).toBe("[x](https://e.org/b/a)");
    expect(put("curl &#39;https://h.invalid/a&#39;")).toBe("curl &#39;https://e.org/b/a&#39;");
    expect(put("curl &#39;https://h.invalid/a(b)c&#39;")).toBe("curl &#39;https://e.org/b/a(b)c&#39;");
    expect(put("(see https://h.invalid/a(b))")).toBe("(see https://e.org/b/a(b))");
    expect(put("https://h.invalid")).toBe("https://e.org/b/");
    expect(put("https://hXinvalid/a")).toBe("https://hXinvalid/a");
    expect(put("href=&quot;https://h.invalid/a&quot;&gt;&lt;img")).toBe(
      "href=&quot;https://e.org/b/a&quot;&gt;&lt;img",
    );
    expect(put("<loc>https://h.invalid/it&apos;s</loc>")).toBe("<loc>https://e.org/b/it's</loc>");
  });

  test("ids of feed entries name the site, in every build alike", () => {
    const text = "<id>tag:h.invalid,2026:changes/7</id> https://h.invalid/a";
    expect(placeWhole(text, "https://h.invalid", "https://e.org:8443", (live) => live)).toBe(
      "<id>tag:e.org,2026:changes/7</id> https://e.org:8443/a",
    );
  });

  test("links of Markdown are ours, and the label stays of those that lead nowhere", () => {
    const put = (text: string) => placeMarkdown(text, readdress);
    expect(put("- [X](/x): what [it \\[is\\]](/dead) says")).toBe("- [X](/b/x/): what it \\[is\\] says");
    expect(put("[![badge](/x)](/dead)")).toBe("[![badge](/b/x/)](/dead)");
    expect(put("[x](/x) and [y](/y)\n")).toBe("[x](/b/x/) and [y](/b/y/)\n");
    expect(put("no link: [x](/a b) or](/x, nor [z](https://e.org/)")).toBe(
      "no link: [x](/a b) or](/x, nor [z](https://e.org/)",
    );
  });

  test("what changed about a tool is linked too", () => {
    expect(placeUrls({ changes: [{ url: "/x" }] }, readdress)).toEqual({ changes: [{ url: "/b/x/" }] });
  });
});

test("names are cut into words as people type them", () => {
  expect(wordsOf("getUserByID: reads a user_note2")).toEqual([
    "get",
    "user",
    "by",
    "id",
    "reads",
    "user",
    "note2",
  ]);
});
