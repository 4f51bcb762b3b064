// Ends in the middle of the list.
import { serve, tool } from "./_rpc.ts";

serve({
  "tools/list": ({ cursor }) => {
    if (cursor !== undefined) process.exit(1);
    return { tools: [tool("first")], nextCursor: "2" };
  },
});
