// Behaves, in the middle of noise: banners, JSON that is no JSON-RPC, notifications, CRLF, ids as strings, own requests.

import { createInterface } from "node:readline";
import { hello, type RpcMessage, tool } from "./_rpc.ts";

const print = (text: string): boolean => process.stdout.write(`${text}\r\n`);
const answers: Record<string, boolean> = {};
let listId: unknown;

print("*** Welcome to the noisy server ***");
print('{"level":"info","msg":"telemetry is on"}');
print("[1,2,3]");
print("null");
print(
  JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/message",
    params: { level: "info", data: "early" },
  }),
);
createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line) as RpcMessage;
  if (message.method === "initialize") {
    print(JSON.stringify({ jsonrpc: "2.0", id: "p1", method: "ping" }));
    print(JSON.stringify({ jsonrpc: "2.0", id: "s1", method: "sampling/createMessage", params: {} }));
    print(JSON.stringify({ jsonrpc: "2.0", id: String(message.id), result: hello() }));
  }
  if (message.method === "tools/list") listId = message.id;
  if (message.id === "p1") answers.ping = "result" in message;
  if (message.id === "s1") answers.refused = "error" in message;
  if (listId !== undefined && "ping" in answers && "refused" in answers) {
    const result = { tools: [tool("quiet", { "x-answers": answers })] };
    print(`  ${JSON.stringify({ jsonrpc: "2.0", id: String(listId), result })}`);
    listId = undefined;
  }
});
