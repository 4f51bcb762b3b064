// Registers a tool after `initialized`, and says so after its first answer.
import { send, serve, tool } from "./_rpc.ts";

let late = false;
serve(
  {
    "tools/list": () => {
      if (late) return { tools: [tool("early"), tool("late")] };
      setTimeout(() => {
        late = true;
        send({ method: "notifications/tools/list_changed" });
      }, 20);
      return { tools: [tool("early")] };
    },
  },
  { tools: { listChanged: true } },
);
