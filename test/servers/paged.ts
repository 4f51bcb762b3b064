// Three pages of two tools.
import { serve, tool } from "./_rpc.ts";

serve({
  "tools/list": ({ cursor }) => {
    const page = Number(cursor ?? 0);
    const tools = [tool(`tool_${2 * page}`), tool(`tool_${2 * page + 1}`)];
    return page < 2 ? { tools, nextCursor: String(page + 1) } : { tools };
  },
});
