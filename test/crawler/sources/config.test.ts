import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findClientFiles } from "../../../crawler/_clients.ts";
import { understandCommand } from "../../../crawler/_config-command.ts";
import { placard } from "../../cli/_run.ts";
import { serverPath, temporaryHome } from "../_crawl.ts";
import { answerMcp, crawlAll, listen, refusal } from "./_sources.ts";

/** Secrets of every kind that a configuration holds; none of them may come out anywhere. */
const SECRETS = {
  environment: "s3cret-environment",
  short: "s3c!t",
  header: "s3cret-header",
  flag: "s3cret-flag",
  inline: "s3cret-inline",
  run: "8f14e45fceea167a5a36dedd4bea2543",
  query: "s3cret-query",
  variable: "s3cret-variable",
};
const anySecret = new RegExp(Object.values(SECRETS).join("|"));

function write(text: string | object, name = "mcp.json"): string {
  const path = join(temporaryHome(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof text === "string" ? text : JSON.stringify(text));
  return path;
}

const telling = (...more: string[]) => ({
  command: process.execPath,
  args: [
    serverPath("tell"),
    "--api-key",
    SECRETS.flag,
    `--session-token=${SECRETS.inline}`,
    SECRETS.run,
    ...more,
  ],
  env: {
    NOTES_TOKEN: SECRETS.environment,
    NOTES_PWD: SECRETS.short,
    NOTES_FROM: `$\{PLACARD_TEST_SECRET:-nowhere}`,
  },
});

describe("secrets", () => {
  const config = (url: string) =>
    write({
      mcpServers: {
        tells: telling(),
        fails: telling("--fail"),
        remote: {
          url: `${url}/mcp?key=${SECRETS.query}`,
          headers: { Authorization: `Bearer ${SECRETS.header}` },
        },
      },
    });

  const start = () =>
    listen((request, body, response) => {
      const given = `${request.url} ${request.headers.authorization ?? ""}`;
      if (body === "" || given.includes("secret") || given.includes("s3cret"))
        return answerMcp(body, response, `tell ${given}`);
      response.writeHead(401, { "www-authenticate": "Bearer" }).end();
    });

  test("are not even given to the servers without --use-config-env", async () => {
    const { url, seen } = await start();
    const path = config(url);
    const [tells, fails, remote] = await crawlAll(`config:${path}`);
    expect(tells).toMatchObject({ server: "local/tells", status: "ok", launch: { environment: [] } });
    const told = JSON.parse(String(tells?.tools[0]?.description)) as {
      arguments: string[];
      environment: object;
    };
    expect(told.arguments).toEqual(["--api-key", "***", "--session-token=***", "***"]);
    expect(told.environment).not.toHaveProperty("NOTES_TOKEN");
    expect(fails?.reason).toMatch(
      /Its configuration has NOTES_TOKEN, NOTES_PWD, NOTES_FROM, secrets among its arguments, which was left out; --use-config-env gives it\.$/,
    );
    expect(remote).toMatchObject({ server: "local/remote", status: "needs-authorization" });
    expect(remote?.reason).toMatch(
      /Its configuration has Authorization, the query of its address, which was left out/,
    );
    expect(JSON.stringify([tells, fails, remote])).not.toMatch(anySecret);
    expect(seen.join()).not.toMatch(anySecret);
  });

  test("reach their server with it, and nothing else", async () => {
    process.env.PLACARD_TEST_SECRET = SECRETS.variable;
    onTestFinished(() => {
      delete process.env.PLACARD_TEST_SECRET;
    });
    const { url, seen } = await start();
    const said: string[] = [];
    const results = await crawlAll(
      `config:${config(url)}`,
      { useConfigEnvironment: true },
      { onStage: (...words) => said.push(words.join(" ")), onNotice: (notice) => said.push(notice) },
    );
    const [tells, fails, remote] = results;
    const told = JSON.parse(String(tells?.tools[0]?.description)) as {
      arguments: string[];
      environment: Record<string, string>;
    };
    expect(told.arguments).toEqual(["--api-key", "***", "--session-token=***", "***"]);
    expect(told.environment).toMatchObject({ NOTES_TOKEN: "***", NOTES_PWD: "***", NOTES_FROM: "***" });
    expect(tells?.launch?.environment).toEqual(["NOTES_FROM", "NOTES_PWD", "NOTES_TOKEN"]);
    expect(fails).toMatchObject({ status: "failed", stderr: expect.stringContaining("***") });
    expect(remote).toMatchObject({ status: "ok", tools: [{ name: "tell /mcp?key=*** ***" }] });
    expect(seen.join()).toContain(SECRETS.query);
    expect(JSON.stringify(results)).not.toMatch(anySecret);
    expect(said.join()).not.toMatch(anySecret);
  });

  test.each([[], ["--use-config-env"]])("are in no output of the command line: %s", async (...flags) => {
    const { url } = await start();
    const path = config(url);
    const env = { PLACARD_TEST_SECRET: SECRETS.variable };
    for (const form of [["--json"], []]) {
      const { stdout, stderr } = await placard(["crawl", "--no-store", ...form, ...flags, `config:${path}`], {
        env,
      });
      expect(stdout).toContain("local/tells");
      expect(stdout + stderr).not.toMatch(anySecret);
    }
  });

  test("are told from plain words, which stay in definitions", async () => {
    const path = write({
      mcpServers: {
        notes: {
          command: process.execPath,
          args: [serverPath("good")],
          env: { STAGE: "happen-ing", A: "read_note", B: "transport", C: "handshake" },
        },
      },
    });
    const [result] = await crawlAll(`config:${path}`, { useConfigEnvironment: true });
    expect(result?.tools.map(({ name }) => name)).toEqual(["read_note", "write_note"]);
    expect(result).toMatchObject({ status: "ok", launch: { transport: "stdio", era: "handshake" } });
  });

  test("are not quoted from a file that can't be read", async () => {
    const json = await crawlAll(
      `config:${write(`{"mcpServers": {"a": {"env": {"T": ${SECRETS.environment}}}}}`)}`,
    );
    expect(json[0]?.reason).toMatch(/line 1, column 36 is not JSON \(InvalidSymbol\)\.$/);
    const toml = await crawlAll(
      `config:${write(`[mcp_servers.a]\nenv = ${SECRETS.environment}\n`, "config.toml")}`,
    );
    expect(toml[0]?.reason).toMatch(/line 2, column 7 is not TOML\.$/);
    const odd = await crawlAll(`config:${write({ mcpServers: { a: { command: 7, env: SECRETS } } })}`);
    expect(odd[0]?.reason).toMatch(/its "command" is not as clients write it\.$/);
    expect(JSON.stringify([json, toml, odd])).not.toMatch(anySecret);
  });
});

describe("forms", () => {
  const server = { command: process.execPath, args: [serverPath("good")] };
  const toml = `[mcp_servers.notes]\ncommand = "${process.execPath}"\nargs = ["${serverPath("good")}"]\n`;
  test.each([
    [
      "JSON with comments and trailing commas",
      `// mine\n{"mcpServers": {"notes": ${JSON.stringify(server)},},}`,
    ],
    ["VS Code", { servers: { notes: { type: "stdio", ...server } } }],
    ["VS Code's settings", { "editor.fontSize": 12, mcp: { servers: { notes: server } } }],
    ["Zed", { context_servers: { notes: { source: "custom", ...server } } }],
    ["Zed, older", { context_servers: { notes: { command: { path: server.command, args: server.args } } } }],
    ["a project of Claude Code", { projects: { "/somewhere": { mcpServers: { notes: server } } } }],
  ])("%s", async (_form, text) => {
    expect(await crawlAll(`config:${write(text)}`)).toMatchObject([{ server: "local/notes", status: "ok" }]);
  });

  test("TOML, and one server by name", async () => {
    const path = write(
      `${toml}\n[mcp_servers.other]\nurl = "http://127.0.0.1:1/"\nenabled = false\n`,
      "config.toml",
    );
    const results = await crawlAll(`config:${path}`);
    expect(results.map(({ server: id, status }) => [id, status])).toEqual([
      ["local/notes", "ok"],
      ["local/other", "skipped"],
    ]);
    expect(results[1]?.reason).toMatch(/it is switched off in the configuration\.$/);
    expect(await crawlAll(`config:${path}#notes`)).toMatchObject([
      { source: `config:${path}#notes`, status: "ok" },
    ]);
    expect((await crawlAll(`config:${path}#nobody`))[0]?.reason).toMatch(/it has no server "nobody"\.$/);
  });

  test("a relative command is the project's, and variables that nothing sets are named", async () => {
    const path = write(
      {
        servers: {
          mine: { command: process.execPath, args: [`$\{workspaceFolder}/server.js`] },
          asks: { command: "npx", args: ["-y", "some-server", `$\{input:key}`] },
        },
      },
      ".vscode/mcp.json",
    );
    writeFileSync(join(dirname(dirname(path)), "server.js"), "process.exit(7)");
    const [mine, asks] = await crawlAll(`config:${path}`);
    expect(mine?.reason).toContain("exit code 7");
    expect(asks?.reason).toMatch(
      /it needs configuration: input:key, which nothing sets here\. --use-config-env/,
    );
  });

  test("what is wrong is one sentence", async () => {
    expect((await crawlAll("config:/nonexistent/mcp.json"))[0]?.reason).toMatch(
      /there is no such file\. Check the path\.$/,
    );
    expect((await crawlAll(`config:${write({})}`))[0]?.reason).toMatch(/it names no MCP servers\.$/);
    expect((await crawlAll(`config:${write({ mcpServers: { a: {} } })}`))[0]?.reason).toMatch(
      /neither a command nor a URL/,
    );
    expect(refusal("config:")).toMatch(/no path follows the colon/);
    expect(refusal("config:x", { environment: { A: "b" } })).toMatch(/come from the configuration itself/);
  });
});

describe("clients on this machine", () => {
  test("are found by the table, and a server that several have is listed once", async () => {
    const home = temporaryHome();
    const put = (name: string, value: object | string) => {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), typeof value === "string" ? value : JSON.stringify(value));
    };
    const off = { command: "node", disabled: true };
    put(".claude.json", { mcpServers: { notes: off }, projects: {} });
    put(".cursor/mcp.json", { mcpServers: { notes: off, board: off } });
    put(".config/Claude/claude_desktop_config.json", { mcpServers: { notes: { ...off, command: "deno" } } });
    put(".config/Code/User/settings.json", { "editor.fontSize": 12 });
    put(".codeium/windsurf/mcp_config.json", { mcpServers: { wind: off } });
    put(".codex/config.toml", '[mcp_servers.codex]\ncommand = "node"\nenabled = false\n');
    put(".gemini/settings.json", { mcpServers: { gem: off } });
    put(".config/zed/settings.json", { context_servers: { zed: off } });
    const changed = { HOME: home, XDG_CONFIG_HOME: "", CODEX_HOME: "" };
    const before = { ...process.env };
    Object.assign(process.env, changed);
    onTestFinished(() => {
      for (const name of Object.keys(changed)) delete process.env[name];
      Object.assign(process.env, before);
    });
    const results = await crawlAll("configs:");
    expect(results.map(({ server, source }) => [server, source])).toEqual([
      ["local/notes", "config:~/.config/Claude/claude_desktop_config.json#notes"],
      ["local/notes-claude-code", "config:~/.claude.json#notes"],
      ["local/board", "config:~/.cursor/mcp.json#board"],
      ["local/wind", "config:~/.codeium/windsurf/mcp_config.json#wind"],
      ["local/codex", "config:~/.codex/config.toml#codex"],
      ["local/gem", "config:~/.gemini/settings.json#gem"],
      ["local/zed", "config:~/.config/zed/settings.json#zed"],
    ]);
    expect(await crawlAll("config:~/.cursor/mcp.json#board")).toMatchObject([{ server: "local/board" }]);
  });

  test("on other systems too", () => {
    const home = temporaryHome();
    const path = join(home, "Library/Application Support/Code/User/mcp.json");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "{}");
    const look = (platform: NodeJS.Platform) =>
      findClientFiles({ home, folder: home, platform, environment: {} });
    expect(look("darwin")).toMatchObject([{ client: "vscode", path }]);
    expect(look("linux")).toEqual([]);
  });
});

describe("the command line", () => {
  test("finds all configurations with --configs, and leaves out what --exclude names", async () => {
    const home = temporaryHome();
    writeFileSync(join(home, ".claude.json"), JSON.stringify({ mcpServers: { notes: telling() } }));
    const list = write("- {server: local/notes, why: Mine alone., since: 2026-11-23}\n", "exclude.yaml");
    const env = { HOME: home, XDG_CONFIG_HOME: "" };
    const ran = await placard(["crawl", "--configs", "--no-store", "--quiet", "--exclude", list], { env });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/local\/notes is left out since 2026-11-23: Mine alone\./);
  });

  test.each([
    [["--exclude", "/nonexistent.yaml", "file:x.json"], "there is no such file"],
    [["--queue", "--configs"], "--queue takes no --configs"],
    [["--updated-since", "soon", "registry:https://registry.example.com"], '"soon" is no time'],
  ])("%j is wrong usage", async (args, sentence) => {
    const ran = await placard(["crawl", "--no-store", ...args]);
    expect(ran.code).toBe(2);
    expect(ran.stderr.replaceAll(/\s+/g, " ")).toContain(sentence);
  });
});

test.each([
  ["npx", ["-y", "@scope/server@1.2.3", "--stdio"], "npm:@scope/server@1.2.3", ["--stdio"]],
  ["npx", ["--package=server", "server-bin", "x"], "npm:server", ["x"]],
  ["cmd", ["/c", "npx", "server"], "npm:server", []],
  ["C:\\node\\npx.cmd", ["server"], "npm:server", []],
  ["bunx", ["server"], "npm:server", []],
  ["pnpm", ["dlx", "server"], "npm:server", []],
  ["uvx", ["mcp-server-notes==1.0", "--repo", "/x"], "pypi:mcp-server-notes==1.0", ["--repo", "/x"]],
  ["uvx", ["--python", "3.12", "--from", "notes", "notes-mcp"], "pypi:notes", []],
  ["uv", ["tool", "run", "notes"], "pypi:notes", []],
  [
    "docker",
    ["run", "-i", "--rm", "-v", "/a:/b", "-e", "TOKEN", "-e", "A=b=c", "ghcr.io/x/y:1", "go"],
    "oci:ghcr.io/x/y:1",
    ["go"],
  ],
])("%s %j is a package", (command, args, source, rest) => {
  expect(understandCommand(command, args)).toMatchObject({ kind: "package", source, arguments: rest });
});

test("commands that are none of these", () => {
  expect(understandCommand("node", ["server.js"])).toEqual({ kind: "command" });
  expect(understandCommand("npx", ["./server"])).toEqual({ kind: "command" });
  expect(understandCommand("uvx", ["git+https://example.com/x"])).toEqual({ kind: "command" });
  expect(understandCommand("docker", ["run", "--entrypoint", "sh", "x"])).toMatchObject({ kind: "unknown" });
  expect(understandCommand("docker", ["run", "-eTOKEN", "x"])).toMatchObject({ kind: "unknown" });
  expect(understandCommand("docker", ["run", "-e", "TOKEN=s", "--env=OTHER", "x"])).toMatchObject({
    environment: { TOKEN: "s" },
    keep: ["OTHER"],
  });
});
