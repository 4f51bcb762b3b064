import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placard } from "./_run.ts";

const BEDS = { name: "list_beds", description: "Lists the beds of the garden." };
const PAGE = {
  name: "fetch_page",
  description: "Fetches a page.",
  inputSchema: { type: "object", properties: { url: { type: "string" } } },
};
let folder: string;
const at = (name: string) => path.join(folder, name);
const definitions = (...tools: object[]) => writeFile(at("tools.json"), JSON.stringify(tools));
const policy = (...args: string[]) => placard(["policy", "--file", at("tools.json"), ...args]);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "placard-policy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("--config has the user's word, and --check says what has changed since --out", async () => {
  await definitions(BEDS, PAGE);
  await writeFile(
    at("placard.yaml"),
    "bounds: { urlHosts: [example.com] }\ntools:\n  file/tools/list_beds: { action: limit, max: 5, window: hour }\n",
  );
  const out = at("policy.json");
  expect((await policy("--config", at("placard.yaml"), "--out", out)).code).toBe(0);
  expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({
    tools: {
      fetch_page: { require: [{ conditions: [{ path: "args.url", op: "regex" }] }] },
      list_beds: { limits: [{ max: 5, window: "hour" }] },
    },
  });
  expect(await policy("--check", out)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing/) });

  await definitions({ ...BEDS, description: "Lists all beds." }, { ...PAGE, name: "fetch_file" });
  const changed = await policy("--check", out);
  expect(changed.code).toBe(1);
  expect(changed.stdout.trim().split(/\s+/)).toEqual([
    ...["changed", "file/tools", "list_beds"],
    ...["added", "file/tools", "fetch_file"],
    ...["removed", "file/tools", "fetch_page"],
  ]);
});

describe("what does not go is said, with exit code 2", () => {
  test.each<[string, string[], RegExp]>([
    ["a policy without digests", ["--check", "nowhere.json"], /nowhere\.json\.placard\.json/],
    ["a configuration that is not there", ["--config", "nowhere.yaml"], /nowhere\.yaml/],
    ["a configuration for another format", ["--config", "x", "--format", "codex"], /--format policy\.json/],
    ["a check of one tool", ["--check", "x", "--tool", "list_beds"], /whole servers/],
  ])("%s", async (_, args, words) => {
    await definitions(BEDS);
    const ran = await policy(...args);
    expect(ran.stderr).toMatch(words);
    expect(ran.code).toBe(2);
  });

  test.each([
    ["an unknown key", "bound: 1", /At the top: .*bound/],
    ["no YAML", "a: [", /as YAML/],
  ])("a configuration with %s", async (_, text, words) => {
    await definitions(BEDS);
    await writeFile(at("bad.yaml"), text);
    const ran = await policy("--config", at("bad.yaml"));
    expect(ran.stderr).toMatch(words);
    expect(ran.code).toBe(2);
  });
});
