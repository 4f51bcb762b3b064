import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify, type ToolDefinition } from "../../classifier/index.ts";
import type { ServerTool } from "../../db/types.ts";
import { compareUrl } from "../../site/src/lib/addresses.ts";
import { compareTools } from "../../site/src/lib/compare-tools.ts";
import { diffWords, shortened } from "../../site/src/lib/word-diff.ts";
import { randomFrom } from "../policy/_random.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const text = (changes: ReturnType<typeof diffWords>, but: string) =>
  changes
    .filter(({ kind }) => kind !== but)
    .map((change) => change.text)
    .join("");

describe("a text against another", () => {
  test("is told in whole words, with the space between changes in them", () => {
    expect(diffWords("Deletes one note.", "Deletes one note for good.")).toEqual([
      { kind: "same", text: "Deletes one note" },
      { kind: "in", text: " for good" },
      { kind: "same", text: "." },
    ]);
    expect(diffWords("Reads a file of it", "Reads two old logs of it")).toEqual([
      { kind: "same", text: "Reads " },
      { kind: "out", text: "a file" },
      { kind: "in", text: "two old logs" },
      { kind: "same", text: " of it" },
    ]);
    expect(diffWords("", "All")).toEqual([{ kind: "in", text: "All" }]);
    expect(diffWords("same", "same")).toEqual([{ kind: "same", text: "same" }]);
    expect(diffWords("", "")).toEqual([]);
  });

  test("holds both texts to the character, whatever they are", () => {
    const { below, list, pick } = randomFrom(7);
    const pieces = ["a", "note", " ", "  ", "\n", ".", "é", "日本", "👩‍💻", "\u202E", "\uD800", "<b>", "x_1"];
    for (let run = 0; run < 300; run += 1) {
      const before = list(40, () => pick(pieces));
      const after = before.flatMap((piece) => (below(5) === 0 ? list(2, () => pick(pieces)) : [piece]));
      const changes = diffWords(before.join(""), after.join(""));
      expect(text(changes, "in")).toBe(before.join(""));
      expect(text(changes, "out")).toBe(after.join(""));
      const kinds = changes.map(({ kind }) => kind);
      expect(kinds.some((kind, index) => kind === kinds[index + 1])).toBe(false);
    }
  });

  test("of thousands of words is told whole, and what stays is cut in its middle", () => {
    const [before, after] = [1, 2].map((seed) =>
      Array.from({ length: 5_000 }, (_, index) => `w${index * seed + 1}`).join(" "),
    );
    expect(diffWords(before ?? "", after ?? "").map(({ kind }) => kind)).toEqual(["same", "out", "in"]);
    const long = "word ".repeat(200);
    expect(
      shortened(diffWords(`${long}a ${long}b`, `${long}c ${long}d`)).map(
        (change) => change.text.length < 400,
      ),
    ).toEqual([true, true, true, true, true, true]);
  });
});

const server = "npm/@example/notes";
function served(definition: ToolDefinition): ServerTool {
  const verdict = classify(definition);
  const { digest, category, risk, confidence, facets, summary } = verdict;
  const seen = "2026-11-22T20:00:00.000Z";
  return {
    server,
    name: definition.name,
    digest,
    category,
    risk,
    confidence,
    facets,
    alarming: false,
    summary,
    firstSeen: seen,
    lastSeen: seen,
    definition,
    verdict,
  };
}
const argument = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});
const READ = {
  name: "read_note",
  description: "Reads one note.",
  inputSchema: argument({ id: { type: "string" } }, ["id"]),
};
const DROP = {
  name: "drop",
  description: "Forgets one note.",
  inputSchema: argument({ id: { type: "string" } }, ["id"]),
};
const DROP_ALL = {
  name: "drop",
  description: "Deletes all notes permanently.",
  inputSchema: argument({ id: { type: "integer", description: "Which" }, force: { type: "boolean" } }),
  annotations: { readOnlyHint: true },
};

describe("two lists", () => {
  test("are told apart by name and by definition", () => {
    const found = compareTools(
      [served(READ), served(DROP)],
      [served(DROP_ALL), served({ name: "new", description: "Adds a note." }), served(READ)],
    );
    expect(found.onlyA).toEqual([]);
    expect(found.onlyB.map(({ name }) => name)).toEqual(["new"]);
    expect(found.same.map(({ name }) => name)).toEqual(["read_note"]);
    const [drop, ...others] = found.different;
    expect(others).toEqual([]);
    expect(drop?.verdict.join()).toMatch(/risk from \w+ to \w+/);
    expect(drop?.description && text(drop.description, "in")).toBe("Forgets one note.");
    expect(drop?.properties).toMatchObject([
      { name: "id", kind: "differs", notes: ["string in A, integer in B", "required in A only"] },
      { name: "force", kind: "only in B", notes: ["boolean"] },
    ]);
    expect(drop?.properties[0]?.description).toEqual([{ kind: "in", text: "Which" }]);
    expect(drop?.others).toEqual(["annotations"]);
    expect(drop?.rule).toBeDefined();
    expect(found.rulesDiffer).toBe(2);
  });

  test("of which one has a tool under another name are told so", () => {
    const found = compareTools([served(READ)], [served({ ...READ, name: "get_note" })]);
    expect(found).toMatchObject({
      onlyA: [],
      onlyB: [],
      different: [{ a: { name: "read_note" }, b: { name: "get_note" }, isRenamed: true }],
    });
    expect(found.different[0]?.description).toBeUndefined();
  });

  test("may be empty", () => {
    expect(compareTools([], [])).toEqual({
      onlyA: [],
      onlyB: [],
      different: [],
      beyond: [],
      same: [],
      rulesDiffer: 0,
    });
    expect(compareTools([served(READ)], []).onlyA).toHaveLength(1);
  });
});

describe("the page", () => {
  const HOSTILE = SERVERS[2]?.id ?? "";
  const [OLD, NEW] = ["2026-11-01T08:00:00.000Z", "2026-11-20T08:00:00.000Z"];
  const crawl = (startedAt: string, version: string) => ({
    startedAt,
    version,
    status: "ok" as const,
    toolCount: 2,
    durationMs: 5,
    source: `npm:@example/notes@${version}`,
  });
  const NOTES = {
    id: server,
    tools: [READ, DROP_ALL],
    detail: { version: "2.0.0", crawls: [crawl(NEW, "2.0.0"), crawl(OLD, "1.0.0")] },
  };
  let site: SiteServer;
  beforeAll(async () => {
    const catalog = fakeCatalog([...SERVERS, NOTES, { id: "file/empty", tools: [] }]);
    const serverToolsAt = async (id: string, at: string) =>
      id === server && at === OLD ? [READ, DROP].map(served) : [];
    site = await startSite({ ...catalog, serverToolsAt });
  });
  afterAll(() => site?.close());

  async function open(address: string): Promise<{ status: number; html: string; words: string }> {
    const answer = await fetch(`${site.url}${address}`);
    const html = (await answer.text()).replace(/\s+/g, " ");
    return { status: answer.status, html, words: html.replace(/<[^>]+>/g, "") };
  }

  test.each([OLD, "1.0.0"])("compares what a server lists now with %s", async (aVersion) => {
    const { status, html, words } = await open(compareUrl({ a: server, aVersion }));
    expect(status).toBe(200);
    expect(words).toContain("0 tools only in A, 0 only in B; of those in both 1 differs and 1 is the same.");
    expect(html).toContain("<del>Forgets one note</del>");
    expect(html).toMatch(/<option value="2026-11-01T08:00:00\.000Z" selected[^>]*>1\.0\.0, 1 Nov 2026/);
  });

  test("compares two servers, a hostile one too, and one without tools", async () => {
    const hostile = await open(compareUrl({ a: server, b: HOSTILE }));
    expect(hostile.status).toBe(200);
    expect(hostile.html).not.toMatch(/<script>alert|<img/);
    expect(hostile.words).toContain("2 tools only in A");
    const empty = await open(compareUrl({ a: server, b: "file/empty" }));
    expect(empty.words).toContain("2 tools only in A, 0 only in B");
    expect(await open(compareUrl({ a: "file/empty", b: "file/empty" }))).toMatchObject({ status: 200 });
  });

  test("says that nothing differs where nothing does", async () => {
    expect((await open(compareUrl({ a: server, b: server }))).words).toContain(
      "Nothing differs: both list the same 2 definitions.",
    );
  });

  test("says of parameters that it does not know that they were ignored, on the page and in its twin", async () => {
    const { status, words } = await open(`/compare?left=${server}&b=${server}&version=1`);
    expect(status).toBe(200);
    expect(words).toContain(
      "There is no parameter &quot;left&quot; here. Known are a, b, a.version, b.version. It was ignored.",
    );
    const twin = await open(`/compare.md?a=${server}&b=${server}&B=x`);
    expect(twin.words).toMatch(/There is no parameter "B" here\. .* It was ignored\..*In figures/);
  });

  test.each<[string, string, number, string]>([
    ["nothing chosen", "/compare", 200, "Servers for A"],
    [
      "an unknown server",
      compareUrl({ a: "npm/none", b: server }),
      404,
      "The catalog has no server “npm/none”.",
    ],
    [
      "an unknown version",
      compareUrl({ a: server, aVersion: "9" }),
      404,
      "No crawl of “npm/@example/notes” that went well is known by “9”",
    ],
    ["a server twice", "/compare?a=x&a=y", 400, "The parameter a is given more than once"],
    ["markup", "/compare?a=%3Cscript%3Ealert(1)%3C/script%3E", 404, "Compare"],
    ["an id that is too long", `/compare?a=${"x".repeat(700)}`, 400, "The parameter a must be a server id"],
  ])("with %s says what to do", async (_what, address, expected, sentence) => {
    const { status, html, words } = await open(address);
    expect(status).toBe(expected);
    expect(words).toContain(sentence);
    // In the field it stands as it was typed, inside an attribute.
    expect(html).not.toMatch(/[^"]<script>alert/);
  });
});
