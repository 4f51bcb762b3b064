import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryHome } from "../_crawl.ts";
import { crawlAll } from "./_sources.ts";

test("a tools.json of Docker's registry has its arguments read as a schema", async () => {
  const path = join(temporaryHome(), "tools.json");
  const text = JSON.stringify([
    {
      name: "write_note",
      description: "Writes a note",
      arguments: [
        { name: "path", type: "string", desc: "Where to" },
        { name: "tags", type: "array", items: { type: "string" }, desc: "Words", optional: true },
      ],
    },
    { name: "clear", description: "Clears all notes", arguments: [] },
    { name: "odd", arguments: ["path"] },
  ]);
  writeFileSync(path, text);
  const [result] = await crawlAll(`file:${path}`);
  expect(result).toMatchObject({ server: "file/tools", status: "ok", raw: [text], problems: [] });
  expect(result?.tools).toEqual([
    {
      name: "write_note",
      description: "Writes a note",
      inputSchema: {
        type: "object",
        properties: {
          path: { type: "string", description: "Where to" },
          tags: { type: "array", items: { type: "string" }, description: "Words" },
        },
        required: ["path"],
      },
    },
    {
      name: "clear",
      description: "Clears all notes",
      inputSchema: { type: "object", properties: {}, required: [] },
    },
    { name: "odd", arguments: ["path"] },
  ]);
});
