// Behaves: two tools, and a result with keys that only it knows.
import { serve, tool } from "./_rpc.ts";

serve({
  "tools/list": () => ({ tools: [tool("read_note"), tool("write_note", { "x-own": 1 })], ttlMs: 1000 }),
});
