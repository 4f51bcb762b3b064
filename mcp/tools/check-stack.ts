import { z } from "zod";
import { RISKS, shadowedNames } from "../../classifier/index.ts";
import { noCounts } from "../../classifier/record.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../policy/export/index.ts";
import { NOTICE, shown, shownId, shownName } from "../contain.ts";
import { writeDocument } from "../policies.ts";
import {
  advisorySchema,
  category,
  definition,
  flowSchema,
  MOST,
  notice,
  preset,
  risk,
  serverId,
} from "../schemas.ts";
import { type ReadServer, readStack } from "../stack.ts";
import { defineTool, refused } from "../tool.ts";
import type { Links } from "../types.ts";
import { advisoryView, flowViews, serverPage, toolPage } from "../views.ts";

/** How many of each an answer holds. */
const RISKIEST = 10;
const CLASHES = 10;
/** Longest document of an answer, in UTF-16 code units. */
const DOCUMENT = 12_000;
const [REFERENCE] = EXPORT_FORMATS as [ExportFormat, ...ExportFormat[]];

export const checkStack = defineTool({
  name: "check_stack",
  title: "Check a set of servers",
  description:
    "Look at servers that are used together: riskiest tools, toxic flows across them, names that clash, one policy.",
  input: z.strictObject({
    servers: z
      .array(
        z.strictObject({
          server: serverId.describe("Server id, or any name for pasted tools"),
          tools: z.array(definition).max(MOST.pasted).optional().describe("Pasted, as in tools/list"),
        }),
      )
      .min(1)
      .max(MOST.servers),
    preset,
  }),
  output: z.object({
    notice,
    servers: z.array(
      z.object({
        server: z.string(),
        url: z.string().optional(),
        tools: z.int(),
        byRisk: z.record(z.enum(RISKS), z.int()),
        advisories: z.array(advisorySchema),
        leftOut: z.array(z.string()).describe("Pasted tools that cannot be read"),
      }),
    ),
    missing: z.array(z.string()).describe("Servers that were not looked at, and why"),
    riskiest: z.array(
      z.object({
        server: z.string(),
        name: z.string(),
        url: z.string().optional(),
        category,
        risk,
        summary: z.string(),
      }),
    ),
    flows: z.array(flowSchema),
    clashes: z.array(
      z.object({ server: z.string(), name: z.string(), severity: z.string(), message: z.string() }),
    ),
    policy: z.object({
      url: z.string().optional(),
      format: z.string(),
      document: z.string().optional(),
      note: z.string().optional(),
    }),
  }),
  async run({ servers: asked, preset }, { catalog, judge, links }) {
    const read = await readStack(asked, catalog, judge);
    if (!read.ok) return read;
    const { servers, missing } = read.value;
    if (servers.length === 0) return refused(missing.join(" "));
    const isOfCatalog = servers.every(({ pasted }) => !pasted);
    const choice = { servers: servers.map(({ server }) => server), preset };
    const elsewhere = isOfCatalog
      ? `See ${links.policyDocument(choice)}`
      : "Ask about fewer tools at a time.";
    const written = writeDocument(servers, { format: REFERENCE, preset }, DOCUMENT, elsewhere);
    return {
      ok: true,
      value: {
        notice: NOTICE,
        servers: servers.map((one) => ({
          server: shownId(one.server),
          url: one.pasted ? undefined : serverPage(links, one.server),
          tools: one.tools.length,
          byRisk: countRisks(one),
          advisories: one.advisories.map(advisoryView),
          leftOut: one.leftOut,
        })),
        missing,
        riskiest: riskiest(servers, links),
        flows: flowViews(servers),
        clashes: clashes(servers),
        policy: {
          url: isOfCatalog ? links.policy(choice) : undefined,
          format: REFERENCE.id,
          ...(written.ok ? { document: written.value.document } : { note: written.problem }),
        },
      },
    };
  },
});

function countRisks({ tools }: ReadServer): Record<(typeof RISKS)[number], number> {
  const counts = noCounts(RISKS);
  for (const { verdict } of tools) counts[verdict.risk] += 1;
  return counts;
}

/** The worst tools of all servers. What is Unknown is no reason for calm: it stands above what is low. */
function riskiest(servers: readonly ReadServer[], links: Links) {
  return servers
    .flatMap(({ server, pasted, tools }) =>
      tools.map(({ definition, verdict }) => ({ server, pasted, definition, verdict })),
    )
    .toSorted((a, b) => SEVERITY[b.verdict.risk] - SEVERITY[a.verdict.risk])
    .slice(0, RISKIEST)
    .map(({ server, pasted, definition: { name }, verdict }) => ({
      server: shownId(server),
      name: shownName(name),
      url: pasted ? undefined : toolPage(links, server, name),
      category: verdict.category,
      risk: verdict.risk,
      summary: shown(verdict.summary, 300),
    }));
}

const SEVERITY = { low: 0, unknown: 1, medium: 2, high: 3, critical: 4 };

function clashes(servers: readonly ReadServer[]) {
  const named = servers.map(({ server, tools }) => ({
    server,
    tools: tools.map(({ definition }) => definition),
  }));
  return shadowedNames(named)
    .slice(0, CLASHES)
    .map(({ server, tool, finding }) => ({
      server: shownId(server),
      name: shownName(tool),
      severity: finding.severity,
      message: shown(finding.message, 300),
    }));
}
