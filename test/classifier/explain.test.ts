import { describe, expect, test } from "vitest";
import { type Category, classify, type ToolDefinition } from "../../classifier/index.ts";

/** What a verdict says in words: that it contradicts neither the definition nor itself. */

function tool(name: string, description: string, properties: Record<string, unknown> = {}): ToolDefinition {
  return { name, description, inputSchema: { type: "object", properties } };
}

function reasonAgainst(definition: ToolDefinition, category: Category): string | undefined {
  return classify(definition).notBecause.find((reason) => reason.category === category)?.why;
}

describe("the words that a verdict names", () => {
  const option = { delete: { type: "boolean", description: "Delete the session after reading" } };

  test("leave out those that only look something up, where an option decides", () => {
    const verdict = classify(tool("get_session", "Get or delete a session.", option));
    expect(verdict.category).toBe("Destructive");
    expect(verdict.because).toContain("because the schema says “delete”");
    expect(verdict.because).not.toMatch(/“get”/i);
  });

  test("are still named where the tool only reads", () => {
    expect(classify(tool("get_session", "Gets a session.")).because).toContain("the name says “get”");
  });

  test("say of an offered value that an argument can be it", () => {
    const mode = { mode: { type: "string", enum: ["get", "delete"] } };
    expect(classify(tool("get_records", "Get records", mode)).because).toContain(
      "because an argument can be “delete”",
    );
  });

  test("take an argument named “title” for a part of the schema", () => {
    const verdict = classify(tool("thing", "", { title: { type: "string", enum: ["delete_all", "list"] } }));
    expect(verdict.because).not.toContain("the title says");
  });
});

describe("why not another category", () => {
  test.each([
    ["does not delete", "Lists files. It does not delete them.", "Destructive"],
    ["is not deleted", "Updates a page. The old page is not deleted.", "Destructive"],
    ["without deleting", "Lists files without deleting them.", "Destructive"],
  ] as const)("quotes what the definition denies: %s", (quote, description, category) => {
    expect(reasonAgainst(tool("list_files", description), category)).toBe(`the description says “${quote}”`);
  });

  test.each([
    ["Lists files. Use it when the criteria are not clear.", "Destructive"],
    ["Lists files. A failed read won't stop the run.", "Execute"],
    ["Lists jobs. Try again if the job cannot finish.", "Write"],
    ["Lists pages. 404: the page was not found or not shared.", "Write"],
    ["Lists pages. A good answer does not by itself confirm the order.", "Write"],
  ] as const)("quotes no other negation: %s", (description, category) => {
    const { evidence } = classify(tool("list_files", description));
    expect(evidence.some((piece) => piece.opposes === category)).toBe(true);
    expect(reasonAgainst(tool("list_files", description), category) ?? "").not.toContain(
      "the description says",
    );
  });

  test("says of reading that nothing is changed, and of more that it is more", () => {
    expect(reasonAgainst(tool("list_files", "Lists files."), "Write")).toBe(
      "nothing in the definition says that it creates or changes anything",
    );
    expect(reasonAgainst(tool("create_page", "Creates a page."), "Read")).toBe(
      "it does more than look something up: it creates or changes something that can be changed back",
    );
  });

  test("does not claim that a tool which runs anything deletes nothing", () => {
    const sql = tool("run_sql", "Executes a SQL statement.", { sql: { type: "string" } });
    expect(classify(sql).category).toBe("Execute");
    expect(reasonAgainst(sql, "Destructive")).toContain("may delete as well");
  });
});
