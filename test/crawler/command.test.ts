import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandSource, crawl } from "../../crawler/index.ts";
import { crawlServerNamed, processesWith, serverPath, temporaryHome } from "./_crawl.ts";

async function crawlCommand(command: string[], options = {}) {
  const parsed = commandSource(command, options);
  if (!parsed.ok) throw new Error(parsed.reason);
  for await (const result of crawl(parsed.source, { home: temporaryHome() })) return result;
  throw new Error("no result");
}

describe("names", () => {
  test.each([
    [["node", "dist/mail-server.js", "--stdio"], undefined, "local/mail-server"],
    [["/opt/tools/notes"], undefined, "local/notes"],
    [["node", "x.js"], "My notes/1", "local/My-notes-1"],
    [["python3", "-m", "thing"], undefined, "local/thing"],
    [["node", serverPath("good")], "..", "local/server"],
  ])("%j named %s is %s", async (command, name, id) => {
    const parsed = commandSource(command, name === undefined ? {} : { name });
    if (!parsed.ok) throw new Error(parsed.reason);
    const context = { home: "" } as never;
    for await (const { server } of parsed.source.list(context)) expect(server).toBe(id);
  });
});

test("an empty command is a sentence", () => {
  expect(commandSource([])).toEqual({
    ok: false,
    reason:
      'Reading the source "--": no command follows it. Write -- <command> <args>, such as -- node server.js.',
  });
});

test("a program that isn't there is a sentence", async () => {
  const result = await crawlCommand(["placard-no-such-program"]);
  expect(result.reason).toBe(
    'Starting placard-no-such-program: "placard-no-such-program" was not found. Check its name, or give its whole path.',
  );
});

test("secrets in a command line are neither stored nor shown", async () => {
  const result = await crawlCommand(
    [
      process.execPath,
      serverPath("good"),
      "--api-key",
      "s3cret",
      "--token=s3cret",
      "https://me:s3cret@example.com/",
    ],
    { environment: { NOTES_TOKEN: "s3cret" } },
  );
  expect(result.status).toBe("ok");
  expect(JSON.stringify(result)).not.toContain("s3cret");
  expect(result.launch).toMatchObject({ environment: ["NOTES_TOKEN"] });
});

test("a value that was given to a server is not stored when the server prints it and fails", async () => {
  const result = await crawlCommand(
    [process.execPath, "-e", "console.log('no ' + process.env.GIVEN); throw new Error(process.env.GIVEN)"],
    { environment: { GIVEN: "s3cret-value" } },
  );
  expect(result.reason).toContain('its last words: "Error: ***"');
  expect(JSON.stringify(result)).not.toContain("s3cret-value");
});

test("a relative path and modules of the project are found from the working folder", async () => {
  const project = temporaryHome();
  mkdirSync(join(project, "node_modules", "list-of-mine"), { recursive: true });
  mkdirSync(join(project, "src"));
  writeFileSync(join(project, "package.json"), '{"name":"@me/notes-server","type":"module"}');
  writeFileSync(
    join(project, "node_modules", "list-of-mine", "index.js"),
    'exports.toolName = "from_module";',
  );
  writeFileSync(
    join(project, "src", "index.js"),
    `import { toolName } from "list-of-mine";
     import { createInterface } from "node:readline";
     const results = {
       initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "n", version: "1" } },
       "tools/list": { tools: [{ name: toolName, inputSchema: { type: "object" } }] },
     };
     createInterface({ input: process.stdin }).on("line", (line) => {
       const { id, method } = JSON.parse(line);
       if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] }));
     });`,
  );
  symlinkSync(process.execPath, join(project, "my-node"));
  const before = process.cwd();
  try {
    process.chdir(project);
    const result = await crawlCommand(["./my-node", "src/index.js"]);
    expect(result.reason).toBeUndefined();
    expect(result).toMatchObject({ server: "local/my-node", protocolVersion: "2025-06-18" });
    expect(result.tools.map(({ name }) => name)).toEqual(["from_module"]);
    expect((await crawlCommand([process.execPath, "src/index.js"])).server).toBe("local/notes-server");
  } finally {
    process.chdir(before);
  }
});

test("an abort ends the server and then throws the reason", async () => {
  const mark = `abort-${crypto.randomUUID()}`;
  const controller = new AbortController();
  const reason = new Error("enough");
  const crawling = crawlServerNamed("hang", [mark], {
    signal: controller.signal,
    onStage: () => setTimeout(() => controller.abort(reason), 100),
  });
  await expect(crawling).rejects.toBe(reason);
  expect(processesWith(mark)).toEqual([]);
});
