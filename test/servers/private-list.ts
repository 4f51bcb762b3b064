// Marks its list as one for whoever asks and no one else.
import { serve, tool } from "./_rpc.ts";

serve({ "tools/list": () => ({ tools: [tool("read_note")], cacheScope: "private" }) });
