import { describe, expect, test } from "vitest";
import { addCounted, type Counters, parseCall, takeBack } from "../../policy/index.ts";
import { call, NOON, policyFor } from "./_call.ts";

/** Weaknesses known from other enforcers, each with a test that this one does not share it. */

const message = (params: string, more = "") =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}${more}}`;
const kindOf = (text: string) => {
  const parsed = parseCall(text);
  return parsed.ok ? "call" : parsed.kind;
};
const limit = { counter: "c", window: "minute" as const, max: 3, scope: "grant" as const };

test("a plain call is read", () => {
  expect(parseCall(message('{"name":"t","arguments":{"a":[{"b":"\\"{"}]}}'))).toEqual({
    ok: true,
    call: { tool: "t", args: { a: [{ b: '"{' }] } },
    id: 1,
  });
  expect(parseCall(message('{"name":"t","_meta":{}}'))).toEqual({ ok: true, call: { tool: "t" }, id: 1 });
});

describe("(a) a batch is not passed on unevaluated", () => {
  test.each(["[]", `[${message('{"name":"t"}')}]`, ` [${message('{"name":"t"}')}]`])("%s", (text) => {
    expect(parseCall(text)).toMatchObject({
      ok: false,
      kind: "batch",
      why: expect.stringMatching(/one by one/),
    });
  });
  test("nor are several messages in one text", () => {
    expect(kindOf(`${message('{"name":"t"}')}\n${message('{"name":"u"}')}`)).toBe("not JSON");
  });
});

test.each([
  "",
  "{",
  message("null"),
  message("[]"),
  message("{}"),
  message('{"name":1}'),
  message('{"name":""}'),
  message('{"name":"t","arguments":[]}'),
  message('{"name":"t","arguments":"{}"}'),
  message('{"name":"t"}').replace("tools/call", "tools/list"),
  message('{"name":"t"}').replace('"id":1', '"id":{}'),
])("(b) a call that cannot be read is refused: %s", (text) => {
  expect(parseCall(text).ok).toBe(false);
});

describe("(c) no text is read as two calls", () => {
  test.each([
    ["the name in another case", message('{"name":"read","Name":"drop"}')],
    ["the arguments in another case", message('{"name":"t","arguments":{},"Arguments":{}}')],
    ["only in another case", message('{"NAME":"drop","name":"read"}')],
    ["the method in another case", message('{"name":"t"}', ',"Method":"tools/list"')],
    ["params in another case", message('{"name":"t"}', ',"PARAMS":{"name":"u"}')],
    ["a letter that folds", message('{"name":"t","argument\u017f":{}}')],
    ["the name twice", message('{"name":"read","name":"drop"}')],
    ["the name twice, once escaped", message('{"name":"read","\\u006eame":"drop"}')],
    ["params twice", message('{"name":"t"}', ',"params":{"name":"u"}')],
    ["an argument twice", message('{"name":"t","arguments":{"a":1,"a":2}}')],
    ["an argument twice, deep", message('{"name":"t","arguments":{"a":[{"b":{"c":1,"d":[],"c":2}}]}}')],
    ["an argument twice, named __proto__", message('{"name":"t","arguments":{"__proto__":1,"__proto__":2}}')],
  ])("%s", (_, text) => {
    expect(kindOf(text)).toBe("ambiguous");
  });
  test("the same key in different objects, or as a value, is no repetition", () => {
    expect(
      kindOf(message('{"name":"t","arguments":{"name":"name","a":{"a":"a"},"b":["a","a"],"Arguments":1}}')),
    ).toBe("call");
  });
  test("nesting does not overflow", () => {
    const deep = `${'{"a":['.repeat(3000)}1${"]}".repeat(3000)}`;
    expect(kindOf(message(`{"name":"t","arguments":${deep}}`))).toBe("call");
    expect(kindOf(message(`{"name":"t","arguments":${deep.replace("1", '{"b":1,"b":2}')}}`))).toBe(
      "ambiguous",
    );
  });
});

describe("(d, e) an amount in a call neither lowers a count nor rounds it away", () => {
  test.each([-500, -0.01, 0.99, 0, 1e308])("amount %d counts one call", (amount) => {
    let counters: Counters = new Map();
    const decisions = [];
    for (let round = 0; round < 4; round += 1) {
      const result = call(policyFor({ limits: [limit] }), { amount }, { counters });
      counters = addCounted(counters, result.counted, NOON);
      decisions.push(result.decision);
    }
    expect(decisions).toEqual(["allow", "allow", "allow", "limited"]);
  });
});

test("(f) what a failed call was counted for can be given back, once, and never below nothing", () => {
  const policy = policyFor({ limits: [limit] });
  const { counted } = call(policy);
  let counters = addCounted(new Map(), counted, NOON);
  counters = takeBack(takeBack(counters, counted), counted);
  expect([...counters.values()]).toEqual([{ start: NOON, calls: 0 }]);
});

test("(g) every limit counts, whatever else the tool has", () => {
  const policy = policyFor({
    require: [{ conditions: [{ path: "args.a", op: "exists", value: true }] }],
    limits: [limit, { ...limit, counter: "d", window: "hour" }],
  });
  expect([...call(policy, { a: 1 }).counted.keys()]).toEqual(["minute:c", "hour:d"]);
});

test("(h) a hidden tool cannot be called by its name either", () => {
  expect(call(policyFor({}, { hide: ["t"] })).decision).toBe("hidden");
});

test("(i) giving back after the window has ended does not touch the new window", () => {
  const policy = policyFor({ limits: [limit] });
  const first = call(policy, {}, { now: NOON + 59_999 });
  const before = addCounted(new Map(), first.counted, NOON + 59_999);
  const second = call(policy, {}, { counters: before, now: NOON + 60_001 });
  const after = addCounted(before, second.counted, NOON + 60_001);
  expect(takeBack(after, first.counted).get("minute:c")).toEqual({ start: NOON + 60_000, calls: 1 });
});
