import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "tsdown";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import manifest from "../../package.json" with { type: "json" };
import { parsePolicy } from "../../policy/index.ts";
import {
  foreignEnvironment,
  type Installed,
  importedPackages,
  installPackage,
  ROOT,
  type Run,
  runIn,
  write,
} from "./_package.ts";
import { SYSTEM_NODE } from "./_run.ts";

/** Every Node to try it on: an old one of the machine where there is one, and the one of the dependencies. */
const NODES = [...new Set([SYSTEM_NODE ?? process.execPath, process.execPath])];
const TOOLS = path.join(ROOT, "eval/own/tools.jsonl");

let installed: Installed;
let project: string;

beforeAll(() => {
  installed = installPackage();
  project = installed.folder;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `The package: ${installed.files.length} files, ${megabytes(installed.unpackedSize)}, packed ${megabytes(installed.size)}.`,
  );
}, 300_000);

afterAll(() => installed?.remove());

const placard = (node: string, args: string[]): Promise<Run> =>
  runIn(project, [node, "node_modules/placard/cli/placard.mjs", ...args]);

describe("what is packed", () => {
  test("is JavaScript with what it reads, the licence and the README, and no sources", () => {
    for (const file of [
      "LICENSE",
      "README.md",
      "cli/placard.mjs",
      "dist/classifier/index.d.ts",
      "dist/corrections.yaml",
      "dist/crawler/etc/passwd",
      "dist/crawler/starter.yaml",
      "dist/site/dist/inputs.sha256",
      "dist/site/dist/server/licenses.md",
    ])
      expect(installed.files).toContain(file);
    const migrations = execFileSync("git", ["ls-files", "db/migrations/*.sql"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    for (const file of migrations.trim().split("\n")) expect(installed.files).toContain(`dist/${file}`);
    expect(
      installed.files.filter((file) => /(?<!\.d)\.ts$|\.astro$|^(test|eval|bench)\//.test(file)),
    ).toEqual([]);
  });

  test("says nothing of the folder it was made in", async () => {
    const folder = path.join(project, "node_modules/placard");
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const texts = await Promise.all(
      files.map(async ({ parentPath, name }) => ({
        name,
        text: await readFile(path.join(parentPath, name), "utf8"),
      })),
    );
    expect(texts.filter(({ text }) => text.includes(ROOT)).map(({ name }) => name)).toEqual([]);
  });

  test("imports only what it depends on", async () => {
    const known = new Set(Object.keys(manifest.dependencies));
    const imported = await importedPackages(project);
    expect(imported.size).toBeGreaterThan(10);
    expect([...imported].filter((name) => !known.has(name))).toEqual([]);
  });
});

/** Prints a digest of all that the library says of some definitions. */
const PROGRAM = `
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { classify, parseDefinition } from "placard/classifier";
import { recommend } from "placard/policy";
import { EXPORT_FORMATS } from "placard/policy/export";

const hash = createHash("sha256");
const lines = readFileSync(process.argv[2], "utf8").trim().split("\\n");
for (const line of lines) {
  const parsed = parseDefinition(JSON.parse(line));
  const verdict = classify(parsed.definition);
  hash.update(JSON.stringify([verdict, recommend(parsed.definition, verdict)]));
}
console.log(JSON.stringify({ tools: lines.length, formats: EXPORT_FORMATS.length, digest: hash.digest("hex") }));
`;

describe("the library", () => {
  test.each(NODES)("says under %s what the sources say", async (node) => {
    const sources = PROGRAM.replaceAll(/"placard\/([\w/]+)"/g, `"${ROOT}/$1/index.ts"`);
    write(project, "sources.mjs", sources);
    write(project, "library.mjs", PROGRAM);
    const ofSources = await runIn(project, [process.execPath, "sources.mjs", TOOLS]);
    const ofLibrary = await runIn(project, [node, "library.mjs", TOOLS]);
    expect(ofLibrary).toEqual(ofSources);
    expect(ofLibrary).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^\{"tools":372,/),
    });
  });

  test.each(NODES)("runs its documentation's example under %s", async (node) => {
    const document = readFileSync(path.join(ROOT, "docs/library.md"), "utf8");
    write(project, "example.mjs", /```js\n([\s\S]*?)```/.exec(document)?.[1] ?? "");
    const { code, stdout, stderr } = await runIn(project, [node, "example.mjs"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [verdict, approval, policy = "", decision] = stdout.trim().split("\n");
    expect(verdict).toMatch(/^Execute high /);
    expect(approval).toBe("single");
    expect(parsePolicy(JSON.parse(policy))).toMatchObject({ ok: true });
    expect(decision).toBe("deny");
  });

  test("has types for a project that asks for all of them", async () => {
    write(
      project,
      "typed.ts",
      `import { classify, type ToolDefinition, type Verdict } from "placard/classifier";
import { type Policy, recommend } from "placard/policy";
import { EXPORT_FORMATS, type ExportFormat } from "placard/policy/export";
const definition: ToolDefinition = { name: "delete_file" };
const verdict: Verdict = classify(definition);
export const policy: Policy = recommend(definition, verdict, { preset: "strict" }).policy;
export const format: ExportFormat | undefined = EXPORT_FORMATS[0];
// @ts-expect-error a verdict has no such field
export const missing = verdict.colour;
// @ts-expect-error there is no such preset
recommend(definition, verdict, { preset: "lenient" });
`,
    );
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "dom"],
      types: [],
      strict: true,
      noEmit: true,
    };
    write(project, "tsconfig.json", JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    expect(await runIn(project, [process.execPath, tsc, "-p", "."])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("is bundled for a browser without Node's own modules, and only as much of it as is used", async () => {
    const used = await bundle('import { RISKS } from "placard/classifier";\nconsole.log(RISKS.join());');
    expect(used.length).toBeLessThan(500);
    const text = await bundle(
      'import { classify } from "placard/classifier";\nconsole.log(classify({ name: "delete_file" }).category);',
    );
    expect(text.includes("ZodError")).toBe(false);
    write(project, "bundled.mjs", text);
    const ran = await runIn(project, [NODES[0] ?? "", "bundled.mjs"]);
    expect(ran).toEqual({ code: 0, stdout: "Destructive\n", stderr: "" });
  });
});

/** What a bundler makes of a browser's script in the project. */
async function bundle(script: string): Promise<string> {
  write(project, "entry.mjs", script);
  const [bundled] = await build({
    config: false,
    cwd: project,
    entry: "entry.mjs",
    platform: "browser",
    target: "es2022",
    deps: { alwaysBundle: [/./], onlyBundle: false },
    minify: true,
    dts: false,
    write: false,
    logLevel: "error",
    tsconfig: false,
  });
  const [chunk, ...others] = bundled?.chunks ?? [];
  expect(others).toEqual([]);
  if (chunk?.type !== "chunk") throw new Error("Bundling made no script.");
  expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
  return chunk.code;
}

describe.each(NODES)("the command, started by %s", (node) => {
  test("says its version and how it is used", async () => {
    expect(await placard(node, ["--version"])).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
    expect(await placard(node, ["--help"])).toMatchObject({ code: 0, stdout: /Usage: placard/ });
  });

  test("classifies a file", async () => {
    write(project, "tools.json", '[{"name":"delete_file","description":"Deletes a file."}]');
    const ran = await placard(node, ["classify", "tools.json", "--format", "ndjson", "--fail-on", "high"]);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({ name: "delete_file", category: "Destructive" });
  });
});

test("npx finds the command, which crawls, serves the pages and builds them as files", async () => {
  write(project, "notes.json", '[{"name":"read_note","description":"Reads a note."}]');
  const version = await runIn(project, ["npx", "--no-install", "placard", "--version"]);
  expect(version).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });

  const node = NODES[0] ?? "";
  expect(await placard(node, ["crawl", "file:notes.json"])).toMatchObject({ code: 0 });
  const url = await serve(node);
  const page = await fetch(`${url}/tools/file/notes/read_note`);
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain("Reads a note.");
  for (const name of [/"(\/_astro\/[^"]+\.css)"/, /content="[^"]*(\/images\/[^"]+\.png)"/]) {
    const asset = await fetch(url + (name.exec(html)?.[1] ?? "/absent"));
    expect(asset.status, asset.url).toBe(200);
  }
  const listed = z.object({ items: z.array(z.object({ name: z.string() })) });
  const answer = await fetch(`${url}/api/v1/tools`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(listed.parse(await answer.json()).items).toEqual([{ name: "read_note" }]);

  const hello = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  const asked = await runIn(
    project,
    [node, "node_modules/placard/cli/placard.mjs", "mcp"],
    [
      { jsonrpc: "2.0", id: 1, method: "initialize", params: hello },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, method: "tools/list" },
    ],
  );
  expect(asked.stdout).toContain('"name":"search_tools"');

  const built = await placard(node, ["build", "--out", "static"]);
  expect(built.code, built.stderr).toBe(0);
  const file = path.join(project, "static/tools/file/notes/read_note/index.html");
  expect(readFileSync(file, "utf8")).toContain("Reads a note.");
}, 120_000);

/** Starts `placard serve` in the project, and stops it with Ctrl-C when the test ends. */
async function serve(node: string): Promise<string> {
  const child = spawn(node, ["node_modules/placard/cli/placard.mjs", "serve", "--port", "0"], {
    cwd: project,
    env: foreignEnvironment(project),
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    const ended = once(child, "close");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });
  for await (const text of child.stdout) {
    const url = /Placard is at (http:\S+)/.exec(String(text))?.[1];
    if (url) return url;
  }
  throw new Error("placard serve ended before it served.");
}
