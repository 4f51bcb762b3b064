import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CODEX } from "../../policy/export/codex.ts";
import type { ExportServer, Outcome } from "../../policy/export/index.ts";
import { PRESETS } from "../../policy/index.ts";
import { exportServers } from "../policy/export/_corpus.ts";
import { exportServer, hostileServers } from "../policy/export/_prepared.ts";
import { type Ended, enterRoom, type Room, runEngine } from "./_client.ts";
import { type ModelRequest, type StandIn, standIn } from "./_model.ts";
import { startStubs } from "./_stubs.ts";

/** Exports in Codex's own program: what it reads of them, and what it does with each tool a model asks for. */

const SCRIPT = "@openai/codex/bin/codex.js";
const codex = (room: Room, ...args: string[]): Promise<Ended> =>
  runEngine(SCRIPT, args, room, { CODEX_HOME: join(room.home, ".codex") });

function textOf(servers: ExportServer[]): string {
  const written = CODEX.write(servers);
  if (!written.ok) throw new Error(written.problem);
  return written.text;
}

function save(room: Room, file: string, text: string): void {
  mkdirSync(join(room.home, ".codex"), { recursive: true });
  writeFileSync(join(room.home, ".codex", file), text);
}

type UrlOf = (alias: string) => string;
const nowhere: UrlOf = () => "http://127.0.0.1:9";

/** The tables of the user's own file: each server, and how to reach it. */
function ownTables(servers: ExportServer[], transport: (alias: string) => string): string {
  return servers.map(({ alias }) => `[mcp_servers.${alias}]\n${transport(alias)}\n`).join("");
}

function settings(model: string): string {
  return `model = "stand-in"
model_provider = "stand-in"
[model_providers.stand-in]
name = "stand-in"
base_url = "${model}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;
}

/** The export put into the tables of the user's file, as its head says. */
function mergedConfig(servers: ExportServer[], urlOf = nowhere, model = nowhere("")): string {
  const tables = servers.reduce(
    (text, { alias }) =>
      text.replace(`[mcp_servers.${alias}]\n`, (head) => `${head}url = "${urlOf(alias)}"\n`),
    textOf(servers),
  );
  return `${settings(model)}${tables}`;
}

describe.each(PRESETS)("the %s policies of all servers", (preset) => {
  const servers = exportServers(preset);

  test("are read as a profile over the user's own file: which tools each server may offer", async () => {
    const room = enterRoom();
    onTestFinished(room.leave);
    save(
      room,
      "config.toml",
      ownTables(servers, () => 'command = "true"'),
    );
    save(room, "placard.config.toml", textOf(servers));
    const listed = await codex(room, "-p", "placard", "mcp", "list", "--json");
    expect(listed.code, listed.stderr).toBe(0);
    const names = (JSON.parse(listed.stdout) as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(servers.map(({ alias }) => alias).sort());
    for (const { alias, tools } of servers) {
      const got = await codex(room, "-p", "placard", "mcp", "get", alias, "--json");
      const wanted = (denied: boolean) =>
        tools.filter((tool) => (CODEX.outcome(tool) === "deny") === denied).map(({ name }) => name);
      expect(JSON.parse(got.stdout), alias).toMatchObject({
        enabled_tools: wanted(false),
        disabled_tools: wanted(true),
      });
    }
  });

  test.each(["merged into the user's file, read strictly", "as a profile over it"])(
    "are enforced %s: each tool runs, asks or is not there",
    async (way) => {
      const room = enterRoom();
      onTestFinished(room.leave);
      const stubs = await startStubs(servers);
      onTestFinished(stubs.close);
      const model = await modelCallingAll(servers);
      onTestFinished(model.close);
      const isProfile = way.startsWith("as a profile");
      if (isProfile) {
        save(
          room,
          "config.toml",
          `${settings(model.url)}${ownTables(servers, (alias) => `url = "${stubs.urlOf(alias)}"`)}`,
        );
        save(room, "placard.config.toml", textOf(servers));
      } else save(room, "config.toml", mergedConfig(servers, stubs.urlOf, model.url));
      const options = isProfile ? ["-p", "placard"] : ["--strict-config"];
      const ran = await codex(room, "exec", ...options, "--skip-git-repo-check", "--json", "hello");
      expect(ran.code, ran.stderr.slice(0, 2000)).toBe(0);
      const outcomes = outcomesOf(ran);
      let tried = 0;
      for (const { alias, tools } of servers) {
        for (const tool of tools) {
          const key = JSON.stringify([alias, tool.name]);
          tried += 1;
          expect(outcomes.get(key) ?? "deny", key).toBe(CODEX.outcome(tool));
          expect(stubs.called.has(key), key).toBe(CODEX.outcome(tool) === "allow");
        }
      }
      expect(tried).toBeGreaterThan(300);
    },
  );
});

/** Asks for every tool that is offered and, by the names they would have, for those that are not. */
function modelCallingAll(servers: ExportServer[]): Promise<StandIn> {
  const written = (name: string) => name.replace(/[^A-Za-z0-9_]/g, "_");
  return standIn("/v1/responses", (request, send) => {
    const isSecond = JSON.stringify(request.input).includes('"function_call_output"');
    send("response.created", { response: { id: "response" } });
    if (isSecond) {
      const content = [{ type: "output_text", text: "done" }];
      send("response.output_item.done", {
        item: { type: "message", role: "assistant", id: "message", content },
      });
    } else {
      const hidden = servers.flatMap(({ alias, tools }) =>
        tools
          .filter((tool) => CODEX.outcome(tool) === "deny")
          .map(({ name }) => ({ namespace: `mcp__${written(alias)}`, name: written(name) })),
      );
      for (const [index, call] of [...offered(request), ...hidden].entries()) {
        send("response.output_item.done", {
          item: {
            type: "function_call",
            id: `item${index}`,
            call_id: `call${index}`,
            arguments: "{}",
            ...call,
          },
        });
      }
    }
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    send("response.completed", { response: { id: "response", usage } });
  });
}

function offered({ tools = [] }: ModelRequest): { namespace: string; name: string }[] {
  return tools
    .filter(({ name }) => name?.startsWith("mcp__"))
    .flatMap(({ name: namespace, tools: inside = [] }) => inside.map(({ name }) => ({ namespace, name })));
}

/** What became of each call that Codex took for one of a server's tools, by alias and name. */
function outcomesOf({ stdout }: Ended): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const line of stdout.split("\n").filter(Boolean)) {
    const { type, item } = JSON.parse(line);
    if (type !== "item.completed" || item.type !== "mcp_tool_call") continue;
    const asks = /requires approval/.test(item.error?.message ?? "");
    outcomes.set(
      JSON.stringify([item.server, item.tool]),
      item.status === "completed" ? "allow" : asks ? "ask" : "deny",
    );
  }
  return outcomes;
}

test("hostile names are read back as they are, each on its own server", async () => {
  const servers = hostileServers(400, 11);
  const room = enterRoom();
  onTestFinished(room.leave);
  save(room, "config.toml", mergedConfig(servers));
  for (const { alias, tools } of servers) {
    const got = await codex(room, "mcp", "get", alias, "--json");
    expect(got.code, got.stderr.slice(0, 2000)).toBe(0);
    const wanted = tools.filter((tool) => CODEX.outcome(tool) !== "deny").map(({ name }) => name);
    expect(JSON.parse(got.stdout).enabled_tools).toEqual(wanted);
  }
});

test("a value that Codex does not know is refused, so that the readings above say something", async () => {
  const servers = [exportServer("shop", hostileServers(80, 3)[0]?.tools ?? [])];
  const room = enterRoom();
  onTestFinished(room.leave);
  save(room, "config.toml", mergedConfig(servers).replace('"approve"', '"approved"'));
  expect(await codex(room, "mcp", "get", "shop", "--json")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("approval_mode"),
  });
});
