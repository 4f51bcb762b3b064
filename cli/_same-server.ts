import type { Source } from "../crawler/index.ts";
import { EXIT, Failure } from "./failure.ts";
import { safe } from "./render/text.ts";

/** Sources of this form stand for many servers, and naming them asks the network: not before the crawl itself. */
const LIST = /^(registry|config|list):/;

/**
 * Two sources with one server id would take turns as one server, each with the other's tools gone.
 * @throws Failure that names both.
 */
export async function refuseSameServers(sources: Source[], home: string, signal: AbortSignal): Promise<void> {
  const { DEFAULT_LIMITS } = await import("../crawler/index.ts");
  const quiet = { onStage: () => {}, limits: DEFAULT_LIMITS, environment: {} };
  const context = { home, signal, network: false, unsafeNoSandbox: false, ...quiet };
  const seen = new Map<string, string>();
  for (const source of sources.filter(({ label }) => !LIST.test(label))) {
    for await (const { server, source: named } of source.list(context)) {
      const other = seen.get(server);
      if (other !== undefined) {
        const both =
          other === named
            ? `${safe(named)} is given twice`
            : `${safe(other)} and ${safe(named)} are both the server ${safe(server)}`;
        throw new Failure(`${both}. Give one of them, or crawl them one after the other.`, EXIT.usage);
      }
      seen.set(server, named);
    }
  }
}
