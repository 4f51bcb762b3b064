/** What tools cost in tokens, as pages and API show it. Counted once and remembered: it follows from the definition alone. */
import { setImmediate } from "node:timers/promises";
import type { ToolDefinition } from "../../../classifier/index.ts";
import { TOKEN_ENCODING, type TokenCost, tokenCost } from "../../../classifier/tokens.ts";

interface Costly {
  digest: string;
  definition: ToolDefinition;
}

/** Tokens as the API gives them. */
export interface Tokens {
  encoding: typeof TOKEN_ENCODING;
  count: number;
  /** False: there are at least `count`; the text was too long to count to its end. */
  complete: boolean;
}

export interface ServerTokens<Tool> extends Tokens {
  /** The tools that cost most, heaviest first. */
  heaviest: { tool: Tool; count: number; complete: boolean }[];
  /** Those of each definition, by digest; of the tools that were counted. */
  each: ReadonlyMap<string, number>;
}

/**
 * UTF-16 code units that are counted of one server; the largest real one we have seen has half of that. Counting takes
 * a second for five million of the usual text, and ten times as long where somebody means to slow us down.
 */
export const MAX_SERVER_CHARACTERS = 2_000_000;
const HEAVIEST = 10;
/** Digests with three numbers each: some megabytes. */
const REMEMBERED = 20_000;
const remembered = new Map<string, TokenCost>();

/** The tokens of one tool's definition. */
export function toolTokens(tool: Costly): Tokens {
  const { count, complete } = costOf(tool);
  return { encoding: TOKEN_ENCODING, count, complete };
}

/**
 * The tokens of all tools of a server. Other requests get their turn between two tools. Tools behind the first
 * MAX_SERVER_CHARACTERS are not counted, and the sum says so.
 */
export async function serverTokens<Tool extends Costly>(tools: readonly Tool[]): Promise<ServerTokens<Tool>> {
  const costs: ServerTokens<Tool>["heaviest"] = [];
  let count = 0;
  let characters = 0;
  for (const tool of tools) {
    if (characters >= MAX_SERVER_CHARACTERS) break;
    if (!remembered.has(tool.digest)) await setImmediate();
    const cost = costOf(tool);
    costs.push({ tool, count: cost.count, complete: cost.complete });
    count += cost.count;
    characters += cost.characters;
  }
  const complete = costs.length === tools.length && costs.every((cost) => cost.complete);
  const each = new Map(costs.map((cost) => [cost.tool.digest, cost.count]));
  const heaviest = costs.sort((a, b) => b.count - a.count).slice(0, HEAVIEST);
  return { encoding: TOKEN_ENCODING, count, complete, heaviest, each };
}

function costOf({ digest, definition }: Costly): TokenCost {
  const cost = remembered.get(digest) ?? tokenCost(definition);
  // The one that was asked for last stands last; the first goes when there are too many.
  remembered.delete(digest);
  remembered.set(digest, cost);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
  return cost;
}
