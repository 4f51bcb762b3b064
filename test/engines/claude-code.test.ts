import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { callName } from "../../policy/export/_claude-names.ts";
import { CLAUDE_CODE } from "../../policy/export/claude-code.ts";
import type { ExportServer, Outcome } from "../../policy/export/index.ts";
import { PRESETS } from "../../policy/index.ts";
import { exportServers } from "../policy/export/_corpus.ts";
import { hostileServers } from "../policy/export/_prepared.ts";
import { enterRoom, runEngine } from "./_client.ts";
import { type ModelRequest, type StandIn, standIn } from "./_model.ts";
import { startStubs } from "./_stubs.ts";

/** Exports in Claude Code's own program: a stand-in for its model asks for every tool, and stub servers see which calls come. */

const SCRIPT = "@anthropic-ai/claude-code/cli-wrapper.cjs";
const STRICTNESS: Outcome[] = ["allow", "ask", "deny"];

/**
 * What Claude Code makes of each tool, by the name it has there. In: the servers, and the text of settings.json.
 * A tool that runs reached its stub; one that is asked about was refused for want of somebody to ask; one that is
 * denied was not offered to the model at all.
 */
async function outcomesWith(servers: ExportServer[], settings: string): Promise<Map<string, Outcome>> {
  const room = enterRoom();
  onTestFinished(room.leave);
  const stubs = await startStubs(servers);
  onTestFinished(stubs.close);
  const names = servers.flatMap(({ alias, tools }) => tools.map(({ name }) => callName(alias, name)));
  const model = await modelCalling([...new Set(names)]);
  onTestFinished(model.close);
  const [settingsFile, serversFile] = ["settings.json", "servers.json"].map((name) =>
    join(room.home, name),
  ) as [string, string];
  writeFileSync(settingsFile, settings);
  const mcpServers = Object.fromEntries(
    servers.map(({ alias }) => [alias, { type: "http", url: stubs.urlOf(alias) }]),
  );
  writeFileSync(serversFile, JSON.stringify({ mcpServers }));
  const ran = await runEngine(
    SCRIPT,
    [
      ...["-p", "hello", "--output-format", "json", "--model", "claude-sonnet-4-5", "--setting-sources", ""],
      ...["--settings", settingsFile, "--strict-mcp-config", "--mcp-config", serversFile],
    ],
    room,
    {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      // Otherwise it offers a search instead of the tools when there are many.
      ENABLE_TOOL_SEARCH: "false",
    },
  );
  expect(ran.code, `${ran.stderr}${ran.stdout}`.slice(0, 2000)).toBe(0);
  const asked = new Set<string>(
    JSON.parse(ran.stdout).permission_denials.map((denial: { tool_name: string }) => denial.tool_name),
  );
  const offered = new Set(
    model.requests.find(({ tools = [] }) => tools.length > 0)?.tools?.map(({ name }) => name),
  );
  const called = new Set(
    [...stubs.called].map((call) => callName(...(JSON.parse(call) as [string, string]))),
  );
  return new Map(
    names.map((name) => {
      expect(offered.has(name), name).toBe(called.has(name) || asked.has(name));
      return [name, called.has(name) ? "allow" : asked.has(name) ? "ask" : "deny"];
    }),
  );
}

/** Asks for all these tools at once, then ends. */
function modelCalling(names: string[]): Promise<StandIn> {
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
    send("message_start", { message: { ...message, stop_reason: null, stop_sequence: null } });
    const done = isAnswered(request) || !request.tools?.length;
    if (done) sendBlock(send, 0, { type: "text", text: "" }, { type: "text_delta", text: "done" });
    else
      for (const [index, name] of names.entries())
        sendBlock(
          send,
          index,
          { type: "tool_use", id: `toolu_${index}`, name, input: {} },
          { type: "input_json_delta", partial_json: "{}" },
        );
    send("message_delta", {
      delta: { stop_reason: done ? "end_turn" : "tool_use", stop_sequence: null },
      usage,
    });
    send("message_stop", {});
  });
}

function isAnswered({ messages = [] }: ModelRequest): boolean {
  return messages.some(({ content }) => JSON.stringify(content).includes('"tool_result"'));
}

function sendBlock(
  send: (type: string, data: object) => void,
  index: number,
  start: object,
  delta: object,
): void {
  send("content_block_start", { index, content_block: start });
  send("content_block_delta", { index, delta });
  send("content_block_stop", { index });
}

function settingsOf(servers: ExportServer[]): string {
  const exported = CLAUDE_CODE.write(servers);
  if (!exported.ok) throw new Error(exported.problem);
  return exported.text;
}

describe.each(PRESETS)("the %s policies of all servers", (preset) => {
  test("are enforced: each tool runs, asks or is not there", async () => {
    const servers = exportServers(preset);
    const outcomes = await outcomesWith(servers, settingsOf(servers));
    expect(outcomes.size).toBeGreaterThan(300);
    for (const { alias, tools } of servers) {
      for (const tool of tools) {
        const name = callName(alias, tool.name);
        expect(outcomes.get(name), name).toBe(CLAUDE_CODE.outcome(tool));
      }
    }
  });
});

/** Longer names are not offered to a model at all, whatever the rules say. */
const isOffered = (name: string) => name.length <= 128;

describe("hostile names", () => {
  const servers = hostileServers(400, 5);
  const names = servers.flatMap(({ alias, tools }) => tools.map(({ name }) => callName(alias, name)));

  test("are written as the rules write them: without rules, all of them are asked about by these names", async () => {
    const outcomes = await outcomesWith(servers, "{}");
    for (const [name, outcome] of outcomes) expect(outcome, name).toBe(isOffered(name) ? "ask" : "deny");
    expect(new Set(outcomes.keys())).toEqual(new Set(names));
  });

  test("never get less than their outcome, and exactly that where the name is theirs alone", async () => {
    const outcomes = await outcomesWith(servers, settingsOf(servers));
    const uses = Map.groupBy(names, (name) => name);
    for (const { alias, tools } of servers) {
      for (const tool of tools) {
        const name = callName(alias, tool.name);
        const [got, meant] = [outcomes.get(name) ?? "allow", CLAUDE_CODE.outcome(tool)];
        expect(STRICTNESS.indexOf(got), `${name}: ${got}`).toBeGreaterThanOrEqual(STRICTNESS.indexOf(meant));
        const isItsOwn = uses.get(name)?.length === 1 && isOffered(name);
        if (isItsOwn) expect(got, name).toBe(meant);
      }
    }
  });
});
