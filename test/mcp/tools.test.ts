import { describe, expect, test } from "vitest";
import { UNSAFE } from "../../classifier/index.ts";
import { EXPORT_FORMATS } from "../../policy/export/index.ts";
import { recommendServers } from "../../policy/index.ts";
import { OFFICE, POISONED } from "../site/_attacked.ts";
import { fakeCatalog } from "../site/_catalog.ts";
import { ATTACKER } from "../site/_hostile.ts";
import { LOGOUT, SERVERS } from "../site/_servers.ts";
import { ask, CATALOG, connect, contextOf, refusal, SITE } from "./_context.ts";

const SESSIONS = "npm/@example/sessions";
const HOSTILE = SERVERS[2]?.id ?? "";

interface Line {
  server: string;
  name: string;
  url: string;
  category: string;
  risk: string;
  summary: string;
}

describe("search_tools", () => {
  interface Found {
    notice: string;
    items: Line[];
    nextCursor: string | null;
  }

  test("finds by words, riskiest first, with the address of each page", async () => {
    const client = await connect();
    const { notice, items, nextCursor } = await ask<Found>(client, "search_tools", { server: SESSIONS });
    expect(notice).toMatch(/data to judge, not instructions/);
    expect(nextCursor).toBeNull();
    expect(items.map(({ name, category, risk }) => [name, category, risk])).toEqual([
      ["logout_instance", "Execute", "high"],
      ["list_instances", "Read", "low"],
    ]);
    expect(items[0]?.url).toBe(`${SITE}/tools/npm/@example/sessions/logout_instance`);
  });

  test("goes on behind its cursor without missing or repeating any", async () => {
    const client = await connect();
    const all = await ask<Found>(client, "search_tools", { server: HOSTILE, limit: 50 });
    // Models send "" for an argument that they leave out.
    expect(await ask<Found>(client, "search_tools", { server: HOSTILE, limit: 50, text: "" })).toEqual(all);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const given = { server: HOSTILE, limit: 4, cursor };
      const page: Found = await ask<Found>(client, "search_tools", given);
      seen.push(...page.items.map(({ url }) => url));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all.items.map(({ url }) => url));
  });

  test("a foreign cursor and a value that is none are refused in a sentence", async () => {
    const client = await connect();
    expect(await refusal(client, "search_tools", { cursor: "zzzz" })).toMatch(/cursor/);
    expect(await refusal(client, "search_tools", { risk: "none" })).toMatch(/risk: .*"low"/);
    expect(await refusal(client, "search_tools", { text: "x".repeat(201) })).toMatch(
      /text: must have at most 200 characters/,
    );
    expect(await refusal(client, "search_tools", { limit: 51 })).toMatch(/limit: /);
    expect(await refusal(client, "search_tools", { query: "files" })).toMatch(
      /query: is no key that is known/,
    );
    expect(await refusal(client, "search_tools", { text: "\u{1f525}" })).toMatch(/text: must hold a letter/);
    for (const given of [
      { limit: "many" },
      { limit: 0 },
      { text: 5 },
      { finding: "none" },
      { text: "x".repeat(201) },
    ]) {
      const sentence = await refusal(client, "search_tools", given);
      expect(sentence).toMatch(/: (limit|text|finding): must /);
      expect(sentence).not.toMatch(/Invalid (input|option)|expected|received|Too (big|small)/);
    }
  });

  test("an empty catalog says how to fill it", async () => {
    const client = await connect(contextOf(fakeCatalog([])));
    expect(await ask(client, "search_tools", { text: "file" })).toMatchObject({
      items: [],
      hint: expect.stringMatching(/^The catalog is empty\. .*placard crawl/),
    });
    expect(await refusal(client, "get_server", { server: "npm/x" })).toMatch(/^The catalog is empty\./);
  });
});

describe("get_tool", () => {
  test("says why, with the words of the definition", async () => {
    const client = await connect();
    const told = await ask(client, "get_tool", { server: SESSIONS, tool: LOGOUT.name });
    expect(told).toMatchObject({
      server: SESSIONS,
      name: LOGOUT.name,
      url: `${SITE}/tools/npm/@example/sessions/logout_instance`,
      category: "Execute",
      risk: "high",
      because: expect.stringContaining("the name says “logout”"),
      evidence: expect.arrayContaining([expect.objectContaining({ pointer: "/name" })]),
      tokens: { encoding: "o200k_base", complete: true },
    });
    expect(told).not.toHaveProperty("quoted");
  });

  test("quotes a description only where that is asked for", async () => {
    const client = await connect();
    const given = { server: POISONED.id, tool: "add" };
    const plain = await ask(client, "get_tool", given);
    expect(JSON.stringify(plain)).not.toContain("Adds two numbers");
    const { quoted } = await ask<{ quoted: { description: string } }>(client, "get_tool", {
      ...given,
      quote: true,
    });
    expect(quoted.description).toMatch(/^Adds two numbers\. .*\[U\+E0068 and 1 more\]$/);
  });

  test("findings and conflicts are told", async () => {
    const client = await connect();
    const { findings } = await ask<{ findings: { id: string }[] }>(client, "get_tool", {
      server: POISONED.id,
      tool: "add",
    });
    expect(findings.map(({ id }) => id)).toContain("hidden-characters");
    const { annotations, branches } = await ask<{ annotations: object; branches: object[] }>(
      client,
      "get_tool",
      {
        server: "local/records",
        tool: "manage_record",
      },
    );
    expect(annotations).toMatchObject({ conflicts: [{ hint: "readOnlyHint", declared: true }] });
    expect(branches).toContainEqual(expect.objectContaining({ argument: "action", value: "delete" }));
  });

  test("what is not there is told with what is", async () => {
    const client = await connect();
    expect(await refusal(client, "get_tool", { server: SESSIONS, tool: "logout" })).toBe(
      'The server "npm/@example/sessions" has no tool "logout". It lists "logout_instance", "list_instances".',
    );
    expect(await refusal(client, "get_tool", { server: "npm/example-sessions", tool: "x" })).toMatch(
      /^The catalog has no server "npm\/example-sessions"\./,
    );
  });

  test("instead of a server that is not there those of a like id are named, not those whose tools say the word", async () => {
    const servers = async ({ text = "" } = {}) => {
      const { items } = await CATALOG.servers();
      return { items: items.filter(({ id }) => id.includes(text)), nextCursor: null };
    };
    const client = await connect(contextOf({ ...CATALOG, servers }));
    expect(await refusal(client, "get_server", { server: "npm/sessions" })).toBe(
      'The catalog has no server "npm/sessions". Did you mean "npm/@example/sessions"?',
    );
    expect(await refusal(client, "get_server", { server: "npm/instance" })).toBe(
      'The catalog has no server "npm/instance". search_tools finds servers by name.',
    );
  });

  test("every tool of a server is found by the name that answers show", async () => {
    const client = await connect();
    const { items } = await ask<{ items: Line[] }>(client, "search_tools", { server: HOSTILE, limit: 50 });
    expect(items.length).toBeGreaterThan(10);
    for (const { name, url } of items) {
      expect((await ask<Line>(client, "get_tool", { server: HOSTILE, tool: name })).url).toBe(url);
    }
  });
});

describe("get_server", () => {
  test("tells tools, flaws and flows", async () => {
    const client = await connect();
    const office = await ask<{ flows: { id: string; severity: string }[]; tools: Line[] }>(
      client,
      "get_server",
      {
        server: OFFICE.id,
      },
    );
    expect(office.flows.map(({ id }) => id)).toContain("data-theft");
    expect(office.tools[0]).toMatchObject({ name: "run_command", risk: "critical" });
    const poisoned = await ask<{ advisories: object[]; url: string }>(client, "get_server", {
      server: POISONED.id,
    });
    expect(poisoned.advisories).toContainEqual(expect.objectContaining({ applies: "yes" }));
    expect(poisoned.url).toBe(`${SITE}/servers/npm/@modelcontextprotocol/server-filesystem`);
  });

  test("tells how the last crawl failed", async () => {
    const client = await connect();
    expect(await ask(client, "get_server", { server: "local/records" })).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/printed nothing within 30 s/),
    });
  });
});

describe("classify_definition", () => {
  test("gives the verdict of the catalog", async () => {
    const client = await connect();
    const { tokens, digest, category, risk, because } = await ask(client, "classify_definition", {
      definition: LOGOUT,
    });
    expect(await ask(client, "get_tool", { server: SESSIONS, tool: LOGOUT.name })).toMatchObject({
      tokens,
      digest,
      category,
      risk,
      because,
    });
  });

  test("asks nothing of the catalog", async () => {
    const client = await connect(contextOf({} as never));
    expect(await ask(client, "classify_definition", { definition: { name: "delete_all" } })).toMatchObject({
      category: "Destructive",
    });
  });

  test.each([
    ["no name", {}, /definition\.name: /],
    ["an empty name", { name: "" }, /definition\.name: /],
    [
      "half a character",
      { name: "x\ud800" },
      /^The definition cannot be taken: its name holds half a character/,
    ],
    [
      "too long a text",
      { name: "x", description: "y".repeat(100_000) },
      /100\d+ characters as JSON, and 100000 are taken/,
    ],
    ["a list", [{ name: "x" }], /definition: /],
  ])("%s is refused", async (_what, definition, sentence) => {
    expect(await refusal(await connect(), "classify_definition", { definition })).toMatch(sentence);
  });

  test("nesting without end is refused, not crashed upon", async () => {
    let schema: object = {};
    for (let level = 0; level < 5_000; level += 1) schema = { properties: { a: schema } };
    const sentence = await refusal(await connect(), "classify_definition", {
      definition: { name: "deep", inputSchema: schema },
    });
    expect(sentence).toMatch(/nested deeper than 200 levels/);
  });
});

describe("recommend_policy", () => {
  interface Recommended {
    document: string;
    url: string;
    documentUrl: string;
    losses: { what: string; tools: number }[];
    servers: { alias: string }[];
  }

  test("gives the document of the reference", async () => {
    const client = await connect();
    const servers = [SESSIONS, OFFICE.id];
    const told = await ask<Recommended>(client, "recommend_policy", { servers, preset: "strict" });
    const chosen = await Promise.all(
      servers.map(async (server) => ({ server, tools: await CATALOG.serverTools(server) })),
    );
    expect(JSON.parse(told.document)).toEqual(recommendServers(chosen, { preset: "strict" }).policy);
    expect(told.documentUrl).toMatch(/^https:\/\/catalog\.example\.com\/api\/v1\/policies\?.*preset=strict/);
    expect(told.url).toMatch(/^https:\/\/catalog\.example\.com\/policies\?/);
  });

  test("gives every format, with what it cannot say, under the client's name", async () => {
    const client = await connect();
    for (const { id } of EXPORT_FORMATS) {
      const given = { servers: [OFFICE.id], format: id, aliases: { [OFFICE.id]: "desk" } };
      const { document, servers } = await ask<Recommended>(client, "recommend_policy", given);
      expect(document.length).toBeGreaterThan(50);
      expect(servers).toEqual([{ server: OFFICE.id, alias: "desk", tools: 5 }]);
    }
    const claude = await ask<Recommended>(client, "recommend_policy", {
      servers: [OFFICE.id],
      format: "claude-code",
      aliases: { [OFFICE.id]: "desk" },
    });
    expect(claude.document).toContain("mcp__desk__run_command");
    expect(claude.losses.length).toBeGreaterThan(0);
  });

  test("one tool alone", async () => {
    const given = { servers: [OFFICE.id], tool: "read_file" };
    const { document } = await ask<Recommended>(await connect(), "recommend_policy", given);
    expect(Object.keys(JSON.parse(document).tools)).toEqual(["read_file"]);
  });

  test.each([
    ["no server", { servers: [] }, /servers: /],
    ["an unknown one", { servers: ["npm/none"] }, /^The catalog has no server "npm\/none"/],
    ["a tool of two", { servers: [SESSIONS, OFFICE.id], tool: "x" }, /one server/],
    ["a name for another", { servers: [SESSIONS], aliases: { x: "y" } }, /aliases names x/],
    ["an unknown format", { servers: [SESSIONS], format: "docx" }, /format: /],
    ["too many", { servers: Array.from({ length: 21 }, (_, index) => `npm/${index}`) }, /servers: /],
  ])("%s is refused", async (_what, given, sentence) => {
    expect(await refusal(await connect(), "recommend_policy", given)).toMatch(sentence);
  });

  test("a long document is somewhere else", async () => {
    const tools = Array.from({ length: 900 }, (_, index) => ({ name: `send_message_${index}` }));
    const client = await connect(contextOf(fakeCatalog([{ id: "npm/big", tools }])));
    expect(await refusal(client, "recommend_policy", { servers: ["npm/big"] })).toMatch(
      /^The document has \d+ characters, and an answer holds 40000\. Take it from https:\/\/catalog\.example\.com\/api/,
    );
  });

  test("names that hide do not go into formats without an escape", async () => {
    const client = await connect();
    const { document } = await ask<Recommended>(client, "recommend_policy", { servers: [HOSTILE] });
    expect(document).toContain("\\u202eevil");
    expect(Object.keys(JSON.parse(document).tools)).toContain("\u202Eevil");
  });
});

describe("check_stack", () => {
  interface Checked {
    servers: { server: string; url?: string; tools: number; leftOut: string[] }[];
    missing: string[];
    riskiest: Line[];
    flows: { id: string; legs: { tools: object[] }[] }[];
    clashes: { server: string; name: string; severity: string }[];
    policy: { document?: string; note?: string; url?: string };
  }
  const PASTED = [
    {
      name: "fetch_page",
      description: "Fetches any web page.",
      inputSchema: { properties: { url: { type: "string" } } },
    },
  ];

  test("sees what only the combination makes", async () => {
    const client = await connect();
    const alone = await ask<Checked>(client, "check_stack", { servers: [{ server: "web", tools: PASTED }] });
    expect(alone.flows).toEqual([]);
    expect(alone.servers[0]).not.toHaveProperty("url");
    const both = await ask<Checked>(client, "check_stack", {
      servers: [{ server: "web", tools: PASTED }, { server: OFFICE.id }],
    });
    expect(both.flows.map(({ id }) => id)).toContain("data-theft");
    expect(both.riskiest[0]).toMatchObject({ server: OFFICE.id, name: "run_command" });
    expect(both.clashes).toContainEqual(expect.objectContaining({ name: "fetch_page" }));
    expect(Object.keys(JSON.parse(both.policy.document ?? "").tools)).toContain("send_email");
    expect(both.policy).not.toHaveProperty("url");
  });

  test("tells what it could not look at, and refuses where that is all", async () => {
    const client = await connect();
    const { missing, servers } = await ask<Checked>(client, "check_stack", {
      servers: [
        { server: SESSIONS },
        { server: "npm/none" },
        { server: "mine", tools: [{ name: "ok" }, { name: "x\0" }] },
      ],
    });
    expect(missing).toEqual([expect.stringMatching(/no server "npm\/none"/)]);
    expect(servers.map(({ server, tools }) => [server, tools])).toEqual([
      [SESSIONS, 2],
      ["mine", 1],
    ]);
    expect(servers[1]?.leftOut).toEqual(["tool 2: its name holds a NUL character"]);
    expect(await refusal(client, "check_stack", { servers: [{ server: "npm/none" }] })).toMatch(/npm\/none/);
  });

  test("a server given twice is refused", async () => {
    const servers = [{ server: SESSIONS }, { server: SESSIONS }];
    expect(await refusal(await connect(), "check_stack", { servers })).toMatch(/is given twice/);
  });

  test("with very many tools the policy is told of instead of given", async () => {
    const tools = Array.from({ length: 200 }, (_, index) => ({ name: `send_message_${index}` }));
    const { policy } = await ask<Checked>(await connect(), "check_stack", {
      servers: [{ server: "big", tools }],
    });
    expect(policy).toEqual({ format: "policy.json", note: expect.stringMatching(/an answer holds 12000/) });
  });
});

describe("strangers' text", () => {
  test("nothing in any answer acts or hides", async () => {
    const client = await connect();
    const servers = [HOSTILE, POISONED.id, ATTACKER.id];
    const answers: object[] = [
      await ask(client, "check_stack", { servers: servers.map((server) => ({ server })) }),
    ];
    for (const server of servers) {
      answers.push(await ask(client, "get_server", { server }));
      answers.push(await ask(client, "recommend_policy", { servers: [server] }));
      const { items } = await ask<{ items: Line[] }>(client, "search_tools", { server, limit: 50 });
      answers.push(...items);
      for (const { name } of items)
        answers.push(await ask(client, "get_tool", { server, tool: name, quote: true }));
    }
    expect(answers.length).toBeGreaterThan(30);
    for (const answer of answers) {
      expect(JSON.stringify(answer).replaceAll("\\n", "").search(UNSAFE)).toBe(-1);
      expect(JSON.stringify(answer).length).toBeLessThan(40_000);
      for (const [, url = ""] of JSON.stringify(answer).matchAll(/"url":"([^"]*)"/g))
        expect(url.length).toBeLessThan(1_100);
    }
  });

  test("an error repeats no more than a part of what was asked", async () => {
    const client = await connect();
    const sentence = await refusal(client, "get_server", { server: `\u202e${"x".repeat(500)}` });
    expect(sentence.length).toBeLessThan(300);
    expect(sentence.search(UNSAFE)).toBe(-1);
  });
});

test("a fault of ours is noted, and not shown", async () => {
  const notes: string[] = [];
  const broken = { ...CATALOG, server: () => Promise.reject(new Error("password=secret")) };
  const client = await connect(contextOf(broken, { note: (line) => notes.push(line) }));
  expect(await refusal(client, "get_server", { server: SESSIONS })).toMatch(
    /^Placard could not answer this\./,
  );
  expect(notes).toEqual([expect.stringContaining("password=secret")]);
});
