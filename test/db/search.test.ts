import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { ToolDefinition, Verdict } from "../../classifier/index.ts";
import {
  type Database,
  listTools,
  replaceVerdict,
  SlowListError,
  storeCrawl,
  type ToolFilter,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

type Entry = [ToolDefinition, Partial<Verdict>?];

async function fill(database: Database, server: string, entries: Entry[], at = day(1)) {
  const definitions = entries.map(([tool]) => tool);
  const crawl = crawlOf(definitions, { server, source: server.replace("/", ":"), startedAt: at });
  await storeCrawl(
    database,
    crawl,
    entries.map(([tool, changes]) => verdictOn(tool, changes)),
  );
}

async function catalogOf(...entries: Entry[]): Promise<Database> {
  const database = await openTestDatabase();
  await fill(database, "npm/@example/tracker", entries);
  return database;
}

const namesOf = async (database: Database, filter: ToolFilter) =>
  (await listTools(database, filter)).items.map((tool) => tool.name);

test("what is named so stands first, then what begins so, what has it in its name, and what says it", async () => {
  const database = await catalogOf(
    [
      { name: "a", description: "Writes an issue." },
      { category: "Destructive", risk: "critical" },
    ],
    [{ name: "close_issue" }, { category: "Write", risk: "medium" }],
    [{ name: "issueCreate" }, { category: "Write", risk: "high" }],
    [{ name: "issues" }, { category: "Write", risk: "critical" }],
    [{ name: "Issue" }],
    [{ name: "other" }],
  );
  expect(await namesOf(database, { text: "issue" })).toEqual([
    "Issue",
    "issues",
    "issueCreate",
    "close_issue",
    "a",
  ]);
});

test("names are taken apart where their words end, and put together again", async () => {
  const database = await catalogOf(
    [{ name: "createIssue" }],
    [{ name: "list_GitHubRepos" }],
    [{ name: "HTTPServer.start" }],
    [{ name: "oauth2-login" }],
  );
  for (const text of [
    "create issue",
    "issue create",
    "createissue",
    "create_issue",
    "CreateIssue",
    "issue crea",
  ]) {
    expect(await namesOf(database, { text }), text).toEqual(["createIssue"]);
  }
  for (const text of ["github", "GitHub", "git", "hub repos", "githubrep"]) {
    expect(await namesOf(database, { text }), text).toEqual(["list_GitHubRepos"]);
  }
  expect(await namesOf(database, { text: "http ser" })).toEqual(["HTTPServer.start"]);
  expect(await namesOf(database, { text: "oauth2" })).toEqual(["oauth2-login"]);
});

test("titles, descriptions and server ids are searched too, in any case and script", async () => {
  const database = await catalogOf(
    [{ name: "pay", title: "Pay a bill" }],
    [{ name: "x", description: "ÜBUNG: shows 100% of “everything”, also GitHub." }],
    [{ name: "y", description: "删除所有文件。" }],
  );
  expect(await namesOf(database, { text: "BILL" })).toEqual(["pay"]);
  expect(await namesOf(database, { text: "übung" })).toEqual(["x"]);
  expect(await namesOf(database, { text: "everything 100%" })).toEqual(["x"]);
  expect(await namesOf(database, { text: "github" })).toEqual(["x"]);
  expect(await namesOf(database, { text: "文件" })).toEqual(["y"]);
  expect(await namesOf(database, { text: "npm/@example/tracker" })).toHaveLength(3);
});

test("nothing that is typed is syntax", async () => {
  const database = await catalogOf([{ name: "it's" }], [{ name: "back\\slash" }], [{ name: "not & or" }]);
  expect(await namesOf(database, { text: "it's" })).toEqual(["it's"]);
  expect(await namesOf(database, { text: "back\\slash" })).toEqual(["back\\slash"]);
  expect(await namesOf(database, { text: "not & or:*" })).toEqual(["not & or"]);
  for (const text of ["%", "\\", "'", "!", "()", "\u0000", "'; drop table tools; --", "#served", "\ud800"]) {
    expect(await namesOf(database, { text }), text).toEqual([]);
  }
  expect(await namesOf(database, { text: "   " })).toHaveLength(3);
});

test("filters hold together with words and with each other", async () => {
  const finding = { id: "hidden-characters", severity: "warning" as const, message: "", evidence: [] };
  const conflict = { hint: "readOnlyHint", declared: true, suggested: false, why: "" } as const;
  const audit = { declared: {}, suggested: {}, conflicts: [conflict] };
  const database = await catalogOf(
    [
      { name: "delete_file" },
      { category: "Destructive", risk: "high", facets: ["filesystem"], confidence: 0.95 },
    ],
    [{ name: "delete_row" }, { category: "Destructive", risk: "high", annotations: audit, confidence: 0.5 }],
    [{ name: "delete_it" }, { category: "Write", risk: "medium", findings: [finding], confidence: 0.4 }],
  );
  expect(await namesOf(database, { text: "delete", facet: "filesystem" })).toEqual(["delete_file"]);
  expect(await namesOf(database, { finding: "hidden-characters" })).toEqual(["delete_it"]);
  expect(await namesOf(database, { finding: "hidden-characters", risk: "high" })).toEqual([]);
  expect(await namesOf(database, { conflict: true, text: "delete" })).toEqual(["delete_row"]);
  expect(await namesOf(database, { confidence: 0.5 })).toEqual(["delete_file", "delete_row"]);
  expect(await namesOf(database, { confidence: 0.9, server: "npm/@example/tracker" })).toEqual([
    "delete_file",
  ]);
  expect(await namesOf(database, { text: "delete", server: "npm/@example/none" })).toEqual([]);
});

test("a search follows what is stored: changed, gone, come back, reviewed", async () => {
  const database = await catalogOf([{ name: "run", description: "Lists planets." }]);
  const server = "npm/@example/tracker";
  await fill(database, server, [[{ name: "run", description: "Says \u0000 moons." }]], day(2));
  expect(await namesOf(database, { text: "planets" })).toEqual([]);
  expect(await namesOf(database, { text: "moons" })).toEqual(["run"]);
  await fill(database, server, [], day(3));
  expect(await namesOf(database, { text: "moons" })).toEqual([]);
  expect(await namesOf(database, { text: "moons", gone: "only" })).toEqual(["run"]);
  const back = { name: "run", description: "Says moons. \u0000" };
  await fill(database, server, [[back]], day(4));
  expect(await namesOf(database, { text: "moons" })).toEqual(["run"]);
  await replaceVerdict(database, verdictOn(back, { confidence: 0.3, because: "\u0000 \\u0000 \ud800" }));
  expect(await namesOf(database, { confidence: 0.9 })).toEqual([]);
  expect(await namesOf(database, { text: "moons" })).toEqual(["run"]);
  await replaceVerdict(
    database,
    verdictOn(back, { confidence: 0.95, risk: "critical", category: "Financial" }),
  );
  expect(await namesOf(database, { confidence: 0.9, risk: "critical", category: "Financial" })).toEqual([
    "run",
  ]);
});

test("a misspelt word is replaced only where that is asked for, and only where nothing has it", async () => {
  const database = await catalogOf(
    [{ name: "delete_file" }],
    [{ name: "search_repository" }],
    [{ name: "files" }],
  );
  for (const [text, instead] of [
    ["delte file", "delete file"],
    ["serach", "search"],
    ["repositry", "repository"],
  ]) {
    const page = await listTools(database, { text, respell: true });
    expect(page.instead).toBe(instead);
    expect(page.items).toHaveLength(1);
    expect(await namesOf(database, { text })).toEqual([]);
  }
  expect(await listTools(database, { text: "file", respell: true })).not.toHaveProperty("instead");
  expect(await listTools(database, { text: "zebra", respell: true })).toMatchObject({ items: [], count: 0 });
});

test("the pages behind the first are asked for with the same misspelt text", async () => {
  const database = await catalogOf([{ name: "delete_file" }], [{ name: "delete_user" }], [{ name: "read" }]);
  const asked = { text: "delte", respell: true, limit: 1 };
  const first = await listTools(database, asked);
  const second = await listTools(database, { ...asked, cursor: first.nextCursor ?? "" });
  expect([first, second].map(({ items, instead }) => [items[0]?.name, instead])).toEqual([
    ["delete_file", "delete"],
    ["delete_user", "delete"],
  ]);
  expect(second.nextCursor).toBeNull();
});

test("a name that is typed as one word is respelled in its parts, and a server's name is as well", async () => {
  const database = await catalogOf([{ name: "create_issue" }], [{ name: "createRepository" }]);
  await fill(database, "npm/@balumsol/weatherly-mcp", [[{ name: "forecast" }]]);
  for (const [text, instead, name] of [
    ["creat_issue", "create issue", "create_issue"],
    ["createRepositry", "create repository", "createRepository"],
    ["wheaterly", "weatherly", "forecast"],
    ["balumsl forecst", "balumsol forecast", "forecast"],
  ]) {
    const page = await listTools(database, { text, respell: true });
    expect(page.instead).toBe(instead);
    expect(page.items.map((item) => item.name)).toEqual([name]);
  }
});

test("words that were typed with a space within are put together, where all of them find nothing", async () => {
  const database = await catalogOf(
    [{ name: "delete_file" }],
    [{ name: "query_database", description: "Asks the base of a garden." }],
    [{ name: "list_data" }],
    [{ name: "createIssue" }],
  );
  for (const [text, instead, names] of [
    ["del ete", "delete", ["delete_file"]],
    ["del ete file", "delete file", ["delete_file"]],
    ["query data base", "query database", ["query_database"]],
    ["list dat a", "list data", ["list_data"]],
    // The last word may be the beginning of one, as it may without the space.
    ["da tab", "datab", ["query_database"]],
    ["cre ateIssue", "create issue", ["createIssue"]],
    ["create iss ue", "create issue", ["createIssue"]],
    // Somebody who leaves a space out also misspells.
    ["delte file", "delete file", ["delete_file"]],
  ] as const) {
    const page = await listTools(database, { text, respell: true });
    expect([text, page.instead, page.items.map((item) => item.name)]).toEqual([text, instead, names]);
    expect(await namesOf(database, { text })).toEqual([]);
  }
  // Nothing is replaced where the words find something, or where one word more is nowhere.
  expect(await listTools(database, { text: "base garden", respell: true })).not.toHaveProperty("instead");
  for (const text of ["zebra data base", "del ete data", `${"x".repeat(20)} ${"y".repeat(20)}`])
    expect(await listTools(database, { text, respell: true })).toMatchObject({ items: [], count: 0 });
  // Filters count: a tool of another risk is none.
  expect(await listTools(database, { text: "del ete", risk: "critical", respell: true })).toMatchObject({
    items: [],
    count: 0,
  });
});

test("words that were typed without the space between them are taken apart, also where one is misspelt", async () => {
  const database = await catalogOf(
    [{ name: "create_issue", description: "Opens one with tissue inside." }],
    [{ name: "get_pull_request" }],
    [{ name: "add_label" }],
    [{ name: "getter" }],
  );
  for (const [text, instead, name] of [
    ["creatissue", "create issue", "create_issue"],
    ["createisue", "create issue", "create_issue"],
    ["getrequest", "get request", "get_pull_request"],
    ["get pullrequst", "get pull request", "get_pull_request"],
    ["addlabl", "add label", "add_label"],
    // These words stand together in its name: nothing is replaced.
    ["pullrequest", undefined, "get_pull_request"],
    // One letter less is likelier than two words.
    ["gettter", "getter", "getter"],
  ]) {
    const page = await listTools(database, { text, respell: true });
    expect([text, page.instead, page.items.map((item) => item.name)]).toEqual([text, instead, [name]]);
  }
  // A word that some tool has is left whole, and so is what has no two words in it.
  for (const text of ["create tissue getter", "issuezebra", "x".repeat(200)])
    expect(await listTools(database, { text, respell: true })).toMatchObject({ items: [], count: 0 });
});

test("a description says where the word is, and a hit is counted", async () => {
  const description = `${"Some words before it. ".repeat(20)}It launches rockets at dawn. ${"More behind. ".repeat(30)}`;
  const database = await catalogOf([{ name: "go", title: "Go", description }], [{ name: "rocket" }]);
  const page = await listTools(database, { text: "Rocket" });
  expect(page).toMatchObject({ count: 2, words: ["rocket"] });
  expect(page.items.map(({ excerpt }) => excerpt)).toEqual([
    undefined,
    expect.stringMatching(/^… .*launches rockets at dawn.* …$/),
  ]);
  expect(page.items[1]?.excerpt?.length).toBeLessThan(210);
});

test("a name that is all the words as one is found by one of them only", async () => {
  const database = await catalogOf([{ name: "deletefile" }], [{ name: "delete_file" }]);
  expect(await namesOf(database, { text: "deletefile" })).toEqual(["delete_file", "deletefile"]);
  expect(await namesOf(database, { text: "delete file" })).toEqual(["delete_file"]);
});

test("servers that are withdrawn are not searched, and what is gone only where it is asked for", async () => {
  const database = await catalogOf([{ name: "send_mail" }]);
  await fill(database, "npm/out", [[{ name: "send_mail" }]]);
  await fill(database, "npm/less", [[{ name: "send_mail" }], [{ name: "other" }]]);
  await fill(database, "npm/less", [[{ name: "other" }]], day(2));
  await database.db.execute(sql`update servers set withdrawn = 'deleted' where id = 'npm/out'`);
  const serversOf = async (filter: ToolFilter) =>
    (await listTools(database, { text: "mail", ...filter })).items.map(({ server }) => server);
  expect(await serversOf({})).toEqual(["npm/@example/tracker"]);
  expect(await serversOf({ gone: true })).toEqual(["npm/@example/tracker", "npm/less"]);
  expect(await serversOf({ gone: "only" })).toEqual(["npm/less"]);
  expect(await serversOf({ server: "npm/out" })).toEqual([]);
});

test("ids that look like the words of a format are ids, in filters and cursors", async () => {
  const database = await openTestDatabase();
  const server = "npm/%s%1$L%'\\";
  await fill(
    database,
    server,
    ["100%", "%s", "%L", "a'b\\"].map((name) => [{ name, description: "Odd." }]),
  );
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listTools(database, { text: "odd", server, limit: 1, cursor });
    expect(page.count).toBe(4);
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(names).toEqual(["%L", "%s", "100%", "a'b\\"]);
});

test("what is seen again as it was leaves its search row as it is", async () => {
  const tools: Entry[] = [[{ name: "send_mail" }], [{ name: "read_mail" }]];
  const database = await catalogOf(...tools);
  const server = "npm/@example/tracker";
  const rows = async () => {
    const found = await database.db.execute(
      sql`select name, ctid::text as place, array_length(tsvector_to_array(terms), 1) as terms from tool_search order by name`,
    );
    return [...found];
  };
  const before = await rows();
  await fill(database, server, tools, day(2));
  await replaceVerdict(database, verdictOn({ name: "send_mail" }, { because: "It was read again." }));
  expect(await rows()).toEqual(before);
  await database.db.execute(sql`update verdicts set confidence = 0.1`);
  expect(await namesOf(database, { confidence: 0.5 })).toEqual([]);
  expect((await rows()).map(({ place }) => place)).not.toEqual(before.map(({ place }) => place));
});

test("a long list is the same whether it is sorted at once or taken apart", async () => {
  const database = await openTestDatabase();
  const RISKS = ["low", "medium", "high"] as const;
  for (const server of ["npm/a", "npm/b", "npm/c"]) {
    const entries = Array.from({ length: 2_000 }, (_, i): Entry => {
      const name = i % 5 === 0 ? `get_thing_${i}` : i % 7 === 0 ? `thing_${i}` : `do_${i}`;
      const category = i % 2 === 0 ? "Write" : "Read";
      return [
        { name, description: i % 3 === 0 ? "Some thing." : "Other." },
        { risk: RISKS[i % 3], category },
      ];
    });
    await fill(database, server, entries);
  }
  await database.db.execute(sql`analyze`);
  const all = async (filter: ToolFilter) => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTools(database, { ...filter, limit: 200, cursor });
      ids.push(...page.items.map(({ server, name }) => `${server} ${name}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  };
  const whole = await all({});
  expect(whole).toHaveLength(6_000);
  expect(new Set(whole).size).toBe(6_000);
  expect((await listTools(database)).count).toBeUndefined();
  // Taken apart by server, every part is short enough to be sorted at once.
  const parts = await Promise.all(["npm/a", "npm/b", "npm/c"].map((server) => all({ server })));
  for (const [i, part] of parts.entries()) {
    expect(whole.filter((id) => id.startsWith(`npm/${"abc"[i]} `))).toEqual(part);
  }
  const found = await all({ text: "thing" });
  const things = await Promise.all(
    ["npm/a", "npm/b", "npm/c"].map((server) => all({ server, text: "thing" })),
  );
  expect(new Set(found)).toEqual(new Set(things.flat()));
  for (const [i, part] of things.entries()) {
    expect(found.filter((id) => id.startsWith(`npm/${"abc"[i]} `))).toEqual(part);
  }
});

test("what takes too long is given up with a sentence", async () => {
  const database = await catalogOf([{ name: "run" }]);
  const isDone = Promise.withResolvers<void>();
  const isLocked = Promise.withResolvers<void>();
  const holder = database.db.transaction(async (tx) => {
    await tx.execute(sql`lock table tool_search in access exclusive mode`);
    isLocked.resolve();
    await isDone.promise;
  });
  await isLocked.promise;
  const asked = listTools(database, { text: "run" });
  await expect(asked).rejects.toThrow(
    "took longer than two seconds and was given up. Add a word or a filter",
  );
  await expect(asked).rejects.toBeInstanceOf(SlowListError);
  isDone.resolve();
  await holder;
  expect(await namesOf(database, { text: "run" })).toEqual(["run"]);
});
