import { expect, test } from "vitest";
import { EXPORT_FORMATS, prepareServer } from "../../../policy/export/index.ts";
import { parseOverrides } from "../../../policy/index.ts";
import { toolOf } from "../_verdict.ts";

function prepared(server: string, data: unknown) {
  const overrides = parseOverrides(data);
  if (!overrides.ok) throw new Error(overrides.problems.join("\n"));
  const tools = [toolOf("run"), toolOf("__proto__"), toolOf("look", { category: "Read", risk: "low" })];
  return prepareServer(server, "alias", tools, { overrides: overrides.value });
}

const accessesOf = (...given: Parameters<typeof prepared>) =>
  Object.fromEntries(prepared(...given).tools.map(({ name, access }) => [name, access]));

test("a tool that the configuration names with its server is told so, and only on that server", () => {
  const data = { tools: { "npm/a/run": { action: "deny" }, run: { action: "allow" } } };
  expect(accessesOf("npm/a", data)).toMatchObject({ run: "deny", look: "allow" });
  expect(accessesOf("npm/b", data)).toMatchObject({ run: "allow", look: "allow" });
});

test("the configuration reaches every export", () => {
  const data = JSON.parse('{"tools":{"npm/a/run":{"action":"deny"},"__proto__":{"action":"deny"}}}');
  const server = prepared("npm/a", data);
  for (const format of EXPORT_FORMATS) {
    const outcomes = new Map(server.tools.map((tool) => [tool.name, format.outcome(tool)]));
    // Cursor cannot deny: it asks.
    const denied = format.id === "cursor" ? "ask" : "deny";
    expect([outcomes.get("run"), outcomes.get("__proto__")], format.id).toEqual([denied, denied]);
    expect(format.write([server]), format.id).toMatchObject({ ok: true });
  }
});
