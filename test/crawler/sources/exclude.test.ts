import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { foresee as foreseeOf, parseSource, readExclusions } from "../../../crawler/index.ts";
import { temporaryHome } from "../_crawl.ts";
import { answerMcp, crawlAll, listen } from "./_sources.ts";

function list(text: string): string {
  const path = join(temporaryHome(), "exclude.yaml");
  writeFileSync(path, text);
  return path;
}
const out = (line: string) => list(`- ${line}\n  why: Asked for by its operator.\n  since: 2026-11-23\n`);

test("an excluded server is not asked, whatever leads to it", async () => {
  const { url, seen } = await listen((_request, body, response) => answerMcp(body, response));
  const { host } = new URL(url);
  const excludeFile = out(`pattern: REMOTE/${host}/*`);
  const [result] = await crawlAll(`${url}/mcp`, {}, { excludeFile });
  expect(result).toMatchObject({
    status: "skipped",
    withdrawn: "excluded",
    reason: `remote/${host}/mcp is left out since 2026-11-23: Asked for by its operator.`,
  });
  const config = join(temporaryHome(), "mcp.json");
  writeFileSync(config, JSON.stringify({ mcpServers: { notes: { url: `${url}/mcp` } } }));
  expect(await crawlAll(`config:${config}`, {}, { excludeFile })).toMatchObject([
    { server: "local/notes", status: "skipped", withdrawn: "excluded" },
  ]);
  expect(seen).toEqual([]);
  expect(
    (await crawlAll(`${url}/mcp`, {}, { excludeFile: out("server: remote/elsewhere") }))[0]?.status,
  ).toBe("ok");
});

test("PLACARD_EXCLUDE names a list, and one that can't be read leaves out everything", async () => {
  process.env.PLACARD_EXCLUDE = out("server: file/notes");
  try {
    const notes = join(temporaryHome(), "notes.json");
    writeFileSync(notes, "[]");
    const [left] = await crawlAll(`file:${notes}`);
    expect(left).toMatchObject({ status: "skipped", withdrawn: "excluded" });
    const parsed = parseSource(`file:${notes}`);
    const foresee = (server: string) => parsed.ok && foreseeOf(parsed.source, { server, source: "" })?.reason;
    expect([foresee("file/notes"), foresee("file/others")]).toEqual([left?.reason, undefined]);
    process.env.PLACARD_EXCLUDE = "/nonexistent/list.yaml";
    const [result] = await crawlAll(`file:${notes}`);
    expect(result).toMatchObject({ status: "skipped" });
    expect(result?.withdrawn).toBeUndefined();
    expect(result?.reason).toMatch(
      /list of excluded servers \/nonexistent\/list\.yaml: there is no such file/,
    );
  } finally {
    delete process.env.PLACARD_EXCLUDE;
  }
});

test.each([
  ["- server: a\n", "entry 1 is not { server or pattern, why, since: YYYY-MM-DD }."],
  ["- server: a\n  pattern: b\n  why: x\n  since: 2026-01-01\n", "entry 1 is not"],
  ["- {server: a, why: x, since: soon}\n", "entry 1 is not"],
  ["server: a\n", "it is not"],
  ["- [", "it can't be read"],
])("%j is no list", (text, sentence) => {
  expect(readExclusions(list(text))).toMatchObject({ ok: false, reason: expect.stringContaining(sentence) });
});

test("Placard's own list is right", () => {
  expect(readExclusions(new URL("../../../crawler/exclude.yaml", import.meta.url).pathname).ok).toBe(true);
  expect(readExclusions(list("")).ok).toBe(true);
});
