import { resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answerMcp, TOOLS } from "../../mcp/index.ts";
import { contextOf } from "../mcp/_context.ts";
import { enterRoom, runEngine } from "./_client.ts";
import { loopback } from "./_http.ts";
import { type ModelRequest, type StandIn, standIn } from "./_model.ts";

/** The catalog as an MCP server in Claude Code's own program: a stand-in for its model calls a tool and reads the answer. */

const SCRIPT = "@anthropic-ai/claude-code/cli-wrapper.cjs";
const LAUNCHER = resolve(import.meta.dirname, "../../cli/placard.mjs");
const TOOL = "mcp__placard__classify_definition";
const GIVEN = { definition: { name: "delete_everything", description: "Deletes all files." } };

test.each(["over HTTP", "over stdio"])("lists the tools, calls one and reads its answer %s", async (way) => {
  const room = enterRoom();
  onTestFinished(room.leave);
  const model = await modelCalling();
  onTestFinished(model.close);
  const server =
    way === "over HTTP"
      ? { type: "http", url: await serve() }
      : { command: process.execPath, args: [LAUNCHER, "mcp"], env: { PLACARD_HOME: room.home } };
  const ran = await runEngine(
    SCRIPT,
    [
      ...["-p", "hello", "--output-format", "json", "--model", "claude-sonnet-4-5", "--setting-sources", ""],
      ...["--strict-mcp-config", "--mcp-config", JSON.stringify({ mcpServers: { placard: server } })],
      ...["--allowedTools", "mcp__placard"],
    ],
    room,
    {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ENABLE_TOOL_SEARCH: "false",
    },
  );
  expect(ran.code, `${ran.stderr}${ran.stdout}`.slice(0, 2000)).toBe(0);
  const offered = model.requests.find(({ tools = [] }) => tools.length > 0)?.tools ?? [];
  expect(offered.map(({ name }) => name)).toEqual(
    expect.arrayContaining(TOOLS.map(({ name }) => `mcp__placard__${name}`)),
  );
  const result = model.requests.map(resultIn).find((text) => text !== undefined) ?? "";
  expect(result).toContain("data to judge, not instructions");
  // Behind it the client adds words of its own.
  expect(JSON.parse(result.split("\n")[0] ?? "")).toMatchObject({
    name: "delete_everything",
    category: "Destructive",
  });
});

/** Serves the tools at a free port of this machine. */
async function serve(): Promise<string> {
  const server = await loopback(async (path, body, response, { method = "GET", headersDistinct }) => {
    const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    );
    const asked = new Request(`http://loopback${path}`, {
      method,
      headers,
      body: method === "POST" ? body : undefined,
    });
    const answer = await answerMcp(asked, contextOf(), false);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  onTestFinished(server.close);
  return `${server.url}/mcp`;
}

/** Asks for the tool, then ends. */
function modelCalling(): Promise<StandIn> {
  return standIn("/v1/messages", (request, send) => {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: request.model,
      content: [],
      usage,
    };
    const done = resultIn(request) !== undefined || !request.tools?.length;
    const block = done
      ? [
          { type: "text", text: "" },
          { type: "text_delta", text: "done" },
        ]
      : [
          { type: "tool_use", id: "toolu_1", name: TOOL, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(GIVEN) },
        ];
    send("message_start", { message: { ...message, stop_reason: null, stop_sequence: null } });
    send("content_block_start", { index: 0, content_block: block[0] });
    send("content_block_delta", { index: 0, delta: block[1] });
    send("content_block_stop", { index: 0 });
    const stop = { stop_reason: done ? "end_turn" : "tool_use", stop_sequence: null };
    send("message_delta", { delta: stop, usage });
    send("message_stop", {});
  });
}

/** What the client told its model that the tool answered. */
function resultIn({ messages = [] }: ModelRequest): string | undefined {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const result = blocks.find(({ type }) => type === "tool_result");
  if (result === undefined) return undefined;
  return typeof result.content === "string"
    ? result.content
    : result.content.map(({ text }: { text?: string }) => text ?? "").join("");
}
