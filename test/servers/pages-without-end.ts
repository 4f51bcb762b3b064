// Never stops paging: new tools and a new cursor each time; with `same`, the same cursor; with `empty`, an empty one.
import { serve, tool } from "./_rpc.ts";

let page = 0;
const cursors: Record<string, () => string> = { same: () => "again", empty: () => "" };
const nextCursor = cursors[process.argv[2] ?? ""] ?? (() => `page-${page}`);
serve({
  "tools/list": () => {
    page++;
    return { tools: [tool(process.argv[2] === "empty" ? "only" : `tool_${page}`)], nextCursor: nextCursor() };
  },
});
