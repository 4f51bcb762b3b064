import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { classify, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import {
  type Database,
  deleteServers,
  likeness,
  similarTools,
  similarToolsOf,
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

async function serve(
  database: Database,
  server: string,
  tools: ToolDefinition[],
  at = 1,
  changes: Partial<Verdict> = {},
) {
  const crawl = crawlOf(tools, { server, source: server.replace("/", ":"), startedAt: day(at) });
  await storeCrawl(
    database,
    crawl,
    tools.map((tool) => verdictOn(tool, changes)),
  );
}

const FILE: ToolDefinition = { name: "delete_file", description: "Deletes a file." };
const asked = (tool: ToolDefinition, server = "npm/own") => ({
  server,
  name: tool.name,
  digest: classify(tool).digest,
});
const names = (tools: { server: string; name: string }[]) =>
  tools.map(({ server, name }) => `${server} ${name}`);

test("the same definition elsewhere is found, but neither the server's own nor what is gone or withdrawn", async () => {
  const database = await openTestDatabase();
  for (const server of ["npm/own", "npm/b", "npm/a", "npm/gone", "npm/withdrawn"])
    await serve(database, server, [FILE]);
  await serve(database, "npm/gone", [{ name: "other" }], 2);
  await database.db.execute(sql`update servers set withdrawn = 'deleted' where id = 'npm/withdrawn'`);
  const { same, named, near } = await similarTools(database, asked(FILE));
  expect(names(same.items)).toEqual(["npm/a delete_file", "npm/b delete_file"]);
  expect([same.count, named, near]).toEqual([2, [], []]);
  await deleteServers(database, ["npm/a"]);
  expect((await similarTools(database, asked(FILE))).same.count).toBe(1);
});

test("a name is the same in another case, order and number; of each verdict some are shown, worst first", async () => {
  const database = await openTestDatabase();
  await serve(database, "npm/own", [FILE]);
  const other = (name: string) => ({ name, description: `Says something else of ${name}.` });
  for (let index = 0; index < 5; index += 1)
    await serve(database, `npm/low-${index}`, [{ ...other("deleteFiles"), title: String(index) }], 1, {
      category: "Write",
      risk: "low",
    });
  await serve(database, "npm/worst", [other("FILE-delete")], 1, {
    category: "Destructive",
    risk: "critical",
  });
  await serve(database, "npm/apart", [other("delete_folder")]);
  const { same, named } = await similarTools(database, asked(FILE));
  expect(same).toEqual({ items: [], count: 0 });
  expect(named.map(({ name, category, risk }) => [name, category, risk])).toEqual([
    ["FILE-delete", "Destructive", "critical"],
    ["deleteFiles", "Write", "low"],
    ["deleteFiles", "Write", "low"],
  ]);
});

test("nearly the same names: a word more or less, or a like word; the likest first", async () => {
  const database = await openTestDatabase();
  const tool = (name: string) => ({ name, description: `About ${name}.` });
  await serve(database, "npm/own", [tool("read_text_file")]);
  await serve(database, "npm/a", [
    tool("read_file"),
    tool("read_texts_filed"),
    tool("paint_wall"),
    tool("read_text_files"),
  ]);
  const { named, near } = await similarTools(database, asked(tool("read_text_file")));
  expect(named.map(({ name }) => name)).toEqual(["read_text_files"]);
  expect(near.map(({ name }) => name)).toEqual(["read_texts_filed", "read_file"]);
});

test("names that are no words, no text or of strangers are no trouble", async () => {
  const database = await openTestDatabase();
  const odd = ["..", "%", "'; drop table tools; --", "\u202Eevil", "a".repeat(3_000), "ユーザー削除"];
  await serve(
    database,
    "npm/own",
    odd.map((name) => ({ name })),
  );
  await serve(
    database,
    "npm/other",
    odd.map((name) => ({ name, description: "Other." })),
  );
  for (const name of [...odd, "\0", "\ud800"]) {
    const { same } = await similarTools(database, asked({ name }));
    expect(same.count).toBe(0);
  }
  expect((await similarTools(database, asked({ name: "ユーザー削除" }))).named).toHaveLength(1);
});

test("the index of names is one that the planner can use", async () => {
  const database = await openTestDatabase();
  await serve(database, "npm/own", [FILE]);
  const plan = await database.db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    return tx.execute(sql`explain select server from tools where name_key(tools.name) = 'delete file'
      and gone_since is null and rank = 1 and digest > 'a' order by digest, server limit 2`);
  });
  expect(JSON.stringify([...plan])).toMatch(/Index (Only )?Scan using tools_by_name_key/);
});

test("many tools asked about at once get what each alone gets, in their order", async () => {
  const database = await openTestDatabase();
  const tools = ["read_text_file", "delete_file", "send_mail"].map((name) => ({
    name,
    description: `Of ${name}.`,
  }));
  await serve(database, "npm/own", tools);
  await serve(database, "npm/a", [...tools, { name: "read_file" }, { name: "deleteFiles" }]);
  const all = [asked({ name: "\0" }), ...tools.map((tool) => asked(tool)), asked(FILE)];
  const found = await similarToolsOf(database, all);
  expect(found.map(({ same, named, near }) => [same.count, named.length, near.length])).toEqual([
    [0, 0, 0],
    [1, 0, 1],
    [1, 1, 0],
    [1, 0, 0],
    [0, 2, 0],
  ]);
  expect(await Promise.all(all.map((tool) => similarTools(database, tool)))).toEqual(found);
  expect(await similarToolsOf(database, [])).toEqual([]);
});

test("likeness is the share of common trigrams", () => {
  expect(likeness("delete_file", "deleteFile")).toBe(1);
  expect(likeness("send_email", "send_mail")).toBeCloseTo(8 / 13);
  expect(likeness("", "")).toBe(0);
  expect(likeness("abc", "xyz")).toBe(0);
});
