import { describe, expect, test } from "vitest";
import type { ToolDefinition } from "../../classifier/index.ts";
import type { ServerDetail } from "../../db/types.ts";
import { connectionOf } from "../../site/src/lib/connect.ts";
import { serverToolsView } from "../../site/src/lib/server-tools.ts";
import { fakeCatalog } from "./_catalog.ts";

const SERVER = "npm/@example/mail";
const TOOLS: ToolDefinition[] = [
  { name: "wipe_mailbox", description: "Deletes all letters for good; this cannot be undone." },
  { name: "send_letter", description: "Sends a letter to anybody." },
  {
    name: "list_letters",
    description: "Lists letters.",
    inputSchema: { properties: { box: { type: "string" } } },
  },
];
const catalog = fakeCatalog([{ id: SERVER, tools: TOOLS }]);
const viewOf = async (query: string) => {
  const tools = await catalog.serverTools(SERVER);
  const tokens = new Map(tools.map(({ digest, name }) => [digest, name.length]));
  return serverToolsView(SERVER, tools, tokens, new URLSearchParams(query));
};
const namesOf = async (query: string) => (await viewOf(query)).rows.map(({ name }) => name);

describe("a server's table of tools", () => {
  test("is sorted as its address says, worst first otherwise", async () => {
    expect(await namesOf("")).toEqual(["wipe_mailbox", "send_letter", "list_letters"]);
    expect(await namesOf("sort=name")).toEqual(["list_letters", "send_letter", "wipe_mailbox"]);
    expect(await namesOf("sort=category")).toEqual(["wipe_mailbox", "send_letter", "list_letters"]);
    expect(await namesOf("sort=tokens")).toEqual(["wipe_mailbox", "list_letters", "send_letter"]);
  });

  test("is filtered by risk, category and words, all of which must hold", async () => {
    expect(await namesOf("category=read")).toEqual(["list_letters"]);
    expect(await namesOf("risk=critical")).toEqual(["wipe_mailbox"]);
    expect(await namesOf("text=LETTERS")).toEqual(["wipe_mailbox", "list_letters"]);
    expect(await namesOf("text=letters+good&sort=name")).toEqual(["wipe_mailbox"]);
    expect(await namesOf("text=zzz")).toEqual([]);
    expect(await namesOf("text=&risk=&category=")).toHaveLength(3);
  });

  test("keeps filters when it is sorted anew, and drops them by one address", async () => {
    const { sorts, all, isFiltered } = await viewOf("text=letters&sort=name");
    expect(sorts).toEqual({
      risk: "/servers/npm/@example/mail?text=letters#tools",
      name: "/servers/npm/@example/mail?text=letters&sort=name#tools",
      category: "/servers/npm/@example/mail?text=letters&sort=category#tools",
      tokens: "/servers/npm/@example/mail?text=letters&sort=tokens#tools",
    });
    expect([all, isFiltered]).toEqual(["/servers/npm/@example/mail?sort=name#tools", true]);
  });

  test("shows all and says so when the address cannot be taken", async () => {
    const { rows, problems } = await viewOf("sort=colour");
    expect(rows).toHaveLength(3);
    expect(problems).toEqual([
      "The parameter sort must be one of risk, name, category, tokens. The table shows all tools.",
    ]);
    expect((await viewOf("catgory=read")).problems).toEqual([
      'There is no parameter "catgory" here. Perhaps category is meant. It was ignored.',
    ]);
    expect((await viewOf("risk=low&risk=high")).problems).toHaveLength(1);
  });
});

describe("how to connect", () => {
  const detail = async (changes: Partial<ServerDetail>) => {
    const server = await fakeCatalog([{ id: SERVER, tools: TOOLS, detail: changes }]).server(SERVER);
    if (!server) throw new Error("the server is missing");
    return connectionOf(server);
  };
  const stdio = (command: string[], environment: string[] = []) => ({
    transport: "stdio" as const,
    command,
    environment,
    clientCapabilities: {},
  });
  const configOf = async (changes: Partial<ServerDetail>) =>
    Object.values(JSON.parse((await detail(changes))?.snippets[0]?.text ?? "").mcpServers)[0];

  test("to a package: pinned, with its arguments, and placeholders for what may be secret", async () => {
    const connection = await detail({
      package: { registry: "npm", name: "@example/mail", version: "1.2.3" },
      launch: stdio(["mail", "--stdio"], ["MAIL_TOKEN"]),
    });
    expect(JSON.parse(connection?.snippets[0]?.text ?? "")).toEqual({
      mcpServers: {
        mail: {
          command: "npx",
          args: ["-y", "@example/mail@1.2.3", "--stdio"],
          env: { MAIL_TOKEN: "<your MAIL_TOKEN>" },
        },
      },
    });
    expect(connection?.snippets[1]?.text).toBe(
      "claude mcp add mail --env 'MAIL_TOKEN=<your MAIL_TOKEN>' -- npx -y @example/mail@1.2.3 --stdio",
    );
    expect(connection?.notes.join(" ")).toContain("pinned to 1.2.3");
  });

  test("to a program named otherwise than its package, on npm and on PyPI", async () => {
    const launch = stdio(["mail-mcp"]);
    expect(
      await configOf({ package: { registry: "npm", name: "@example/mail", version: "1.2.3" }, launch }),
    ).toEqual({
      command: "npx",
      args: ["-y", "--package=@example/mail@1.2.3", "--", "mail-mcp"],
    });
    expect(await configOf({ package: { registry: "pypi", name: "mail", version: "2.0" }, launch })).toEqual({
      command: "uvx",
      args: ["--from", "mail==2.0", "mail-mcp"],
    });
  });

  test("to an image, by tag or by digest", async () => {
    const launch = stdio(["docker", "run", "ghcr.io/example/mail:1.0", "--stdio"], ["TOKEN"]);
    const of = (version: string) =>
      configOf({ package: { registry: "oci", name: "ghcr.io/example/mail", version }, launch });
    expect(await of("1.0")).toEqual({
      command: "docker",
      args: ["run", "-i", "--rm", "-e", "TOKEN", "ghcr.io/example/mail:1.0", "--stdio"],
      env: { TOKEN: "<your TOKEN>" },
    });
    expect(await of("sha256:abc")).toMatchObject({
      args: expect.arrayContaining(["ghcr.io/example/mail@sha256:abc"]),
    });
  });

  test("to a remote: with a token's place where it asks for one, without where clients sign in", async () => {
    const url = "https://mcp.example.com/mail";
    const launch = { transport: "http" as const, url, clientCapabilities: {} };
    expect(await configOf({ launch, source: url })).toEqual({ type: "http", url });
    expect(await configOf({ launch: { ...launch, authorization: "given" } })).toEqual({
      type: "http",
      url,
      headers: { Authorization: "Bearer <your token>" },
    });
    const signsIn = { status: 401, metadata: { authorization_servers: ["https://login.example.com"] } };
    const connection = await detail({ launch, authorization: signsIn });
    expect(connection?.snippets.map(({ text }) => text).join()).not.toContain("Bearer");
    expect(connection?.notes).toEqual(["Clients that can sign in will ask you to."]);
    const old = await detail({ launch: { ...launch, legacySse: true } });
    expect(old?.snippets.map(({ what }) => what)).not.toContain("Codex");
    expect(old?.snippets[1]?.text).toBe("claude mcp add --transport sse mail https://mcp.example.com/mail");
  });

  test("what only its owner can start is not told", async () => {
    expect(await detail({ source: "-- node /home/somebody/server.js" })).toBeUndefined();
  });

  test("what a server's names hold cannot leave the shell's quotes", async () => {
    const launch = stdio(["mail", "$(touch /tmp/x)", "`id`", "a'b"]);
    const connection = await detail({ package: { registry: "npm", name: "mail", version: "1" }, launch });
    expect(connection?.snippets[1]?.text).toMatch(/ '\$\(touch \/tmp\/x\)' '`id`' 'a'\\''b'$/);
  });
});
