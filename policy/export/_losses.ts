import type { ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

/** What targets have in common that they cannot say, whatever the policy: `cannot` of their formats. */
export const CANNOT = {
  limitsAsked: "rate limits: asked about instead, allowed when the tool only reads",
  argumentsAsked: "rules about arguments: asked about instead",
  limits: "rate limits: allowed without them",
  asking: "asking a person: denied instead",
  askingAndArguments: "asking a person, and rules about arguments: denied instead",
} as const;

/** A loss for the tools it concerns; none where there is no such tool. */
export function lossFor(
  servers: ExportServer[],
  what: string,
  instead: string,
  concerns: (tool: ExportTool, server: ExportServer) => boolean,
): Loss[] {
  const tools = servers.flatMap((server) =>
    server.tools.filter((tool) => concerns(tool, server)).map((tool) => `${server.alias}/${tool.name}`),
  );
  return tools.length > 0 ? [{ what, instead, tools: tools.sort() }] : [];
}

/** Rate limits, by what is done instead: asking, or nothing. */
export function limitLosses(servers: ExportServer[], outcome: (tool: ExportTool) => Outcome): Loss[] {
  const limited = ({ rules }: ExportTool, { policy }: ExportServer) =>
    (rules.limits ?? []).length > 0 || (policy.all_tools?.limits ?? []).length > 0;
  const instead = (wanted: Outcome, sentence: string) =>
    lossFor(
      servers,
      "rate limits",
      sentence,
      (tool, server) => limited(tool, server) && outcome(tool) === wanted,
    );
  return [
    ...instead("ask", "every call is asked about."),
    ...instead("allow", "the tool is allowed, as often as it is called."),
  ];
}

/** Rules about arguments, by what is done instead; of all tools that have them, unless told which. */
export function argumentLosses(
  servers: ExportServer[],
  instead: string,
  concerns: (tool: ExportTool, server: ExportServer) => boolean = () => true,
): Loss[] {
  return lossFor(
    servers,
    "argument rules",
    instead,
    (tool, server) => tool.access === "check" && concerns(tool, server),
  );
}

/** Names with half a surrogate pair, which the language of the target cannot hold. */
export function nameLosses(servers: ExportServer[], language: string, instead: string): Loss[] {
  return lossFor(servers, `names that ${language} cannot write`, instead, ({ name }) => !name.isWellFormed());
}

/** Hiding, in a target that is asked about calls only. */
export function hidingLosses(servers: ExportServer[], language: string): Loss[] {
  const instead = `the tool is denied; lists are not ${language}'s.`;
  return lossFor(servers, "hiding", instead, ({ access }) => access === "hide");
}
