import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { HOME, placard, SYSTEM_NODE } from "./_run.ts";

test("a recent Node runs the sources itself", async () => {
  expect(await placard(["--version"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

/** Only where the machine has an old Node; CI runs on one. */
describe.runIf(SYSTEM_NODE)("started by an old Node", () => {
  test("it hands over to the Node of the dependencies, with arguments, input, output and exit code", async () => {
    const args = ["classify", "-", "--format", "ndjson", "--fail-on", "low"];
    const ran = await placard(args, {
      node: SYSTEM_NODE,
      stdin: '{"name":"delete all","description":"Deletes all."}',
    });
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({ name: "delete all" });
  });

  test("without that Node it says what to do", async () => {
    const folder = path.join(HOME, "elsewhere", "cli");
    mkdirSync(folder, { recursive: true });
    const launcher = path.join(folder, "placard.mjs");
    copyFileSync("cli/placard.mjs", launcher);
    const ran = await placard(["--version"], { node: SYSTEM_NODE, launcher });
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(
      /^placard: this is Node \d+\.\d+\.\d+, and the command needs Node 22\.18 .* Run npm ci .*\n$/,
    );
  });
});
