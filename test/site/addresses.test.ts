import { describe, expect, test } from "vitest";
import {
  badgeUrl,
  imageUrl,
  markdownUrl,
  policiesUrl,
  readServerPath,
  readSubject,
  readToolPath,
  serverUrl,
  toolsUrl,
  toolUrl,
} from "../../site/src/lib/addresses.ts";

const NAMES = [
  "logout_instance",
  "a/b",
  "/",
  "//",
  "a b",
  ".",
  "..",
  "...",
  "../../etc/passwd",
  "%",
  "%2F",
  "%25252F",
  "%0A",
  "%25e2%2580%25A9",
  "a?b#c",
  "a\\b",
  "~",
  "~Li4",
  "~=Li4",
  "~%3DLi4",
  "~.",
  "~fi5saTQ",
  "line\nbreak",
  "\u2028",
  "\r",
  "\u202Eevil",
  "naïve 工具 👩‍💻",
  "__proto__",
  "<script>alert(1)</script>",
  "index.html",
  "notes.md",
  ".md",
  "READ.MD",
  "~bm90ZXMubWQ",
  "&amp;",
  "\u0001",
  "x".repeat(512),
];
const SERVERS = [
  "npm/@scope/name",
  "npm/plain",
  "file/tools",
  "local/odd ones",
  "local//x",
  "remote/example.com/a/b",
  "local/..",
  "remote/mcp.example.md",
  "remote/mcp.example.md/mcp",
  "local//x.md",
];

/** What a browser or a fetch makes of an address before anybody reads it. */
const travelled = (address: string) => new URL(address, "http://localhost:4321").pathname;

describe("addresses", () => {
  test.each(NAMES)("a tool called %j is found again", (tool) => {
    for (const server of SERVERS) {
      expect(readToolPath(travelled(toolUrl(server, tool)), "/tools")).toEqual({ server, tool });
    }
  });

  test.each(SERVERS)("the server %j is found again", (server) => {
    expect(readServerPath(travelled(serverUrl(server)), "/servers")).toBe(server);
  });

  test("plain percent-encoding is read as well", () => {
    const address = `/tools/npm/%40scope%2Fname/${encodeURIComponent("a/b c")}`;
    expect(readToolPath(address, "/tools")).toEqual({ server: "npm/@scope/name", tool: "a/b c" });
    expect(readToolPath("/tools/npm/x/~other", "/tools")).toEqual({ server: "npm/x", tool: "~other" });
  });

  test.each(NAMES.filter((name) => !/^\.{1,2}$/.test(name) && !/[\n\r\u2028]/.test(name)))(
    "a tool called %j is found where somebody percent-encodes its name",
    (tool) => {
      const address = travelled(`/tools/npm/plain/${encodeURIComponent(tool)}`);
      expect(readToolPath(address, "/tools")).toEqual({ server: "npm/plain", tool });
    },
  );

  test.each(["~=", "~=Li4=", "~=Li5", "~=YQ", "~=%4ci4", "~=_w", "~=fkxpNA"])(
    "%s is no name's address",
    (segment) => {
      expect(readToolPath(`/tools/npm/plain/${segment}`, "/tools")).toBeUndefined();
    },
  );

  test("names that the protocol wants stay as they are", () => {
    expect(toolUrl("npm/@scope/name", "get_item-2.v1")).toBe("/tools/npm/@scope/name/get_item-2.v1");
  });

  test.each(["/tools", "/tools/", "/tools/x", "/tools//x", "/tools/a/%zz", "/other/a/b"])(
    "%s names no tool",
    (path) => {
      expect(readToolPath(path, "/tools")).toBeUndefined();
    },
  );

  test("filters that are not given are not in the address", () => {
    expect(toolsUrl({ text: "a b&c", risk: "high", server: undefined })).toBe(
      "/tools?text=a+b%26c&risk=high",
    );
    expect(toolsUrl()).toBe("/tools");
  });

  test.each([...NAMES, "a+b", "~", "é", "\u{1F600}", "a\ud800", "=&", "", "*-._"])(
    "%j in a query reads back",
    (name) => {
      const { search } = new URL(policiesUrl({ servers: [name, "x"], tool: name }), "http://a");
      const params = new URLSearchParams(search);
      expect(params.getAll("server")).toEqual([name.toWellFormed(), "x"]);
      expect(params.get("tool") ?? "").toBe(name.toWellFormed());
      expect(search).toBe(`?${params}`);
    },
  );
});

describe("the ending .md", () => {
  test.each(NAMES)("never ends the address of a tool called %j", (tool) => {
    for (const server of SERVERS) {
      expect(toolUrl(server, tool)).not.toMatch(/\.md$/i);
      expect(serverUrl(server)).not.toMatch(/\.md$/i);
    }
  });

  test("is put behind the path, in front of the query", () => {
    expect(markdownUrl(toolUrl("npm/a", "notes"))).toBe("/tools/npm/a/notes.md");
    expect(markdownUrl(toolUrl("npm/a", "notes.md"))).toBe("/tools/npm/a/~=bm90ZXMubWQ.md");
    expect(markdownUrl(toolsUrl({ risk: "high" }))).toBe("/tools.md?risk=high");
    expect(markdownUrl("/")).toBe("/index.md");
    expect(markdownUrl(`${toolUrl("npm/a", "notes")}#findings`)).toBe("/tools/npm/a/notes.md#findings");
  });

  test("leaves an address that was typed by hand readable", () => {
    expect(readToolPath("/api/v1/tools/npm/a/notes.md", "/api/v1/tools")?.tool).toBe("notes.md");
  });
});

test.each(NAMES)("badge and picture of a tool called %j are found again", (tool) => {
  for (const server of SERVERS) {
    expect(readSubject(travelled(badgeUrl(server, tool)), "/badges", ".svg")).toEqual({ server, tool });
    expect(readSubject(travelled(imageUrl(server, tool)), "/images", ".png")).toEqual({ server, tool });
    expect(readSubject(travelled(badgeUrl(server)), "/badges", ".svg")).toEqual({ server });
  }
});
