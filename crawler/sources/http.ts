import { isLoopbackHost } from "../_addresses.ts";
import { redactUrl } from "../_redact.ts";
import { parsePages } from "../answer.ts";
import { askForTools, CLIENT_CAPABILITIES } from "../ask.ts";
import { httpTransport } from "../http.ts";
import { explainFailure } from "../reasons.ts";
import type { CrawlContext, Facts, Fetched, ParsedSource, SourceKind } from "../source.ts";

/** A remote server that speaks Streamable HTTP: `https://mcp.example.com/mcp`. */
const remote: SourceKind = {
  schemes: ["http", "https"],
  usage: "https://<host>/<path>",
  parse: parseRemoteSource,
};
export default remote;

function parseRemoteSource(argument: string): ParsedSource {
  if (!URL.canParse(argument) || !/^https?:\/\//i.test(argument)) {
    return {
      ok: false,
      reason: `Reading the source "${argument}": it is no URL. Write https://<host>/<path>, such as https://mcp.example.com/mcp.`,
    };
  }
  const url = new URL(argument);
  if (url.username !== "" || url.password !== "") {
    return {
      ok: false,
      reason: `Reading the source "${redactUrl(url)}": it holds a user name or password. Leave it out; Placard looks at servers without an account.`,
    };
  }
  const label = redactUrl(url);
  const server = `remote/${url.host}${url.pathname.replace(/\/+$/, "")}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server, source: label };
      },
      fetch: (_reference, context) => fetchRemote(url, label, context),
      parse: parsePages,
    },
  };
}

async function fetchRemote(url: URL, label: string, context: CrawlContext): Promise<Fetched> {
  const { limits, signal, onStage } = context;
  onStage("starting");
  const transport = httpTransport(url, isLoopbackHost(url.hostname), limits);
  try {
    const asked = await askForTools(transport, { ...limits, startMs: limits.requestMs }, signal, onStage);
    const launch = { transport: "http", url: label, clientCapabilities: CLIENT_CAPABILITIES } as const;
    const facts: Facts = { ...asked.facts, launch };
    if (asked.ok) return { ok: true, raw: asked.raw, notes: asked.notes, facts };
    const { failure, raw } = asked;
    const needsAccount = failure.kind === "lost" && failure.loss.kind === "needs-authorization";
    const reason = explainFailure(failure, { label, transport: "http", network: true });
    return { ok: false, status: needsAccount ? "needs-authorization" : "failed", reason, raw, facts };
  } finally {
    await transport.close();
  }
}
