import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Part, RouteCache } from "../../cli/_route-cache.ts";
import { keyOf } from "../../cli/_route-keys.ts";

interface Text {
  text: string;
  kept?: boolean;
}

function openCache(limit = 1_000_000, maxAge?: number) {
  const cache = new RouteCache<Text>({
    limit,
    maxAge,
    weigh: ({ text, kept = true }) => (kept ? text.length : undefined),
  });
  cache.open(true);
  let made = 0;
  const ask = async (key: string, parts: Part[] = [], answer: Partial<Text> = {}) => {
    const { text } = await cache.share(key, async (onRead) => {
      made += 1;
      for (const part of parts) onRead(part);
      return { text: `${key} ${made}`, ...answer };
    });
    return text;
  };
  return { cache, ask, made: () => made };
}

const one = { server: "npm/one" };
const two = { server: "npm/two" };

test("an answer is made once, until what it was made from changes", async () => {
  const { cache, ask } = openCache();
  const all = async () => [
    await ask("one", [one]),
    await ask("two", [two]),
    await ask("list", ["catalog"]),
    await ask("page"),
  ];
  const before = await all();
  expect(await all()).toEqual(before);
  cache.change(one);
  const after = await all();
  expect(after.map((text, index) => text === before[index])).toEqual([false, true, false, true]);
  cache.change("runs");
  expect(await all()).toEqual(after);
  cache.change("all");
  expect((await all()).some((text, index) => text === after[index])).toBe(false);
});

test("a server that is called like one of our words changes nothing else", async () => {
  const { cache, ask } = openCache();
  const before = await ask("runs", ["runs"]);
  cache.change({ server: "runs" });
  expect(await ask("runs", ["runs"])).toBe(before);
});

test("many who ask at once get one answer, and those who ask after a change another", async () => {
  const { cache } = openCache();
  const begun: ((text: string) => void)[] = [];
  const ask = () =>
    cache.share("key", (onRead) => {
      onRead(one);
      return new Promise<Text>((resolve) => begun.push((text) => resolve({ text })));
    });
  const early = [ask(), ask(), ask()];
  expect(begun).toHaveLength(1);
  cache.change(one);
  const late = ask();
  expect(begun).toHaveLength(2);
  begun[1]?.("new");
  expect(await late).toEqual({ text: "new" });
  begun[0]?.("old");
  expect(await Promise.all(early)).toEqual([{ text: "old" }, { text: "old" }, { text: "old" }]);
  // What was begun before the change came last, and is not kept.
  expect(cache.get("key")).toEqual({ text: "new" });
});

test("what is made while it changes is not kept, whether the change or the reading is noted first", async () => {
  const { cache, ask } = openCache();
  for (const changeFirst of [true, false]) {
    await cache.share("key", async (onRead) => {
      if (!changeFirst) onRead(one);
      cache.change(one);
      if (changeFirst) onRead(one);
      return { text: "old" };
    });
    expect(cache.get("key")).toBeUndefined();
  }
  expect(await ask("key", [one])).toBe(await ask("key", [one]));
});

test("nothing is kept of the moment, of what must not be, of failures, and while changes could be missed", async () => {
  const { cache, ask, made } = openCache();
  for (const [parts, answer] of [
    [["moment"], {}],
    [[], { kept: false }],
  ] as [Part[], Partial<Text>][]) {
    expect(await ask("key", parts, answer)).not.toBe(undefined);
    expect(cache.get("key")).toBeUndefined();
  }
  const failing = cache.share("key", () => Promise.reject(new Error("broken")));
  await expect(failing).rejects.toThrow("broken");
  await ask("key");
  cache.open(false);
  expect(cache.get("key")).toBeUndefined();
  await ask("key");
  cache.open(true);
  const count = made();
  await ask("key");
  await ask("key");
  expect(made()).toBe(count + 1);
});

test("memory is bounded: what was not used longest goes first, and what is too large is not kept", async () => {
  const { cache, ask } = openCache(20_000);
  const text = "x".repeat(1_000);
  for (let index = 0; index < 100; index += 1) {
    await ask(`key ${index}`, [one], { text });
    await ask("key 0", [one], { text });
    expect(cache.bytes).toBeLessThanOrEqual(20_000);
  }
  expect(cache.get("key 0")).toBeDefined();
  expect(cache.get("key 99")).toBeDefined();
  expect(cache.get("key 50")).toBeUndefined();
  await ask("large", [], { text: "x".repeat(5_000) });
  expect(cache.get("large")).toBeUndefined();
  const grown = cache.get("key 99");
  if (grown) cache.grow("key 99", grown, 19_000);
  expect(cache.bytes).toBeLessThanOrEqual(20_000);
  cache.change("all");
  expect(cache.bytes).toBe(0);
});

test("an answer grows old", async () => {
  const { ask } = openCache(1_000_000, 30);
  const before = await ask("key");
  expect(await ask("key")).toBe(before);
  await sleep(40);
  expect(await ask("key")).not.toBe(before);
});

const key = (url: string, more: object = {}, publicUrl?: string) =>
  keyOf({ url, host: "localhost:1", crossOrigin: false, ...more }, publicUrl)?.key;

test("one address has one key", () => {
  expect(key("/tools?risk=high&category=execute")).toBe(key("/tools?category=execute&risk=high"));
  expect(key("/tools/npm/@a/b/x%20y")).toBeDefined();
  for (const url of [
    "/tools/npm/%40a/b/x%20y",
    "/tools/npm/@a/b/%78%20y",
    "/tools/npm/@a/b/x%20y/",
    "/tools//npm/@a/b/x%20y",
    "/tools/./npm",
    "/tools/%2e%2e/npm",
    "/tools/caf%c3%a9",
    "/tools/%",
    "//",
    "tools",
  ]) {
    expect(key(url), url).toBeUndefined();
  }
});

test("made-up query strings and hosts are answered but not kept", () => {
  for (const query of [
    "",
    "x=1",
    "risk=high1",
    "risk=high&risk=high",
    "text=a",
    "cursor=abc",
    "__proto__=x",
    "risk=high&x",
    "risk=high?",
  ]) {
    expect(key(`/tools?${query}`), query).toBeUndefined();
  }
  expect(key("/tools?risk=high&category=execute&facet=money")).toBeUndefined();
  for (const host of [undefined, "", "a b", "a/b", "a@b", "a:99999"]) {
    expect(key("/", { host }), host).toBeUndefined();
  }
});

test("what an answer depends on is in its key", () => {
  const plain = key("/tools");
  expect(key("/tools", { crossOrigin: true })).not.toBe(plain);
  expect(key("/tools", { host: "localhost:2" })).not.toBe(plain);
  expect(key("/tools", { accept: "text/markdown" })).not.toBe(plain);
  expect(key("/tools", { accept: "text/html, */*" })).toBe(plain);
  const open = "https://catalog.example.com";
  expect(key("/tools", { host: "a.example" }, open)).toBe(key("/tools", { host: "b.example" }, open));
});

test("how we are at this moment and what is sent in parts is not kept", () => {
  for (const url of ["/api/v1/health", "/api/v1/progress", "/sitemaps/tools-1.xml"]) {
    expect(key(url), url).toBeUndefined();
  }
});
