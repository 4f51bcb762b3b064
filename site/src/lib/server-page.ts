/** What a server page draws, made ready. */
import type { AdvisoryMatch } from "../../../classifier/index.ts";
import type { ServerDetail, ServerTool, ToolRow } from "../../../db/index.ts";
import { type AnnotationsView, auditServer } from "./annotations.ts";
import { flawsOf } from "./attacks.ts";
import { authorizationFacts, type Fact, serverFacts } from "./facts.ts";
import { type FindingsView, findingsOfServer } from "./findings.ts";
import { type ServerFlows, serverFlows } from "./flows.ts";
import { type PolicyView, policyView } from "./policy.ts";
import { shellWord } from "./shell-word.ts";
import { CATEGORIES_WORST_FIRST, RISKS_WORST_FIRST } from "./words.ts";

export interface ServerPage {
  server: ServerDetail;
  /** Tools served now, worst first. */
  tools: ServerTool[];
  /** Tools that it served once, in the same order. */
  gone: ToolRow[];
  findings: FindingsView;
  flows: ServerFlows;
  /** Published flaws of its package. */
  flaws: AdvisoryMatch[];
  policy?: PolicyView;
  annotations: AnnotationsView;
  /** Prints the annotations we suggest. */
  annotationsCommand: string;
  facts: Fact[];
  /** What it takes to be let in; empty when nothing is asked. */
  authorization: Fact[];
  /** What a package or server says of itself, as text. */
  info: string;
}

/** The one before: a static build asks for a server's page and its Markdown one after the other. */
let last: { served: ServerTool[]; page: ServerPage } | undefined;

/** In: a server and its tools as stored, those it serves and those that are gone. Out: its page's content. */
export function prepareServerPage(server: ServerDetail, served: ServerTool[], gone: ToolRow[]): ServerPage {
  const isSame =
    last?.served === served && last.page.server === server && last.page.gone.length === gone.length;
  const page = isSame && last ? last.page : serverPage(server, served, gone);
  last = { served, page };
  return page;
}

function serverPage(server: ServerDetail, served: ServerTool[], gone: ToolRow[]): ServerPage {
  const tools = [...served].sort(worstFirst);
  return {
    server,
    tools,
    gone: [...gone].sort(worstFirst),
    findings: findingsOfServer(server.id, tools),
    flows: serverFlows(server.id, tools),
    flaws: flawsOf(server),
    policy: tools.length > 0 ? policyView(tools) : undefined,
    annotations: auditServer(tools),
    annotationsCommand: `npx placard policy ${shellWord(server.id)} --format annotations --text`,
    facts: serverFacts(server),
    authorization: server.authorization ? authorizationFacts(server.authorization) : [],
    info: [server.title, server.version].filter(Boolean).join(" "),
  };
}

function worstFirst(a: ToolRow, b: ToolRow): number {
  return (
    RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk) ||
    CATEGORIES_WORST_FIRST.indexOf(a.category) - CATEGORIES_WORST_FIRST.indexOf(b.category) ||
    a.name.localeCompare(b.name, "en")
  );
}
