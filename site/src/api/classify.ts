/** Verdicts on definitions that are sent in. Nothing is stored. */
import { setImmediate } from "node:timers/promises";
import {
  classify,
  type Entry,
  entriesOf,
  flowsOf,
  NoEntriesError,
  type ToolDefinition,
} from "../../../classifier/index.ts";
import { TOKEN_ENCODING, tokenCost } from "../../../classifier/tokens.ts";
import type { CorrectedVerdict } from "../../../policy/index.ts";
import { guessesSaid } from "../lib/flows.ts";
import type { Tokens } from "../lib/tokens.ts";
import { sentFlow } from "./attacks.ts";
import { type ApiClassification, MOST_DEFINITIONS } from "./decide-types.ts";
import type { ApiSentFlow } from "./flow-types.ts";

type Judge = (definition: ToolDefinition) => CorrectedVerdict;
/** What keeps a body from being answered, and where in it. */
type Refused = { ok: false; detail: string; pointer: string };
type Judged = { server?: string; definition: ToolDefinition; verdict: CorrectedVerdict };

/**
 * In: what was sent, in any of the shapes that `placard classify` reads. Other requests get their turn between two
 * definitions.
 */
export async function classifySent(
  body: unknown,
  judge: Judge = classify,
): Promise<{ ok: true; value: ApiClassification } | Refused> {
  const list = listIn(body);
  if (list && list.length > MOST_DEFINITIONS) {
    const many = `These are ${list.length.toLocaleString("en")} definitions, and ${MOST_DEFINITIONS.toLocaleString("en")} are taken at once.`;
    return { ok: false, detail: `${many} Send them in parts.`, pointer: list.pointer };
  }
  const judged: Judged[] = [];
  const problems: ApiClassification["problems"] = [];
  try {
    for (const entry of entriesOf(body)) {
      if (!entry.ok) problems.push(problemOf(entry, list?.pointer));
      else {
        const { definition, server } = entry;
        judged.push({ server, definition, verdict: judge(definition) });
        await setImmediate();
      }
    }
  } catch (error) {
    if (error instanceof NoEntriesError) return { ok: false, detail: sentence(error.message), pointer: "" };
    throw error;
  }
  return { ok: true, value: { ...itemsOf(judged), problems, flows: sentFlows(judged) } };
}

/** Where the list of definitions is in the body, if it is one. */
function listIn(body: unknown): { pointer: string; length: number } | undefined {
  if (Array.isArray(body)) return { pointer: "", length: body.length };
  const { result, tools } = (body ?? {}) as { result?: { tools?: unknown }; tools?: unknown };
  if (Array.isArray(result?.tools)) return { pointer: "/result/tools", length: result.tools.length };
  if (Array.isArray(tools)) return { pointer: "/tools", length: tools.length };
  return undefined;
}

function problemOf(
  { server, name, problem, place }: Extract<Entry, { ok: false }>,
  list: string | undefined,
): ApiClassification["problems"][number] {
  const number = /entry (\d+)$/.exec(place ?? "")?.[1];
  const pointer = number === undefined || list === undefined ? undefined : `${list}/${Number(number) - 1}`;
  return { server, name, pointer, problem };
}

function itemsOf(judged: readonly Judged[]): Pick<ApiClassification, "items" | "tokens"> {
  const tokens: Tokens = { encoding: TOKEN_ENCODING, count: 0, complete: true };
  const items = judged.map(({ server, definition, verdict }) => {
    const { count, complete } = tokenCost(definition);
    tokens.count += count;
    tokens.complete &&= complete;
    const own: Tokens = { encoding: TOKEN_ENCODING, count, complete };
    return { ...(server === undefined ? {} : { server }), ...verdict, tokens: own };
  });
  return { items, tokens };
}

/** What they make together, those without a server as of one. */
function sentFlows(judged: readonly Judged[]): ApiSentFlow[] {
  const servers = [...Map.groupBy(judged, ({ server }) => server ?? "")].map(([server, tools]) => ({
    server,
    tools: tools.map(({ definition, verdict }) => ({ digest: verdict.digest, definition, verdict })),
  }));
  return flowsOf(servers).map(guessesSaid).map(sentFlow);
}

/** The classifier's messages begin with what was being done. */
function sentence(message: string): string {
  return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}`;
}
