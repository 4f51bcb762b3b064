// Answers tools/list with something else.
import { serve } from "./_rpc.ts";

serve({ "tools/list": () => ({ tools: { one: {} } }) });
