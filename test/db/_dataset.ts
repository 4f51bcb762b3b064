import type { Database } from "../../db/index.ts";
import { deleteServers, replaceVerdict, storeCrawl, withSnapshot } from "../../db/index.ts";
import { datasetLines } from "../../site/src/api/bulk-jsonl.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const MAIL = { name: "send_mail", description: "Sends a mail.", inputSchema: { type: "object" } };
const MAIL_NOW = {
  ...MAIL,
  description: 'Sends a mail to "anyone"\n\u2028 \\ \u0000 \ud800',
  "7": 1,
  __proto: 2,
};
const READ = { name: "read \u0001 ünï \u{1F600}", title: "Read", description: "Reads mails." };
const WIPE = { name: "wipe", description: "Deletes all mails.", annotations: { readOnlyHint: true } };
// An own key, as JSON.parse makes it of what a server sends.
const ODD = JSON.parse('{"name":"odd","__proto__":{"constructor":"x"},"big":12345678901234567890,"e":1e400}');

/** A catalog with something of every kind that a dataset holds, and of what it must not hold. */
export async function fillCatalog(database: Database): Promise<void> {
  const judged = (tools: Parameters<typeof verdictOn>[0][]) => tools.map((tool) => verdictOn(tool));
  const said = {
    serverInfo: { name: "mail", title: 'Mail "server"', version: "0.1" },
    capabilities: { tools: {} },
    instructions: "Be kind.\n",
    protocolVersion: "2025-11-25",
    package: { registry: "npm" as const, name: "@example/mail-mcp", version: "1.0.0" },
    launch: { transport: "stdio" as const, command: ["node", "x.js"], clientCapabilities: {} },
    cache: { ttlMs: 5_000 },
    problems: [{ index: 3, name: "bad", problem: "It has no name." }],
  };
  await storeCrawl(database, crawlOf([MAIL, WIPE], { ...said, startedAt: day(1) }), judged([MAIL, WIPE]));
  const failed = {
    status: "failed" as const,
    reason: "It \u0000 ended.",
    stderr: "secret words",
    startedAt: day(2),
  };
  await storeCrawl(database, crawlOf([], { ...failed, serverInfo: { name: "x", version: "9" } }), []);
  const second = { ...said, source: "npm:@example/mail-mcp@2.0.0", startedAt: day(3), raw: ["raw words"] };
  await storeCrawl(database, crawlOf([READ, MAIL_NOW], second), judged([READ, MAIL_NOW]));
  const other = { server: "file/other", source: "file:other.json", startedAt: day(4) };
  await storeCrawl(database, crawlOf([MAIL_NOW, ODD], other), judged([MAIL_NOW, ODD]));
  const closed = {
    server: "remote/a.example/mcp",
    source: "https://a.example/mcp",
    status: "needs-authorization" as const,
    reason: "It wants to know who asks.",
    authorization: { status: 401, scheme: "Bearer" },
    startedAt: day(5),
  };
  await storeCrawl(database, crawlOf([], closed), []);
  const hidden = { name: "hidden_tool", description: "Of a server that was withdrawn." };
  const taken = { server: "npm/withdrawn", source: "npm:withdrawn@1.0.0", startedAt: day(6) };
  await storeCrawl(database, crawlOf([hidden], taken), judged([hidden]));
  const withdrawn = { ...taken, status: "skipped" as const, reason: "Left out.", startedAt: day(7) };
  await storeCrawl(database, crawlOf([], { ...withdrawn, withdrawn: "excluded" }), []);
  const gone = { name: "forgotten_tool", description: "Of a server that was forgotten." };
  const left = { server: "npm/forgotten", source: "npm:forgotten@1.0.0", startedAt: day(8) };
  await storeCrawl(database, crawlOf([gone], left), judged([gone]));
  await deleteServers(database, ["npm/forgotten"]);
  // Of new rules: two verdicts on one definition.
  await replaceVerdict(database, verdictOn(READ, { rules: "test-2", risk: "high", facets: ["messaging"] }));
}

/** The lines of the catalog's dataset. */
export async function linesOf(database: Database): Promise<string> {
  const chunks: Uint8Array[] = [];
  await withSnapshot(database, new AbortController().signal, async (snapshot) => {
    for await (const chunk of datasetLines(snapshot, () => {})) chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks).toString("utf8");
}
