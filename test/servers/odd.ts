// Servers that are odd or broken, none on purpose: `odd.ts <habit>`. Each habit was seen in the wild or is close to one.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { createInterface } from "node:readline";
import { hello, type Methods, type RpcMessage, send, serve, tool } from "./_rpc.ts";

const [, , habit = "", argument = ""] = process.argv;
const plain: Methods = { "tools/list": () => ({ tools: [tool("plain")] }) };
const listing = (result: object): void => serve({ "tools/list": () => result });
const child = (detached: boolean) =>
  spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", argument], { detached, stdio: "ignore" });

const habits: Record<string, () => void> = {
  banner: () => {
    for (let i = 0; i < 40; i++) console.log(`Checking 127.0.0.1:${3000 + i} …`);
    serve(plain);
  },
  "foreign-json": () => {
    console.log('{"level":30,"msg":"telemetry on","resource":{"attributes":[]}}');
    serve(plain);
  },
  "ignores-eof": () => {
    setInterval(() => {}, 1000);
    serve(plain);
  },
  "slow-sigterm": () => {
    process.on("SIGTERM", () => setTimeout(() => process.exit(0), 60_000));
    setInterval(() => {}, 1000);
    serve(plain);
  },
  // A launcher that starts the real server and only hands its pipes on.
  launcher: () => {
    spawn(process.execPath, [process.argv[1] ?? "", "banner", argument], { stdio: "inherit" });
    setInterval(() => {}, 1000);
  },
  children: () => {
    for (let i = 0; i < 4; i++) child(i % 2 === 0);
    serve(plain);
  },
  "needs-arguments-1": () => {
    console.error("Error: Please provide a database URL as a command-line argument");
    process.exit(1);
  },
  "opens-port": () => {
    const server = createServer().listen(0, "127.0.0.1", () => console.error("Listening", server.address()));
  },
  "flood-of-notifications": () => {
    for (let i = 0; i < 5_000; i++)
      send({ method: "notifications/message", params: { level: "info", data: `line ${i}` } });
    serve(plain);
  },
  "error-0": () =>
    serve({
      "tools/list": (_params, id) => void send({ id, error: { code: 0, message: "not initialized" } }),
    }),
  "dies-on-non-json": () =>
    void createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line) as RpcMessage;
      if (typeof method !== "string") process.exit(1);
      if (id !== undefined)
        send({ id, result: method === "initialize" ? hello() : { tools: [tool("plain")] } });
    }),
  "loses-answer-at-eof": () => {
    process.stdin.on("end", () => process.exit(0));
    serve({
      "tools/list": (_params, id) =>
        void setTimeout(() => send({ id, result: { tools: [tool("late")] } }), 300),
    });
  },
  "extra-keys": () =>
    listing({ tools: [tool("plain")], ttlMs: 1000, cacheScope: "public", _meta: { "x/y": 1 }, more: [1] }),
  "writes-home": () => {
    writeFileSync(`${homedir()}/settings.json`, "x".repeat(1_000_000));
    serve(plain);
  },
  "huge-list": () =>
    listing({
      tools: Array.from({ length: 400 }, (_, i) => tool(`t${i}`, { description: "word ".repeat(1000) })),
    }),
  "version-mismatch": () =>
    serve({ ...plain, initialize: () => ({ ...hello(), protocolVersion: "1999-01-01" }) }),
  "cursor-null": () => listing({ tools: [tool("plain")], nextCursor: null }),
  "cursor-number": () => listing({ tools: [tool("plain")], nextCursor: 7 }),
  "no-type": () => listing({ tools: [tool("plain", { inputSchema: { properties: { a: {} } } })] }),
  "no-schema": () => listing({ tools: [tool("plain", { inputSchema: undefined })] }),
  "null-tools": () => listing({ tools: null }),
  "string-ids": () =>
    serve({
      initialize: (_params, id) => void send({ id: String(id), result: hello() }),
      "tools/list": (_params, id) => void send({ id: String(id), result: { tools: [tool("plain")] } }),
    }),
  crlf: () => {
    const answers: Record<string, unknown> = {
      initialize: hello(),
      "tools/list": { tools: [tool("plain")] },
    };
    createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method = "" } = JSON.parse(line) as RpcMessage;
      if (id !== undefined)
        process.stdout.write(`\r\n${JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] })}\r\n`);
    });
  },
  "duplicate-names": () => listing({ tools: [tool("same"), tool("same"), tool("other")] }),
  proto: () => {
    // Written by hand: in a literal `__proto__` is no key.
    const schema =
      '{"type":"object","properties":{"__proto__":{"type":"string"}},"__proto__":{"polluted":1}}';
    const tools = `[{"name":"__proto__","inputSchema":${schema}},{"name":"constructor","inputSchema":${schema}}]`;
    serve({
      "tools/list": (_params, id) =>
        void process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"tools":${tools}}}\n`),
    });
  },
  "self-reference": () =>
    listing({
      tools: [
        tool("tree", { inputSchema: { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } } }),
        tool("root", { inputSchema: { type: "object", properties: { again: { $ref: "#" } } } }),
      ],
    }),
  "odd-characters": () =>
    listing({
      tools: [
        tool("escape\u001b[31m", { description: "red \u001b[31m and \u0000 and \u202eright to left" }),
        tool("zero\u200bwidth"),
      ],
    }),
  "odd-error": () =>
    serve({
      "tools/list": (_params, id) =>
        void send({ id, error: { code: -32000, message: "\u001b[31mno\u0000 \u202eway\r\nFake: line" } }),
    }),
  // In the middle of a multi-byte character, byte by byte.
  "single-bytes": () => {
    const write = (text: string) => {
      for (const byte of Buffer.from(text)) process.stdout.write(Buffer.of(byte));
    };
    serve({
      "tools/list": (_params, id) =>
        void write(`${JSON.stringify({ jsonrpc: "2.0", id, result: { tools: [tool("näme")] } })}\n`),
    });
  },
};
habits[habit]?.();
