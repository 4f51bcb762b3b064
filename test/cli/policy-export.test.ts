import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, onTestFinished, test } from "vitest";
import { EXPORT_FORMATS } from "../../policy/export/index.ts";
import { createTestDatabase } from "../database.ts";
import { placard } from "./_run.ts";

const GARDEN = ["policy", "--file", "test/cli/fixtures/garden.json"];
const HOSTILE = ["policy", "--file", "test/cli/fixtures/hostile.json"];

describe("placard policy --format", () => {
  test("writes to a file, under the alias, and tells losses on stderr", async () => {
    const folder = mkdtempSync(join(tmpdir(), "placard-out-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "placard.config.toml");
    const ran = await placard([...GARDEN, "--format", "codex", "--alias", "file/garden=beds", "--out", file]);
    expect(ran).toMatchObject({ code: 0, stdout: "" });
    expect(ran.stderr).toContain("rate limits: every call is asked about.");
    expect(parse(readFileSync(file, "utf8"))).toHaveProperty("mcp_servers.beds.enabled_tools");
  });

  test.each(EXPORT_FORMATS.map(({ id }) => id))(
    "%s puts nothing on a terminal that acts there",
    async (id) => {
      const { code, stdout, stderr } = await placard([...HOSTILE, "--format", id]);
      expect(code).toBe(0);
      expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
    },
  );

  test.each([
    [["--format", "codex", "--alias", "file/gardn=beds"], "which is not one of file/garden"],
    [["--format", "codex", "--alias", "beds"], "--alias takes <server id>=<name>"],
    [["--format", "codex", "--alias", "file/garden=a b"], "Give it another name"],
    [["--format", "codex", "--compact"], "codex has one form"],
    [["--alias", "file/garden=beds"], "policy.json does not"],
    [["--format", "yaml"], "Allowed choices are"],
  ])("%j is wrong usage", async (args, words) => {
    const ran = await placard([...GARDEN, ...args]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
  });

  test("--out - is standard output, and leaves no files", async () => {
    const ran = await placard([...GARDEN, "--out", "-"]);
    const left = ["-", "-.placard.json"].filter((name) => existsSync(name));
    for (const name of left) rmSync(name);
    expect(left).toEqual([]);
    expect(ran).toEqual(await placard(GARDEN));
    expect(ran.stdout).not.toBe("");
  });

  test("--explain says that its reasons are those of policy.json", async () => {
    const words = "The rules in policy.json, before what Codex config.toml cannot say of them:\n/default\n";
    expect((await placard([...GARDEN, "--explain", "--format", "codex"])).stderr).toContain(words);
    expect((await placard([...GARDEN, "--explain"])).stderr).not.toContain("cannot say");
  });

  test("a file that cannot be written is a failure that says so", async () => {
    const ran = await placard([...GARDEN, "--format", "cursor", "--out", "/nowhere/permissions.json"]);
    expect(ran).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("writing /nowhere/permissions.json"),
    });
  });

  test("--list-formats names each format and how it was tried", async () => {
    const { code, stdout } = await placard(["policy", "--list-formats"]);
    expect(code).toBe(0);
    for (const { id, title } of EXPORT_FORMATS) expect(stdout).toContain(`${id}  ${title}\n`);
  });
});

test("a tool of several servers must be on each, or the one without it is named", {
  timeout: 60_000,
}, async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = { DATABASE_URL: url };
  for (const name of ["garden", "hostile"]) {
    expect((await placard(["crawl", `file:test/cli/fixtures/${name}.json`], { env })).code).toBe(0);
  }
  const of = (...servers: string[]) =>
    placard(["policy", ...servers, "--tool", "list_beds", "--compact"], { env });
  const one = await of("file/garden");
  expect(one.code).toBe(0);
  expect(await of("file/garden", "file/hostile")).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining('file/hostile has no tool "list_beds".'),
  });
});
