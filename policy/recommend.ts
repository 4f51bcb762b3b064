import type { ToolDefinition, Verdict } from "../classifier/types.ts";
import { boundsWithoutArgument } from "./_arguments.ts";
import { assemble, type Recommendation, type ServedPart } from "./_assemble.ts";
import { partsFor } from "./_parts.ts";
import { applyOverrides, type Overrides } from "./overrides.ts";
import type { Bounds, Preset } from "./types.ts";

export type { Recommendation } from "./_assemble.ts";
export type { Bounds } from "./types.ts";

export interface RecommendOptions {
  /** How tight; "recommended" unless told. */
  preset?: Preset;
  /** Bounds of arguments that only the user can know; none unless told. */
  bounds?: Bounds;
  /** A user's own word on tools and bounds, which goes before the preset's. */
  overrides?: Overrides;
}

/** Of one server's tools. */
export interface RecommendServerOptions extends RecommendOptions {
  /** Our id of the server, such as `npm/@scope/name`; without it the overrides of `<server id>/<tool>` hold for no tool. */
  server?: string;
}

/** A tool and what the classifier says of it. */
export interface JudgedTool {
  definition: ToolDefinition;
  verdict: Verdict;
}

/**
 * The policy document for one tool: everything else is denied. Same input, same document.
 * In: the definition and its verdict. Out: the document and, beside it, why each rule is there.
 */
export function recommend(
  definition: ToolDefinition,
  verdict: Verdict,
  options: RecommendServerOptions = {},
): Recommendation {
  return recommendServer([{ definition, verdict }], options);
}

/** The policy document for all tools of a server, by name. A name that is served twice gets both tools' rules. */
export function recommendServer(
  tools: JudgedTool[],
  { server, ...options }: RecommendServerOptions = {},
): Recommendation {
  return assemble(served(tools, options, server));
}

/**
 * One document for several servers. It speaks of tools by name only: where two servers serve a tool of the same
 * name, either gets the rules of both, and a reason says so.
 */
export function recommendServers(
  servers: { server: string; tools: JudgedTool[] }[],
  options: RecommendOptions = {},
): Recommendation {
  return assemble(servers.flatMap(({ server, tools }) => served(tools, options, server)));
}

function served(
  tools: JudgedTool[],
  { preset = "recommended", bounds, overrides = {} }: RecommendOptions,
  server?: string,
): ServedPart[] {
  return tools.map(({ definition, verdict }) => {
    const { name } = definition;
    const told = applyOverrides(overrides, { server, name, facets: verdict.facets });
    const decided = told.decision && { decision: told.decision, why: told.why ?? "" };
    const all = { ...told.bounds, ...bounds };
    return {
      name,
      server,
      parts: partsFor(definition, verdict, preset, all, decided),
      notes: boundsWithoutArgument(definition, verdict, all),
    };
  });
}
