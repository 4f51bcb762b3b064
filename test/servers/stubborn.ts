// Behaves, but ignores the end of its input and every polite signal.
import { serve, tool } from "./_rpc.ts";

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});
setInterval(() => {}, 1000);
serve({ "tools/list": () => ({ tools: [tool("stay")] }) });
