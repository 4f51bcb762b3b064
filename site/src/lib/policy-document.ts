/** One document for some servers, in any format, and everything a reader should know of it. Pure. */
import {
  defaultAlias,
  type ExportFormat,
  type ExportServer,
  type Loss,
  type Outcome,
  prepareServer,
} from "../../../policy/export/index.ts";
import {
  type JudgedTool,
  type PolicyDigests,
  type PolicyReason,
  policyDigests,
  recommendServers,
} from "../../../policy/index.ts";
import { type PolicyQuery, REFERENCE } from "./policy-query.ts";

export interface ChosenServer {
  server: string;
  tools: JudgedTool[];
}

/** Why a rule is there. */
export interface ServerReason extends PolicyReason {
  /** The server it speaks of; absent where the document speaks of all of them. */
  server?: string;
}

/** A name that tools of several servers have. */
export interface SharedName {
  name: string;
  /** What the policy of each server alone does with it. */
  servers: { server: string; alias: string; access: ExportServer["tools"][number]["access"] }[];
  /** Whether the format tells them apart; if not, the rules of all of them apply to each. */
  isApart: boolean;
}

/** What becomes of the tools, as `alias/tool` where there are several servers, else by name. */
export type Outcomes = Record<Outcome, string[]>;

export interface MadePolicy {
  text: string;
  losses: Loss[];
  /** With pointers into this document if it is a policy.json, else into the policy.json of the server. */
  reasons: ServerReason[];
  digests: PolicyDigests;
  shared: SharedName[];
  outcomes: Outcomes;
}

type Choice = Pick<PolicyQuery, "format" | "preset" | "aliases">;

/**
 * The document alone, or why the format refuses to hold it, as a sentence with what to try.
 * In: servers, each with tools.
 */
export function writePolicy(
  chosen: readonly ChosenServer[],
  { format, preset, aliases }: Choice,
): { ok: true; text: string; losses: Loss[]; prepared: ExportServer[] } | { ok: false; problem: string } {
  const prepared = chosen.map((one) =>
    preparedFor(one, aliases.get(one.server) ?? defaultAlias(one.server), preset),
  );
  const written = format.write(prepared);
  return written.ok
    ? { ...written, prepared }
    : { ok: false, problem: `Writing ${format.title}: ${written.problem}` };
}

/** The one before: a static build asks for a server's policy in all formats, one after the other. */
let last:
  | { alias: string; preset: PolicyQuery["preset"]; one: ChosenServer; prepared: ExportServer }
  | undefined;

function preparedFor(one: ChosenServer, alias: string, preset: PolicyQuery["preset"]): ExportServer {
  if (last?.alias === alias && last.preset === preset && isSame(last.one, one)) return last.prepared;
  const prepared = prepareServer(one.server, alias, one.tools, { preset });
  last = { alias, preset, one, prepared };
  return prepared;
}

/** The same verdicts, not only equal ones. */
function isSame(before: ChosenServer, { server, tools }: ChosenServer): boolean {
  return (
    before.server === server &&
    before.tools.length === tools.length &&
    before.tools.every(({ verdict }, index) => verdict === tools[index]?.verdict)
  );
}

/** The document with its reasons, what it was made for, and what becomes of the tools. */
export function makePolicy(
  chosen: readonly ChosenServer[],
  choice: Choice,
): ({ ok: true } & MadePolicy) | { ok: false; problem: string } {
  const written = writePolicy(chosen, choice);
  if (!written.ok) return written;
  const { text, losses, prepared } = written;
  return {
    ok: true,
    text,
    losses,
    reasons: reasonsFor(chosen, choice),
    digests: policyDigests(chosen),
    shared: sharedNames(prepared, losses),
    outcomes: outcomesOf(prepared, choice.format),
  };
}

function reasonsFor(chosen: readonly ChosenServer[], { format, preset }: Choice): ServerReason[] {
  if (format === REFERENCE || chosen.length === 1) return recommendServers([...chosen], { preset }).reasons;
  return chosen.flatMap((one) =>
    recommendServers([one], { preset }).reasons.map((reason) => ({ ...reason, server: one.server })),
  );
}

/** What a format that goes by names alone tells of names that several servers have. */
const NOT_APART = "rules for one server";

function sharedNames(prepared: readonly ExportServer[], losses: readonly Loss[]): SharedName[] {
  const named = prepared.flatMap(({ server, alias, tools }) =>
    tools.map(({ name, access }) => ({ name, one: { server, alias, access } })),
  );
  const mixed = new Set(losses.filter(({ what }) => what === NOT_APART).flatMap(({ tools }) => tools));
  return [...Map.groupBy(named, ({ name }) => name)]
    .filter(([, group]) => group.length > 1)
    .map(([name, group]) => {
      const servers = group.map(({ one }) => one);
      return { name, servers, isApart: !servers.some(({ alias }) => mixed.has(`${alias}/${name}`)) };
    });
}

function outcomesOf(prepared: readonly ExportServer[], format: ExportFormat): Outcomes {
  const outcomes: Outcomes = { deny: [], ask: [], allow: [] };
  for (const { alias, tools } of prepared) {
    for (const tool of tools) {
      const shown = prepared.length > 1 ? `${alias}/${tool.name}` : tool.name;
      outcomes[format.outcome(tool)].push(shown);
    }
  }
  return outcomes;
}
