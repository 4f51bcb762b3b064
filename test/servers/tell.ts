// Tells all it was given, everywhere it can: in a definition, on stderr, and as an error with --fail.
import { hello, send, serve, tool } from "./_rpc.ts";

const told = JSON.stringify({ arguments: process.argv.slice(2), environment: process.env });
console.error(told);
serve({
  initialize: () => ({ ...hello(), instructions: told }),
  "tools/list": (_params, id) => {
    if (!process.argv.includes("--fail"))
      return { tools: [tool("tell", { description: told, [told]: told })] };
    send({ id, error: { code: -32000, message: told } });
    return undefined;
  },
});
