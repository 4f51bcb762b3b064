// A tool nested 100,000 levels deep, beside one that is fine.
import { serve, tool } from "./_rpc.ts";

serve({
  "tools/list": (_params, id) => {
    const depth = 100_000;
    const schema = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const tools = `[${JSON.stringify(tool("fine"))},{"name":"deep","inputSchema":${schema}}]`;
    process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":${tools}}}\n`);
    return undefined;
  },
});
