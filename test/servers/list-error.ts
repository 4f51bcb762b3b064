// Initializes, then can't list.
import { send, serve } from "./_rpc.ts";

serve({
  "tools/list": (_params, id) => send({ id, error: { code: -32603, message: "fetch failed" } }),
});
