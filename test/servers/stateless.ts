// Speaks only revision 2026-07-28: no `initialize`, and every request has to say what it is.
import { createInterface } from "node:readline";
import { type RpcMessage, send, tool } from "./_rpc.ts";

const scope = process.argv[2] ?? "public";
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line) as RpcMessage;
  if (id === undefined) return;
  const meta = (params?._meta ?? {}) as Record<string, unknown>;
  if (meta["io.modelcontextprotocol/protocolVersion"] !== "2026-07-28")
    return send({ id, error: { code: -32602, message: "Supported protocol versions: 2026-07-28" } });
  const hints = { resultType: "complete", ttlMs: 60_000, cacheScope: scope };
  if (method === "server/discover")
    send({
      id,
      result: {
        ...hints,
        supportedVersions: ["2026-07-28"],
        capabilities: { tools: {} },
        instructions: "Ask away.",
        _meta: { "io.modelcontextprotocol/serverInfo": { name: "stateless", version: "1.0.0" } },
      },
    });
  else if (method === "tools/list" && params?.cursor === undefined)
    send({ id, result: { ...hints, tools: [tool("one", { "x-meta": meta })], nextCursor: "" } });
  else if (method === "tools/list") send({ id, result: { ...hints, ttlMs: 5_000, tools: [tool("two")] } });
  else send({ id, error: { code: -32601, message: "Method not found" } });
});
