import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSource } from "../../crawler/index.ts";
import { crawlTyped as crawlAnywhere, names, temporaryHome } from "./_crawl.ts";
import { type Package, type Registry, startRegistry } from "./_registry.ts";

/** A server that lists its version, where it runs and its environment, with the help of a dependency. */
const SERVER = `#!/usr/bin/env node
const { tool } = require("notes-lib");
const { version } = require("./package.json");
const results = {
  initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "notes", version } },
  "tools/list": { tools: [tool("v" + version), tool("facts", {
    "x-facts": { args: process.argv.slice(2), environment: process.env, cwd: process.cwd(), file: __filename, node: process.version },
  })] },
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method } = JSON.parse(line);
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] }));
});
`;
const LIB = 'exports.tool = (name, more) => ({ name, inputSchema: { type: "object" }, ...more });';
const dependencies = { "notes-lib": "1.0.0" };

const server = (name: string, version: string, more: object = {}): Package => ({
  manifest: { name, version, dependencies, bin: { "notes-server": "index.js" }, ...more },
  files: { "index.js": SERVER, "README.md": "notes" },
});

/** A package in git that npm would prepare with the program that the package itself calls git. */
const gitFolder = mkdtempSync(join(tmpdir(), "placard-git-"));
const trap = join(gitFolder, "trap");
gitRepository(trap, {
  "package.json": JSON.stringify({
    name: "trap",
    version: "1.0.0",
    scripts: { prepare: `touch ${gitFolder}/ran` },
    dependencies: { inner: `git+file://${gitFolder}/inner` },
  }),
  ".npmrc": "git=./git.sh\n",
  "git.sh": `#!/bin/sh\ntouch ${gitFolder}/ran\nexit 1\n`,
});
gitRepository(join(gitFolder, "inner"), { "package.json": '{"name":"inner","version":"1.0.0"}' });

function gitRepository(folder: string, files: Record<string, string>): void {
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o755 });
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=me", "-c", "user.email=me@example.com", ...args]);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
}

const packages: Package[] = [
  { manifest: { name: "notes-lib", version: "1.0.0", main: "index.js" }, files: { "index.js": LIB } },
  server("@me/notes", "1.0.0"),
  server("@me/notes", "1.1.0"),
  server("@me/notes", "2.0.0", { scripts: { install: "touch ran", postinstall: "touch ran" } }),
  server("string-bin", "1.0.0", { bin: "./index.js" }),
  server("two-bins", "1.0.0", { bin: { remove: "remove.js", "two-bins": "index.js" } }),
  server("which-bin", "1.0.0", { bin: { setup: "index.js", remove: "index.js" } }),
  server("outside-bin", "1.0.0", { bin: "../notes-lib/index.js" }),
  server("lost-bin", "1.0.0", { bin: "dist/index.js" }),
  server("no-bin", "1.0.0", { bin: undefined }),
  server("git-dependency", "1.0.0", { dependencies: { trap: `git+file://${trap}` } }),
  server("bad-dependency", "1.0.0", { dependencies: { "nobody-has-this": "1.0.0" } }),
];

/** These packages are ours: they may run where no sandbox can be had. */
const crawlTyped: typeof crawlAnywhere = (argument, options, sourceOptions) =>
  crawlAnywhere(argument, { ...options, unsafeNoSandbox: true }, sourceOptions);

let registry: Registry;
let home: string;
const saved = { ...process.env };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "placard-test-"));
  registry = await startRegistry(packages);
  process.env.npm_config_registry = registry.url;
  process.env.npm_config_userconfig = "/nonexistent/npmrc";
  process.env.MY_SECRET_TOKEN = "s3cret";
});

afterAll(async () => {
  registry.close();
  process.env = saved;
  await rm(home, { recursive: true, force: true });
  await rm(gitFolder, { recursive: true, force: true });
});

describe("a package", () => {
  test("is resolved, installed exactly, started and listed", async () => {
    const stages: string[] = [];
    const onStage = (stage: string, detail?: string) =>
      void stages.push(detail === undefined ? stage : `${stage} ${detail}`);
    const result = await crawlTyped("npm:@me/notes@^1.0.0", { home, onStage });
    expect(result.reason).toBeUndefined();
    expect(result).toMatchObject({
      server: "npm/@me/notes",
      source: "npm:@me/notes@^1.0.0",
      package: { registry: "npm", name: "@me/notes", version: "1.1.0" },
      launch: { command: ["notes-server"], environment: [] },
    });
    expect(names(result)).toEqual(["v1.1.0", "facts"]);
    expect(stages).toEqual([
      "resolving @me/notes@^1.0.0",
      "installing @me/notes@1.1.0",
      "starting",
      "listing",
    ]);
  });

  test("is reused, without asking the registry", async () => {
    const before = registry.requests.length;
    const stages: string[] = [];
    const result = await crawlTyped("npm:@me/notes@1.1.0", {
      home,
      onStage: (stage) => void stages.push(stage),
    });
    expect(names(result)).toEqual(["v1.1.0", "facts"]);
    expect(stages).toEqual(["starting", "listing"]);
    expect(registry.requests).toHaveLength(before);
  });

  test("half installed, is installed again", async () => {
    const folder = join(home, "cache", "npm", "@me+notes@1.1.0");
    await rm(join(folder, "placard.json"));
    await rm(join(folder, "node_modules", "notes-lib"), { recursive: true });
    expect(names(await crawlTyped("npm:@me/notes@1.1.0", { home }))).toEqual(["v1.1.0", "facts"]);
    expect(readdirSync(join(home, "cache", "npm")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("gets arguments and environment given with it, and nothing of ours", async () => {
    const result = await crawlTyped(
      "npm:@me/notes@1.1.0",
      { home },
      { arguments: ["--stdio"], environment: { NOTES: "1" } },
    );
    const facts = result.tools[1]?.["x-facts"] as Record<string, unknown>;
    expect(facts.args).toEqual(["--stdio"]);
    expect(facts.environment).toMatchObject({ NOTES: "1" });
    expect(JSON.stringify(facts)).not.toContain("s3cret");
    expect(facts.node).toBe(process.version);
    expect(result.launch).toMatchObject({ command: ["notes-server", "--stdio"], environment: ["NOTES"] });
    if (result.launch?.sandbox === "bubblewrap" || result.launch?.sandbox === "unshare") {
      expect(facts).toMatchObject({
        cwd: "/workspace",
        file: "/placard/package/node_modules/@me/notes/index.js",
      });
    }
  });

  test("does not run its scripts; without a version it is the latest", async () => {
    const result = await crawlTyped("npm:@me/notes", { home });
    expect(result.package?.version).toBe("2.0.0");
    expect(
      existsSync(join(home, "cache", "npm", "@me+notes@2.0.0", "node_modules", "@me", "notes", "ran")),
    ).toBe(false);
  });

  test.each(["string-bin", "two-bins"])("%s: the right program is found", async (name) => {
    const result = await crawlTyped(`npm:${name}@1.0.0`, { home });
    expect(result.reason).toBeUndefined();
    expect(result.launch?.command).toEqual([name]);
  });
});

describe("a package that can't be crawled is one sentence", () => {
  test.each([
    [
      "npm:nobody-has-this",
      'Looking up npm:nobody-has-this@latest: the registry has no package "nobody-has-this". Check the spelling; a scoped name begins with @scope/.',
    ],
    [
      "npm:@me/notes@9.9.9",
      "Installing npm:@me/notes@9.9.9: the registry has no version 9.9.9 of it. Leave the version out to get the newest.",
    ],
    [
      "npm:@me/notes@^9",
      "Looking up npm:@me/notes@^9: the registry has no version that fits. Leave the version out to get the newest.",
    ],
    [
      "npm:no-bin@1.0.0",
      'Starting npm:no-bin@1.0.0: the package has no program to run (no "bin" in its package.json), so it is no MCP server that can be started. Check the name.',
    ],
    [
      "npm:which-bin@1.0.0",
      "Starting npm:which-bin@1.0.0: the package has 2 programs (setup, remove) and none is named like it, so which is the server is a guess. Add it to crawler/launch.yaml, or start it with -- <command> <args>.",
    ],
    [
      "npm:outside-bin@1.0.0",
      "Starting npm:outside-bin@1.0.0: its program outside-bin lies outside the package (../notes-lib/index.js), so it is not run.",
    ],
    [
      "npm:lost-bin@1.0.0",
      "Starting npm:lost-bin@1.0.0: its program lost-bin is missing from the package (dist/index.js). Report it to the package's author.",
    ],
  ])("%s", async (source, sentence) => {
    const result = await crawlTyped(source, { home });
    expect(result).toMatchObject({ status: "failed", reason: sentence, tools: [] });
  });

  test("a dependency that nobody has", async () => {
    const { reason } = await crawlTyped("npm:bad-dependency@1.0.0", { home });
    expect(reason).toMatch(
      /^Installing npm:bad-dependency@1\.0\.0: it needs the package "nobody-has-this", which is not in the registry\./,
    );
  });

  test("a dependency from git, whose .npmrc names a program to run", async () => {
    const ran = join(gitFolder, "ran");
    const result = await crawlTyped("npm:git-dependency@1.0.0", { home });
    expect(existsSync(ran)).toBe(false);
    expect(result.status).toBe("failed");
    expect(result.reason).toMatch(/^Installing npm:git-dependency@1\.0\.0: /);
  });

  test("a registry that can't be reached", async () => {
    process.env.npm_config_registry = "http://127.0.0.1:9/";
    try {
      const { reason } = await crawlTyped("npm:@me/other", { home });
      expect(reason).toBe(
        "Looking up npm:@me/other@latest: the registry could not be reached (ECONNREFUSED). Check the network, proxy and registry settings of npm.",
      );
    } finally {
      process.env.npm_config_registry = registry.url;
    }
  });

  test("a data folder that can't be written to", async () => {
    const folder = temporaryHome();
    writeFileSync(join(folder, "cache"), "in the way");
    const { reason } = await crawlTyped("npm:@me/notes@1.1.0", { home: folder });
    expect(reason).toMatch(
      /^Installing npm:@me\/notes@1\.1\.0: .*cache.* Set PLACARD_HOME to a folder that this user may write to\.$/,
    );
  });
});

test("names and versions that npm would take for something else are refused", () => {
  for (const source of [
    "npm:",
    "npm:../x",
    "npm:--global",
    "npm:@me",
    "npm:a/b",
    "npm:x@file:/etc",
    "npm:x@https://e.com/x.tgz",
    "npm:x@-g",
    `npm:${"x".repeat(300)}`,
  ]) {
    const parsed = parseSource(source);
    expect(parsed, source).toMatchObject({ ok: false });
    if (!parsed.ok) expect(parsed.reason).toContain("Write npm:<name> or npm:<name>@<version>");
  }
});

test("an abort ends the installation", async () => {
  const folder = temporaryHome();
  const controller = new AbortController();
  const crawling = crawlTyped("npm:@me/notes@1.0.0", {
    home: folder,
    signal: controller.signal,
    onStage: (stage) => stage === "installing" && setTimeout(() => controller.abort(new Error("enough")), 50),
  });
  await expect(crawling).rejects.toThrow("enough");
  expect(readdirSync(join(folder, "cache", "npm"))).toEqual([]);
});

test("what a dead process left half installed goes away after an hour", async () => {
  const store = join(temporaryHome(), "cache", "npm");
  mkdirSync(join(store, ".new-old"), { recursive: true });
  utimesSync(join(store, ".new-old"), 0, 0);
  await crawlTyped("npm:@me/notes@1.0.0", { home: join(store, "..", "..") });
  expect(readdirSync(store)).toEqual(["@me+notes@1.0.0"]);
});
