import { expect, test } from "vitest";
import {
  addCounted,
  type Counters,
  DECISIONS,
  evaluateCall,
  type Policy,
  parsePolicy,
} from "../../policy/index.ts";
import { NOON } from "./_call.ts";
import { type Random, randomFrom } from "./_random.ts";
import { NAMES, randomArguments, randomLimit, randomPolicy, randomRule } from "./_random-policy.ts";

const ROUNDS = 5000;

function randomCounters(random: Random): Counters {
  return new Map(
    random.list(3, () => [
      `${random.pick(["minute", "hour"])}:${random.pick(["c", "d"])}`,
      { start: NOON, calls: random.below(4) },
    ]),
  );
}

/** The document with one more denial, requirement, limit or hidden name, anywhere. */
function withOneMore(random: Random, policy: Policy, tool: string): Policy {
  const copy = structuredClone(policy);
  const kind = random.below(5);
  const insert = <Value>(list: Value[] | undefined, value: Value) =>
    (list ?? []).toSpliced(random.below((list ?? []).length + 1), 0, value);
  if (kind === 0) copy.hide = insert(copy.hide, tool);
  else if (kind === 1) copy.all_tools = { limits: insert(copy.all_tools?.limits, randomLimit(random)) };
  else {
    const rules = { ...(policy.tools && Object.hasOwn(policy.tools, tool) ? policy.tools[tool] : {}) };
    // An entry for a tool that the default denies would be a permission, not a rule.
    if (Object.keys(rules).length === 0 && policy.default === "deny") return copy;
    if (kind === 2) rules.deny_if = insert(rules.deny_if, randomRule(random));
    if (kind === 3) rules.require = insert(rules.require, randomRule(random));
    if (kind === 4) rules.limits = insert(rules.limits, randomLimit(random));
    const tools = { ...copy.tools };
    Object.defineProperty(tools, tool, {
      value: rules,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    copy.tools = tools;
  }
  return copy;
}

test("a hidden tool, and one that default deny does not list, never get through", () => {
  const random = randomFrom(2);
  let hidden = 0;
  let unlisted = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const policy = randomPolicy(random);
    const tool = random.pick(NAMES);
    const approvable = new Set([`/tools/${tool}/deny_if/0`]);
    const options = random.below(2) ? { approvable, approved: approvable } : {};
    const call = { tool, args: randomArguments(random) };
    const { decision } = evaluateCall(policy, call, randomCounters(random), NOON, options);
    expect(DECISIONS).toContain(decision);
    if (policy.hide?.some((name) => name === tool || name === "*")) {
      hidden += 1;
      expect(decision).toBe("hidden");
    } else if (policy.default === "deny" && !Object.hasOwn(policy.tools ?? {}, tool)) {
      unlisted += 1;
      expect(decision).toBe("deny");
    }
  }
  expect(Math.min(hidden, unlisted)).toBeGreaterThan(200);
});

test("one more rule never lets a call through that was not let through before", () => {
  const random = randomFrom(3);
  let turned = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const policy = randomPolicy(random);
    const tool = random.pick(NAMES);
    const call = { tool, args: randomArguments(random) };
    const counters = randomCounters(random);
    const more = withOneMore(random, policy, tool);
    const before = evaluateCall(policy, call, counters, NOON);
    const after = evaluateCall(more, call, counters, NOON);
    if (before.decision === "allow" && after.decision !== "allow") turned += 1;
    if (before.decision !== "allow")
      expect(after.decision, JSON.stringify({ policy, more, call })).not.toBe("allow");
  }
  expect(turned).toBeGreaterThan(200);
});

test("the rule that decided is in the document, and the evaluation changes nothing", () => {
  const random = randomFrom(4);
  for (let round = 0; round < ROUNDS; round += 1) {
    const policy = randomPolicy(random);
    const text = JSON.stringify(policy);
    const counters = randomCounters(random);
    const counted = JSON.stringify([...counters]);
    const result = evaluateCall(
      policy,
      { tool: random.pick(NAMES), args: randomArguments(random) },
      counters,
      NOON,
    );
    addCounted(counters, result.counted, NOON);
    expect(resolves(JSON.parse(text), result.rule ?? "")).toBe(true);
    expect(JSON.stringify(policy)).toBe(text);
    expect(JSON.stringify([...counters])).toBe(counted);
    expect(parsePolicy(JSON.parse(text)).ok).toBe(true);
  }
});

function resolves(document: unknown, pointer: string): boolean {
  let value = document;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}
