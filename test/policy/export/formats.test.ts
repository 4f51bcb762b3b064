import { describe, expect, test } from "vitest";
import { EXPORT_FORMATS, type ExportFormat } from "../../../policy/export/index.ts";
import { exportServers } from "./_corpus.ts";
import { exportServer, exportTool, hostileServers } from "./_prepared.ts";

/** What holds for each format of a client or gateway that names tools one by one. */

const IDS = ["policy.json", "claude-code", "codex", "gemini-cli", "cursor", "docker-mcp"];
const formats = EXPORT_FORMATS.filter(({ id }) => IDS.includes(id)).map((format): [string, ExportFormat] => [
  format.id,
  format,
]);
const hostile = hostileServers(500, 1);

test("all of them are there", () => {
  expect(formats.map(([id]) => id).sort()).toEqual(IDS.toSorted());
});

describe.each(formats)("%s", (id, format) => {
  test("gives the same document for the same servers", () => {
    const [first, second] = [format.write(hostileServers(500, 1)), format.write(hostileServers(500, 1))];
    expect(first).toEqual(second);
    expect(first.ok).toBe(true);
  });

  test("writes nothing that acts on a terminal or hides, whatever the names", () => {
    const written = format.write(hostile);
    expect(written.ok && written.text).not.toMatch(
      /(?!\n|\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u,
    );
  });

  test("tells of each tool what it cannot say of it, and of no other", () => {
    const written = format.write(hostile);
    if (!written.ok) throw new Error(written.problem);
    const told = new Set(written.losses.flatMap(({ tools }) => tools));
    const all = new Set<string>();
    for (const { alias, tools } of hostile) {
      for (const tool of tools) {
        const key = `${alias}/${tool.name}`;
        all.add(key);
        const outcome = format.outcome(tool);
        const isLoose = (tool.access === "deny" || tool.access === "hide") && outcome !== "deny";
        const isCoarse = tool.access === "limit" || (tool.access === "check" && id !== "docker-mcp");
        if (id !== "policy.json" && (isLoose || isCoarse)) expect(told, key).toContain(key);
      }
    }
    expect([...told].filter((key) => !all.has(key))).toEqual([]);
    for (const { what, instead, tools } of written.losses) {
      expect(what).not.toBe("");
      expect(instead).toMatch(/\.$/);
      expect(tools).toEqual(tools.toSorted());
    }
  });

  test("takes every server we have, at once", () => {
    expect(format.write(exportServers("recommended"))).toMatchObject({ ok: true });
  });

  test("takes a server without tools", () => {
    expect(format.write([exportServer("empty", [])])).toMatchObject({ ok: true });
  });
});

describe.each(formats.filter(([id]) => id !== "policy.json"))("%s", (_id, format) => {
  test("refuses an empty name of a server, and one name for two", () => {
    const tools = [exportTool("look", "allow")];
    const empty = format.write([exportServer("", tools, "npm/empty")]);
    expect(empty).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/ as alias npm\/empty=<name>\.$/),
    });
    const twice = format.write([
      exportServer("shop", tools, "npm/one"),
      exportServer("shop", tools, "npm/two"),
    ]);
    expect(twice).toMatchObject({
      ok: false,
      problem: expect.stringContaining("stands for npm/one already"),
    });
  });
});
