import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { ToolDefinition, Verdict } from "../../classifier/index.ts";
import {
  CursorError,
  compareLists,
  type ListedTool,
  listChanges,
  SlowListError,
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const SERVER = "npm/@example/mail-mcp";
const schema = { type: "object", properties: { to: { type: "string" } } };
const send = { name: "send_mail", description: "Sends a message.", inputSchema: schema };
const read = { name: "read_mail", description: "Reads one message.", inputSchema: { type: "object" } };

function listed(definition: ToolDefinition, changes: Partial<Verdict> = {}): ListedTool {
  const { digest, category, risk, facets } = verdictOn(definition, changes);
  return { name: definition.name, digest, definition, category, risk, facets };
}

/** Each change as one word and a name. */
function kinds(before: ListedTool[], after: ListedTool[]): string[] {
  return compareLists(before, after).map(
    ({ kind, tool, worse }) => `${kind} ${tool}${worse ? " worse" : ""}`,
  );
}

describe("compareLists", () => {
  test("the same list has no changes, in whatever order of tools and keys", () => {
    const turned = { inputSchema: schema, description: send.description, name: send.name };
    expect(kinds([listed(send), listed(read)], [listed(read), listed(turned)])).toEqual([]);
  });

  test("tools come and go", () => {
    expect(kinds([listed(read)], [listed(send)])).toEqual(["tool-added send_mail", "tool-removed read_mail"]);
  });

  test("a tool with the same schema under a new name was renamed", () => {
    const post = { ...send, name: "post_mail" };
    const [change, ...others] = compareLists([listed(send)], [listed(post)]);
    expect(change).toMatchObject({ kind: "tool-renamed", tool: "post_mail", before: { name: "send_mail" } });
    expect(others).toEqual([]);
    const louder = { ...post, description: "Sends a message to everyone." };
    expect(kinds([listed(send)], [listed(louder)])).toEqual([
      "tool-renamed post_mail",
      "description-changed post_mail",
    ]);
  });

  test("where nobody can tell which tool was renamed, none was", () => {
    const other = { ...send, name: "send_note" };
    const post = { ...send, name: "post_mail" };
    expect(kinds([listed(send), listed(other)], [listed(post)])).toEqual([
      "tool-added post_mail",
      "tool-removed send_mail",
      "tool-removed send_note",
    ]);
    const empty = { name: "list_mail", description: "Lists messages.", inputSchema: { type: "object" } };
    expect(kinds([listed(read)], [listed(empty)])).toEqual([
      "tool-added list_mail",
      "tool-removed read_mail",
    ]);
  });

  test("description, schema and annotations are told apart", () => {
    const changed = {
      name: send.name,
      title: "Send",
      description: send.description,
      inputSchema: { type: "object" },
      annotations: { readOnlyHint: true },
    };
    expect(kinds([listed(send)], [listed(changed)])).toEqual([
      "description-changed send_mail",
      "schema-changed send_mail",
      "annotations-changed send_mail",
    ]);
    expect(kinds([listed(send)], [listed({ ...send, outputSchema: {} })])).toEqual([
      "schema-changed send_mail",
    ]);
  });

  test("a verdict is worse when risk or category went up or a facet was gained", () => {
    const next = { ...send, description: "Does more." };
    const verdict = (from: Partial<Verdict>, to: Partial<Verdict>) =>
      kinds([listed(send, from)], [listed(next, to)]).slice(1);
    expect(verdict({ risk: "low" }, { risk: "high" })).toEqual(["verdict-changed send_mail worse"]);
    expect(verdict({ risk: "high" }, { risk: "low" })).toEqual(["verdict-changed send_mail"]);
    expect(verdict({ category: "Read" }, { category: "Write" })).toEqual(["verdict-changed send_mail worse"]);
    expect(verdict({ facets: ["money"] }, { facets: ["money", "egress"] })).toEqual([
      "verdict-changed send_mail worse",
    ]);
    expect(verdict({ facets: ["money", "egress"] }, { facets: ["money"] })).toEqual([
      "verdict-changed send_mail",
    ]);
    // Not known is worse than low, and better than medium.
    expect(verdict({ risk: "low" }, { risk: "unknown" })).toEqual(["verdict-changed send_mail worse"]);
    expect(verdict({ risk: "medium" }, { risk: "unknown" })).toEqual(["verdict-changed send_mail"]);
  });

  test("new rules on the same definition are no change of the server's", () => {
    expect(kinds([listed(send, { risk: "low" })], [listed(send, { risk: "critical" })])).toEqual([]);
  });
});

describe("listChanges", () => {
  test("gives what each good list changed, newest first, page by page", async () => {
    const database = await openTestDatabase();
    const louder = { ...send, description: "Sends a message to everyone." };
    const verdicts = [
      verdictOn(read),
      verdictOn(send),
      verdictOn(louder, { risk: "high", facets: ["egress"] }),
    ];
    const store = (tools: ToolDefinition[], at: number, more = {}) =>
      storeCrawl(database, crawlOf(tools, { startedAt: day(at), ...more }), verdicts);
    await store([read], 1);
    expect((await listChanges(database)).items).toEqual([]);
    await store([read, send], 2);
    await store([], 3, { status: "failed", reason: "It ended." });
    await store([read, louder], 4);
    await store([louder], 5);
    await store([louder, read], 6);
    const { items, nextCursor } = await listChanges(database, { limit: 3 });
    expect(items.map(({ kind, tool, at }) => [kind, tool, at])).toEqual([
      ["tool-added", "read_mail", day(6)],
      ["tool-removed", "read_mail", day(5)],
      ["verdict-changed", "send_mail", day(4)],
    ]);
    const rest = await listChanges(database, { limit: 3, cursor: nextCursor ?? "" });
    expect(rest.items.map(({ kind, tool }) => [kind, tool])).toEqual([
      ["description-changed", "send_mail"],
      ["tool-added", "send_mail"],
    ]);
    expect(rest.nextCursor).toBeNull();
    const [worse, ...others] = (await listChanges(database, { server: SERVER, worse: true })).items;
    expect(others).toEqual([]);
    expect(worse).toMatchObject({
      kind: "verdict-changed",
      server: SERVER,
      before: { risk: "low", facets: [] },
      after: { risk: "high", facets: ["egress"], digest: verdicts[2]?.digest },
    });
    expect((await listChanges(database, { kind: "tool-removed" })).items).toHaveLength(1);
    expect((await listChanges(database, { server: "npm/other" })).items).toEqual([]);
    await expect(listChanges(database, { cursor: "rubbish" })).rejects.toThrow(CursorError);
  });

  test("what takes too long is given up with a sentence", async () => {
    const database = await openTestDatabase();
    const isDone = Promise.withResolvers<void>();
    const isLocked = Promise.withResolvers<void>();
    const holder = database.db.transaction(async (tx) => {
      await tx.execute(sql`lock table changes in access exclusive mode`);
      isLocked.resolve();
      await isDone.promise;
    });
    await isLocked.promise;
    const asked = listChanges(database, { since: "2030-01-01T00:00:00.000Z" });
    await expect(asked).rejects.toBeInstanceOf(SlowListError);
    isDone.resolve();
    await holder;
    expect((await listChanges(database, { since: day(1) })).items).toEqual([]);
  });
});
