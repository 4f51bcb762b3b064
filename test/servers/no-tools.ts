// Offers prompts only.
import { serve } from "./_rpc.ts";

serve({}, { prompts: {} });
