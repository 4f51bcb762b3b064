// Leaves a child in a session of its own, which holds its pipes and outlives it. Its argument marks the child.
import { spawn } from "node:child_process";
import { serve, tool } from "./_rpc.ts";

const mark = process.argv[2] ?? "";
spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", mark], {
  detached: true,
  stdio: "inherit",
}).unref();
serve({ "tools/list": () => ({ tools: [tool("breed")] }) });
