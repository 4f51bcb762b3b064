import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { deleteServers } from "../../db/index.ts";
import { EXPORT_FORMATS } from "../../policy/export/index.ts";
import { manifestSchema } from "../../site/src/api/bulk-types.ts";
import { addressesOf, fileAt, filesOf, openCatalog, temporaryFolder } from "./_built.ts";

const tool = (name: string, description = `Reads the ${name} of a user.`) => ({
  name,
  description,
  inputSchema: { type: "object", properties: { path: { type: "string", description: "Where it is." } } },
});

/** Where a text has another, for messages that are shorter than a page. */
function excerpt(text: string, wanted: string): string | undefined {
  const at = text.indexOf(wanted);
  return at < 0 ? undefined : text.slice(Math.max(0, at - 100), at + 100);
}

/** Names that no file, or no two files, can have as they are. */
const NAMES = [
  "index",
  "index.html",
  "Get_User",
  "get_user",
  "GET_USER",
  "a/b",
  "..",
  ".",
  "a?b#c",
  "100 %",
  "con",
  "trailing.",
  ".hidden",
  "x.json",
  "x.md",
  "café",
  '"><script>alert(1)</script>',
  "\u202eturned",
  "n".repeat(300),
  "~",
  "page",
];

test("every link of a built site leads to a file of it, under a base, whatever tools are called", {
  timeout: 300_000,
}, async () => {
  const catalog = await openCatalog();
  const folder = path.join(await temporaryFolder(), "out");
  await catalog.store(
    "npm/@example/odd",
    NAMES.map((name) => tool(name)),
  );
  await catalog.store("local/Odd", [tool("one"), tool("delete_everything", "Deletes every file for good.")]);
  await catalog.store("local/odd", [tool("one")]);
  const built = await catalog.build(
    "--out",
    folder,
    "--base",
    "/sub/path",
    "--url",
    "https://catalog.example.org",
  );
  expect(built.stderr).not.toMatch(/placard:|Error/);
  expect(built.code).toBe(0);
  const files = await filesOf(folder);

  const broken = [];
  for (const [file, text] of files) {
    if (!file.endsWith(".html")) continue;
    expect(excerpt(text, ".invalid"), file).toBeUndefined();
    expect(excerpt(text, '<meta http-equiv="content-security-policy"'), file).toBeDefined();
    expect(excerpt(text.replace(/="[^"]*"/g, ""), "<script>alert(1)"), file).toBeUndefined();
    for (const address of addressesOf(text)) {
      if (/^(https:\/\/(?!catalog\.example\.org)|#|data:)/.test(address)) continue;
      const inside = address.replace("https://catalog.example.org", "");
      const at = inside.startsWith("/sub/path/")
        ? fileAt(files, inside.slice("/sub/path".length))
        : undefined;
      if (at === undefined) broken.push(`${file} → ${address}`);
    }
  }
  expect(broken).toEqual([]);

  for (const file of [
    "openapi.json",
    "schemas.json",
    "schemas/Tool.json",
    "rules/delete-data.json",
    "attacks.json",
  ])
    expect(JSON.parse(files.get(`api/v1/${file}`) ?? ""), file).toBeTypeOf("object");
  const dataset = manifestSchema.parse(JSON.parse(files.get("api/v1/export.json") ?? ""));
  expect(dataset.counts?.tools).toBe(NAMES.length + 3);
  for (const { url, bytes } of dataset.files)
    expect((await stat(path.join(folder, url.replace("/sub/path", "")))).size).toBe(bytes);
  expect(files.get("docs/dataset/index.html")).toContain('href="/sub/path/api/v1/export.jsonl.gz"');
  expect(files.get("docs/api/tools/index.html")).toContain('href="/sub/path/api/v1/schemas/ToolList.json"');

  // Answers of the API name pages that are there.
  const lost = [];
  for (const [file, text] of files) {
    if (!file.startsWith("api/") || !file.endsWith(".json")) continue;
    for (const [, address = ""] of text.matchAll(/"(?:url|next)":"(\/[^"]*)"/g))
      if (!fileAt(files, address.replace("/sub/path", ""))) lost.push(`${file} → ${address}`);
  }
  expect(lost).toEqual([]);

  // One page for each tool, and no two files whose names differ only in case.
  const pages = [...files.keys()].filter((file) => /^tools\/npm\/@example\/odd\/.*index\.html$/.test(file));
  expect(pages).toHaveLength(NAMES.length);
  const small = [...files.keys()].map((file) => file.toLowerCase());
  expect(new Set(small).size).toBe(small.length);
  expect(files.has("tools/npm/@example/odd/get_user/index.html")).toBe(true);
  expect(files.has("tools/npm/@example/odd/index/index.html")).toBe(true);
  for (const file of files.keys())
    for (const part of file.split("/")) expect(part.length, file).toBeLessThanOrEqual(255);
  for (const file of ["404.html", "search/index.json", "sitemap.xml", "policies/index.html"])
    expect(files.has(file), file).toBe(true);
  // A server's policy in every format, once; a tool's page leads to it, and says nothing of servers that may change.
  expect([...files.keys()].filter((file) => file.startsWith("api/v1/policies/local/odd"))).toHaveLength(
    EXPORT_FORMATS.length,
  );
  const page = files.get("tools/local/odd/one/index.html") ?? "";
  expect(excerpt(page, 'href="/sub/path/api/v1/policies/local/odd.json"')).toBeDefined();
  expect(excerpt(page, 'id="elsewhere"')).toBeUndefined();
});

test("only what changed is made again, what is gone is removed, and nothing of others is touched", {
  timeout: 300_000,
}, async () => {
  const catalog = await openCatalog();
  const folder = path.join(await temporaryFolder(), "out");
  await catalog.store("local/stays", [tool("read_note")]);
  await catalog.store("local/goes", [tool("write_note")]);
  expect(await catalog.build("--out", folder)).toMatchObject({ code: 0 });
  const first = await filesOf(folder);
  const stays = path.join(folder, "tools/local/stays/read_note/index.html");
  const before = await stat(stays);
  await writeFile(path.join(folder, "CNAME"), "catalog.example.org\n");
  await mkdir(path.join(folder, "tools/local/goes/mine"), { recursive: true });
  await writeFile(path.join(folder, "tools/local/goes/mine/note.txt"), "mine\n");

  // Nothing changed: nothing is written.
  const again = await catalog.build("--out", folder);
  expect(again.stdout).toContain("of which 0 had changed");
  expect(again.stdout).toMatch(/\b0 of \d+ files were written/);
  expect((await stat(stays)).mtimeMs).toBe(before.mtimeMs);

  // A file that somebody removed is made again, though nothing changed.
  await rm(path.join(folder, "servers/index.html"));
  expect((await catalog.build("--out", folder)).stdout).toMatch(/\b1 of \d+ files were written/);

  await deleteServers(catalog.database, ["local/goes"]);
  await catalog.store("local/comes", [tool("list_notes")]);
  const third = await catalog.build("--out", folder);
  expect(third.stdout).toContain("of which 1 had changed");
  expect((await stat(stays)).mtimeMs).toBe(before.mtimeMs);
  const last = await filesOf(folder);
  expect(last.has("tools/local/comes/list_notes/index.html")).toBe(true);
  expect([...last.keys()].filter((file) => file.includes("local/goes"))).toEqual([
    "tools/local/goes/mine/note.txt",
  ]);
  expect(last.get("CNAME")).toBe("catalog.example.org\n");
  expect(last.get("servers/index.html")).not.toContain("local/goes");
  expect(first.get("servers/index.html")).toContain("local/goes");

  // A server that is crawled again with another definition.
  await catalog.store("local/stays", [tool("read_note", "Deletes the note for good.")]);
  expect((await catalog.build("--out", folder)).stdout).toContain("of which 1 had changed");
  expect((await readFile(stays, "utf8")).includes("the note for good.")).toBe(true);

  // One that is crawled again and has changed nothing: its pages say when, lists do not.
  const list = path.join(folder, "categories/read/index.html");
  const listed = await stat(list);
  await catalog.store("local/comes", [tool("list_notes")]);
  expect((await catalog.build("--out", folder)).stdout).toContain("of which 1 had changed");
  expect((await stat(list)).mtimeMs).toBe(listed.mtimeMs);

  // What was built step by step is what a build from nothing gives, to the last byte.
  const fresh = path.join(await temporaryFolder(), "fresh");
  expect(await catalog.build("--out", fresh)).toMatchObject({ code: 0 });
  const wanted = await filesOf(fresh);
  const got = await filesOf(folder);
  for (const file of ["CNAME", "tools/local/goes/mine/note.txt"]) got.delete(file);
  expect([...got.keys()]).toEqual([...wanted.keys()]);
  // The report says when it was made, and the journal what was made when.
  const unlike = [...wanted].filter(([file, text]) => got.get(file) !== text).map(([file]) => file);
  expect(
    unlike.filter((file) => !/^(report(\.md|\/index\.html)|\.placard-build\.jsonl)$/.test(file)),
  ).toEqual([]);
});
