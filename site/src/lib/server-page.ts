/** What a server page draws, made ready. */
import type { ServerDetail, ServerTool } from "../../../db/index.ts";
import { type Fact, serverFacts } from "./facts.ts";
import { type PolicyView, policyView } from "./policy.ts";
import { CATEGORIES_WORST_FIRST, RISKS_WORST_FIRST } from "./words.ts";

export interface ServerPage {
  server: ServerDetail;
  /** Tools served now, worst first. */
  tools: ServerTool[];
  gone: ServerTool[];
  policy?: PolicyView;
  facts: Fact[];
  /** What a package or server says of itself, as text. */
  info: string;
}

/** In: a server and its tools as stored. Out: its page's content. Pure. */
export function prepareServerPage(server: ServerDetail, all: ServerTool[]): ServerPage {
  const sorted = [...all].sort(worstFirst);
  const tools = sorted.filter((tool) => !tool.goneSince);
  return {
    server,
    tools,
    gone: sorted.filter((tool) => tool.goneSince),
    policy: tools.length > 0 ? policyView(tools) : undefined,
    facts: serverFacts(server),
    info: [server.title, server.version].filter(Boolean).join(" "),
  };
}

function worstFirst(a: ServerTool, b: ServerTool): number {
  return (
    RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk) ||
    CATEGORIES_WORST_FIRST.indexOf(a.category) - CATEGORIES_WORST_FIRST.indexOf(b.category) ||
    a.name.localeCompare(b.name, "en")
  );
}
