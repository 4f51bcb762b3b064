import type { ExportServer, ExportTool, Outcome } from "./types.ts";

/** The two ways down from our policy to a target. */

const STRICT: Record<Outcome, number> = { allow: 0, ask: 1, deny: 2 };

/**
 * What becomes of a tool where the target can ask a person: a rate limit becomes a question, unless the tool only
 * reads; rules about arguments become a question; denied and hidden are denied.
 */
export function askingOutcome({ access, verdict }: ExportTool): Outcome {
  switch (access) {
    case "allow":
      return "allow";
    case "limit":
      return verdict.category === "Read" ? "allow" : "ask";
    case "check":
      return "ask";
    default:
      return "deny";
  }
}

/**
 * What becomes of a tool where the target cannot ask: without its rate limit it is allowed; without its rules about
 * arguments it is denied.
 */
export function unaskingOutcome({ access }: ExportTool): Outcome {
  return access === "allow" || access === "limit" ? "allow" : "deny";
}

/** As `unaskingOutcome`, for targets whose files cannot hold half a surrogate pair: such a name is denied. */
export function writableOutcome(tool: ExportTool): Outcome {
  return tool.name.isWellFormed() ? unaskingOutcome(tool) : "deny";
}

/** The outcome that lets less through. */
export function stricter(a: Outcome, b: Outcome): Outcome {
  return STRICT[a] >= STRICT[b] ? a : b;
}

/** What names a server in the target: no alias, or one that two servers have, would let rules meet the wrong server. */
export function aliasProblem(
  servers: ExportServer[],
  isPossible: (alias: string) => boolean = () => true,
  asSeen: (alias: string) => string = (alias) => alias,
  rule = "the name must be text",
): string | undefined {
  const seen = new Map<string, string>();
  for (const { server, alias } of servers) {
    const shown = JSON.stringify(alias);
    if (alias === "" || !alias.isWellFormed() || !isPossible(alias)) {
      return `naming the server ${server}: ${shown} cannot stand for it there; ${rule}. Give it another name there and here, as alias ${server}=<name>.`;
    }
    const other = seen.get(asSeen(alias));
    if (other !== undefined) {
      return `naming the server ${server}: ${shown} stands for ${other} already. Tell them apart by an alias ${server}=<name>.`;
    }
    seen.set(asSeen(alias), server);
  }
  return undefined;
}
