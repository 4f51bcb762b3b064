import { expect, test } from "vitest";
import { attacksOf, classify, MODEL_RULE, type ToolDefinition } from "../../classifier/index.ts";

/** How the reasons of attack patterns read. */

const text = { type: "string" };

function tool(name: string, description: string, properties: Record<string, unknown>): ToolDefinition {
  return { name, description, inputSchema: { type: "object", properties } };
}

function reason(definition: ToolDefinition, pattern: string): string | undefined {
  return attacksOf(definition, classify(definition)).find((match) => match.pattern === pattern)?.because;
}

test("words that are quoted already are not quoted again as what backs them", () => {
  const send = tool("queue_send_message", "Sends a message to a queue.", { message: text });
  expect(reason(send, "stored-prompt-injection")).toBe(
    "What stands in “message” is read by others and their agents.",
  );
  const comment = tool("add_issue_comment", "Adds a comment to an issue.", { body: text });
  expect(reason(comment, "stored-prompt-injection")).toBe(
    "What stands in “body” is read by others and their agents: “issue”.",
  );
});

test("words of the trained model back nothing: nobody would see why", () => {
  const list = tool("list_contacts", "Lists contacts.", { limit: { type: "integer" } });
  const verdict = classify(list);
  const guessed = {
    ...verdict,
    evidence: verdict.evidence.map((piece) => ({
      ...piece,
      rule: MODEL_RULE,
      facet: "private-data" as const,
    })),
  };
  const because = (of: typeof verdict) =>
    attacksOf(list, of).find(({ pattern }) => pattern === "over-sharing")?.because;
  expect(because(verdict)).toContain("come back: “");
  expect(because(guessed)).toBe("The caller chooses in “limit” how many records of private data come back.");
});

test("a schedule's expression is not taken for code", () => {
  const cron = tool("create_cron_trigger", "Creates a cron trigger for a script.", { cronExpression: text });
  expect(reason(cron, "command-injection")).toBeUndefined();
  const run = tool("evaluate", "Evaluates a JavaScript expression.", { expression: text });
  expect(reason(run, "command-injection")).toContain("What stands in “expression” is run");
});

test("a statement is quoted with its whole name", () => {
  const query = tool("d1_query", "Executes a SQL query against a database.", { query: text });
  expect(reason(query, "sql-injection")).toBe(
    "Its description says “SQL query”, and any text fits into “query”.",
  );
});
