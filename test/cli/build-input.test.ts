import { execFile } from "node:child_process";
import { appendFile, chmod, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readJournal } from "../../cli/_build-journal.ts";
import { filesOf, openCatalog, temporaryFolder } from "./_built.ts";
import { placard } from "./_run.ts";

const TOOL = { name: "read_note", description: "Reads a note.", inputSchema: { type: "object" } };
const JOURNAL = ".placard-build.jsonl";

test("what cannot be built is one sentence and the right exit code", { timeout: 300_000 }, async () => {
  const catalog = await openCatalog();
  const folder = await temporaryFolder();
  const file = path.join(folder, "a-file");
  const others = path.join(folder, "others");
  await writeFile(file, "mine\n");
  await mkdir(others);
  await writeFile(path.join(others, "thesis.txt"), "mine\n");
  const cases: [string[], number, string][] = [
    [[], 2, "required option '--out <folder>' not specified"],
    [["--out", ""], 2, "it names no folder"],
    [["--out", file], 3, "it is a file, not a folder"],
    [["--out", path.join(file, "under")], 3, "a file stands where a folder is needed"],
    [["--out", others], 2, "it holds files that no build of Placard wrote"],
    [["--out", path.join(folder, "n".repeat(300))], 3, "its path is too long"],
    [["--out", path.join(folder, "new"), "--base", "/../x"], 2, 'Reading the base "/../x"'],
    [["--out", path.join(folder, "new"), "--base", "/a b"], 2, 'Reading the base "/a b"'],
    [["--out", path.join(folder, "new"), "--url", "catalog"], 2, 'Reading the address "catalog"'],
    [["--out", path.join(folder, "new"), "--url", "ftp://x.example"], 2, "it is not an http or https URL"],
    [["--out", path.join(folder, "new")], 3, "the catalog is empty. Crawl a server first"],
  ];
  for (const [args, code, sentence] of cases) {
    const ran = await catalog.build(...args);
    expect(ran.stderr, args.join(" ")).toContain(sentence);
    expect(ran.code, sentence).toBe(code);
    expect(ran.stdout).toBe("");
    expect(ran.stderr, sentence).not.toMatch(/\n\s+at /);
  }
  expect(await readdir(others)).toEqual(["thesis.txt"]);
  const nothing = await placard(["build", "--out", path.join(folder, "new")], {
    env: { DATABASE_URL: "postgres://me:secret@127.0.0.1:1/x" },
  });
  expect(nothing).toMatchObject({ code: 3, stdout: "" });
  expect(nothing.stderr).toContain("nothing answers there");
});

test("a build that was broken off, and a folder that somebody tidied, are mended", {
  timeout: 300_000,
}, async () => {
  const catalog = await openCatalog();
  const folder = path.join(await temporaryFolder(), "out");
  await catalog.store("local/one", [TOOL]);
  await catalog.store("local/two", [TOOL]);
  expect(await catalog.build("--out", folder)).toMatchObject({ code: 0 });
  const whole = await filesOf(folder);

  // As a build leaves it that was killed: a half file, a unit that was begun, half a line.
  const half = "tools/local/one/read_note/index.html~tmp";
  await writeFile(path.join(folder, half), "<html");
  await writeFile(path.join(folder, "tools/local/two/stale.txt"), "of a tool that is gone");
  const begun = { unit: "server local/two", files: ["tools/local/two/stale.txt"] };
  await appendFile(path.join(folder, JOURNAL), `\n${JSON.stringify(begun)}\n{"unit":"server local/on`);
  await rm(path.join(folder, "servers/local/one/index.html"));
  expect(await catalog.build("--out", folder)).toMatchObject({ code: 0 });
  const mended = await filesOf(folder);
  expect([...mended.keys()]).toEqual([...whole.keys()]);
  for (const [file, text] of whole) if (file !== JOURNAL) expect(mended.get(file) === text, file).toBe(true);
});

test("a full disk is said, and what is there stays", { timeout: 300_000 }, async () => {
  const catalog = await openCatalog();
  const folder = path.join(await temporaryFolder(), "out");
  await catalog.store("local/one", [TOOL]);
  // Every write to it fails as on a full disk.
  await mkdir(path.join(folder, "search"), { recursive: true });
  await writeFile(path.join(folder, JOURNAL), `${JSON.stringify({ placard: 1, made: "before" })}\n`);
  await symlink("/dev/full", path.join(folder, "search/index.json~tmp"));
  const full = await catalog.build("--out", folder);
  expect(full.stderr).toContain("the disk is full. Make room and build again: it goes on where it stopped.");
  expect(full.code).toBe(3);
  await rm(path.join(folder, "search/index.json~tmp"));
  const again = await catalog.build("--out", folder);
  expect(again.stdout).toContain("of which 0 had changed");
  expect(again.code).toBe(0);
});

test("a file that grows over the limit for files is said", { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder();
  const code = `import { writeFiles } from "./cli/_build-output.ts";
    writeFiles(${JSON.stringify(folder)}, [{ file: "a.txt", body: "x".repeat(9_000) }], new Set());`;
  const limited = ["-c", 'ulimit -f 1; exec "$0" --input-type=module -e "$1"', process.execPath, code];
  const ended = promisify(execFile)("sh", limited, { cwd: path.join(import.meta.dirname, "../..") });
  await expect(ended).rejects.toThrow(
    "(ulimit -f). Raise that and build again: it goes on where it stopped.",
  );
  expect(await readdir(folder)).toEqual(["a.txt~tmp"]);
});

test("a journal names no file outside of its folder", async () => {
  const folder = await temporaryFolder();
  const journal = path.join(folder, JOURNAL);
  const lines = [
    { placard: 1, made: "x" },
    { unit: "a", files: ["../outside"] },
    { unit: "b", files: ["/etc/passwd"] },
    { unit: "c", files: ["a/./b"] },
    { unit: "d", files: ["inside/index.html"] },
    { unit: "e", files: ["a\\..\\b"] },
  ];
  await writeFile(journal, lines.map((line) => JSON.stringify(line)).join("\n"));
  await chmod(journal, 0o600);
  expect([...(readJournal(journal)?.units.keys() ?? [])]).toEqual(["d"]);
});
