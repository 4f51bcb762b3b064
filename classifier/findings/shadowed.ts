import { nameWords } from "../text.ts";
import type { Finding, ToolDefinition } from "../types.ts";

const KIND = "shadowed-name";

/** A server of a set, with the definitions it serves. */
export interface NamedServer {
  /** Its id, as in the catalog. */
  server: string;
  tools: readonly Pick<ToolDefinition, "name">[];
}

/** A finding about one tool of a set, with the tools whose name it has. */
export interface ShadowedName {
  server: string;
  tool: string;
  /** At most 20. */
  others: { server: string; tool: string }[];
  finding: Finding;
}

interface Entry {
  server: string;
  tool: string;
}

const MAX_OTHERS = 20;
const MAX_NAMES = 50;

/**
 * Tools of one set of servers whose names are, or look, the same: a client that puts them side by side gives one the
 * calls that are meant for the other. Pure, and linear in the number of tools.
 *
 * Severity: `error` where letters of other scripts or hidden characters make two names look the same, `warning` for
 * the same name, `info` where names differ in case or separators only.
 *
 * @param servers as connected together; their order does not matter
 * @returns one finding for each tool concerned, sorted by server and tool
 */
export function shadowedNames(servers: readonly NamedServer[]): ShadowedName[] {
  const groups = new Map<string, Entry[]>();
  for (const { server, tools } of servers) {
    for (const { name } of tools) {
      const key = skeleton(name);
      const group = groups.get(key) ?? [];
      if (group.length === 0) groups.set(key, group);
      group.push({ server, tool: name });
    }
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap(findingsIn)
    .sort((a, b) => compareEntries(a, b));
}

/** What a name looks like: letters folded as in texts, without case, separators or hidden characters. */
function skeleton(name: string): string {
  const words = nameWords(name).map((word) => word.text);
  return words.length > 0 ? words.join("") : name;
}

/** The findings of tools whose names look the same. */
function findingsIn(group: Entry[]): ShadowedName[] {
  const byName = new Map<string, Entry[]>();
  for (const entry of group.toSorted(compareEntries)) {
    byName.set(entry.tool, [...(byName.get(entry.tool) ?? []).slice(0, MAX_OTHERS), entry]);
  }
  // Bounded, as thousands of spellings of one name must not cost their square.
  const names = [...byName.keys()].slice(0, MAX_NAMES);
  return group.map(({ server, tool }) => {
    const all = names.flatMap((name) => byName.get(name) ?? []);
    const others = all.filter((other) => other.server !== server || other.tool !== tool);
    const disguised = others.filter((other) => isDisguised(tool, other.tool));
    const same = group.length > 1 && (byName.get(tool)?.length ?? 0) > 1 ? (byName.get(tool) ?? []) : [];
    const [severity, chosen] =
      disguised.length > 0
        ? (["error", disguised] as const)
        : same.length > 0
          ? (["warning", withoutOne(same, server)] as const)
          : (["info", others] as const);
    const own = chosen.every((other) => other.server === server);
    return {
      server,
      tool,
      others: chosen.slice(0, MAX_OTHERS),
      finding: {
        id: KIND,
        severity,
        message: messageFor(severity, own),
        evidence: [{ rule: KIND, pointer: "/name", start: 0, end: tool.length, excerpt: tool }],
      },
    };
  });
}

/** The list without one entry of this server: without the tool itself. */
function withoutOne(list: Entry[], server: string): Entry[] {
  const own = list.findIndex((entry) => entry.server === server);
  return list.filter((_, index) => index !== own);
}

/** Two names that are different only in what a reader does not see; an accent can be seen. */
function isDisguised(one: string, other: string): boolean {
  if (isAscii(one) && isAscii(other)) return false;
  return plain(one) !== plain(other);
}

/** Without case, accents, and separators that show. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]|(?![a-z0-9])[ -~]/gi, "")
    .toLowerCase();
}

const isAscii = (name: string): boolean => /^[ -~]*$/.test(name);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareEntries = (a: Entry, b: Entry): number => compare(a.server, b.server) || compare(a.tool, b.tool);

function messageFor(severity: Finding["severity"], own: boolean): string {
  const whose = own ? "The same server" : "Another server of this set";
  if (severity === "error")
    return `${whose} has a tool whose name looks the same, though it is written with other characters.`;
  if (severity === "warning") return `${whose} has a tool of the same name.`;
  return `${whose} has a tool whose name differs only in case or separators.`;
}
