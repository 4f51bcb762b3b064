/** How Gemini CLI 0.61 writes the names and arguments that its policy rules are compared with. */

/** In front of the name of every tool of a server. */
export const PREFIX = "mcp_";
/** Characters of a name that Gemini CLI still writes in full; of longer ones it keeps both ends. */
const LONGEST = 63;
const END = 30;
/** Gemini CLI leaves out rules with longer patterns. */
const LONGEST_PATTERN = 2048;

/** The name Gemini CLI registers a tool by, which rules are compared with. */
export function registered(alias: string, tool: string): string {
  const joined = `${alias}_${tool}`;
  const name = (joined.startsWith(PREFIX) ? joined : PREFIX + joined).replace(/[^A-Za-z0-9_\-.:]/g, "_");
  return name.length > LONGEST ? `${name.slice(0, END)}...${name.slice(-END)}` : name;
}

/**
 * What a rule says to meet the tool registered as `name`: the server and the rest of the name. Where the server's name
 * is not in it as it is, a rule with `mcpName` would never hold, and the whole name stands alone.
 */
export function ruleTarget(alias: string, name: string): { mcpName?: string; toolName: string } {
  const server = `${PREFIX}${alias}_`;
  const rest = alias !== "" && name.startsWith(server) ? name.slice(server.length) : "";
  return rest === "" ? { toolName: name } : { mcpName: alias, toolName: rest };
}

/** Whether a rule for a whole server meets all its tools: not where their registered names are without the server's. */
export function holdsWhole(alias: string): boolean {
  return registered(alias, "x".repeat(LONGEST)).startsWith(`${PREFIX}${alias}_`);
}

/**
 * What the arguments must look like. Gemini CLI tests the pattern against their JSON with sorted keys, in which a NUL,
 * which JSON's strings cannot contain, stands before and behind each top-level entry: nothing else can look like one.
 */
export function argsPattern(values: Map<string, unknown[]>): string | undefined {
  const one = ([argument, allowed]: [string, unknown[]]) => {
    const texts = allowed.map((value) => literally(JSON.stringify(value))).join("|");
    return `(?=[^]*\\0${literally(JSON.stringify(argument))}:(?:${texts})\\0)`;
  };
  const text = `^${[...values].map(one).join("")}`;
  return text.length > LONGEST_PATTERN ? undefined : text;
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
