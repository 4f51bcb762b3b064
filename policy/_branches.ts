import type { Branch, ToolDefinition, Verdict } from "../classifier/types.ts";
import { groupBy } from "./_group-by.ts";
import { claim, count, onlyThese, supporting } from "./_words.ts";
import { type Decision, decide } from "./defaults.ts";
import type { Window } from "./schema.ts";
import type { Part, Preset } from "./types.ts";

/**
 * For a tool that would be denied or hidden only because of some values of its arguments: denies those values and keeps
 * the rest, with the limit of the worst of the rest. Nothing is guessed: only values that the verdict lists as milder
 * stay allowed, and a call without the argument is denied too, as nobody says what its default does. A tool whose own
 * name shows the danger is denied whole, whatever values it offers.
 */
export function withoutBranches(
  definition: ToolDefinition,
  verdict: Verdict,
  preset: Preset,
): Part[] | undefined {
  const { branches, category, risk, reversible } = verdict;
  const behindOne = branches.some((branch) => branch.category === category && branch.risk === risk);
  if (!behindOne || namesTheDanger(verdict)) return undefined;
  const parts: Part[] = [];
  for (const [pointer, values] of byArgument(branches)) {
    const kept = values.filter((branch) => isLoose(decide(preset, { ...branch, reversible })));
    if (kept.length === values.length) continue;
    const path = argumentPath(definition, pointer);
    if (!path || kept.length === 0) return undefined;
    parts.push(...branchParts(path, kept, values, verdict, preset));
  }
  return parts.length > 0 ? parts : undefined;
}

function namesTheDanger({ evidence, category }: Verdict): boolean {
  return evidence.some(({ pointer, supports }) => pointer === "/name" && supports === category);
}

function branchParts(path: string, kept: Branch[], all: Branch[], verdict: Verdict, preset: Preset): Part[] {
  const argument = kept[0]?.argument ?? "";
  const values = [...new Set(kept.map(({ value }) => value))];
  const message = `Denied: ${onlyThese(values)} Ask a person who may do the rest to do it by hand.`;
  const gone = all.filter((branch) => !kept.includes(branch));
  const evidence = verdict.evidence.filter(({ pointer }) => pointer.startsWith(all[0]?.pointer ?? "/"));
  const milder = kept.map((branch) => decide(preset, { ...branch, reversible: verdict.reversible }));
  const limits = milder.filter((decision) => decision.action === "limit");
  const tightest = limits.toSorted((a, b) => perHour(a) - perHour(b))[0];
  const parts: Part[] = [
    {
      kind: "deny",
      rule: { conditions: [{ path, op: "not_in", value: values }], on_deny: message },
      why: `${claim(verdict)} because of ${gone.length === 1 ? "one value" : `${gone.length} values`} of the argument ${JSON.stringify(argument)}; only the milder values stay allowed.`,
      evidence: evidence.length > 0 ? evidence : supporting(verdict),
    },
    {
      kind: "deny",
      rule: { conditions: [{ path, op: "exists", value: false }], on_deny: message },
      why: "A call without this argument is denied as well: nothing says what it would do by default.",
      evidence: [],
    },
  ];
  if (tightest) {
    parts.push({
      kind: "limit",
      window: tightest.window,
      max: tightest.max,
      why: `For the values that stay allowed: at most ${count(tightest.max, tightest.window)} for each grant.`,
      evidence: [],
    });
  }
  return parts;
}

function byArgument(branches: Branch[]): Map<string, Branch[]> {
  return groupBy(branches, ({ pointer }) => pointer);
}

/** Path of a top-level argument in the policy's words, or undefined where its name cannot be written as one. */
function argumentPath(definition: ToolDefinition, pointer: string): string | undefined {
  const name = /^\/inputSchema\/properties\/([A-Za-z0-9_-]+)$/.exec(pointer)?.[1];
  const schema = definition.inputSchema;
  if (name === undefined || typeof schema !== "object" || schema === null) return undefined;
  return `args.${name}`;
}

function isLoose({ action }: Decision): boolean {
  return action === "allow" || action === "limit";
}

function perHour({ max, window }: { max: number; window: Window }): number {
  return window === "minute" ? max * 60 : max;
}
