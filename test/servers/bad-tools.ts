// Some tools are broken; the others are not to suffer for it.
import { serve, tool } from "./_rpc.ts";

serve({
  "tools/list": () => ({
    tools: [
      tool("good_one"),
      null,
      { description: "nameless" },
      tool(""),
      tool("nul\u0000inside"),
      tool("odd_schema", { inputSchema: null, annotations: "yes", description: 7 }),
      tool("good_one", { description: "the second of that name" }),
      tool("__proto__"),
      tool("../a b/<i>\u202e"),
    ],
  }),
});
