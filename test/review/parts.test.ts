import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openBudget } from "../../review/budget.ts";
import { openCache } from "../../review/cache.ts";
import { type Dialect, FULL_DIALECT, simpler } from "../../review/dialect.ts";
import { readEndpoint } from "../../review/index.ts";

describe("the cache", () => {
  const key = { digest: "sha256:00", model: "../../etc/passwd\n", promptVersion: "1" };
  const answer = { category: "Read", risk: "low", quotes: ["Trims"] } as const;
  let folder: string;
  beforeEach(() => {
    const home = mkdtempSync(join(tmpdir(), "placard-review-"));
    folder = join(home, "reviews");
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  });
  const files = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const onlyFile = () => {
    const [file, ...others] = files();
    if (!file || others.length > 0) throw new Error(`${files().length} files instead of one`);
    return join(file.parentPath, file.name);
  };

  test("gives back what was put in, to this process and the next", async () => {
    await openCache(folder).set(key, { ...answer, quotes: [...answer.quotes] });
    expect(await openCache(folder).get(key)).toEqual(answer);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(onlyFile()).mode & 0o077).toBe(0);
  });

  test.each(["digest", "model", "promptVersion"] as const)("belongs to the %s", async (part) => {
    await openCache(folder).set(key, { ...answer, quotes: [] });
    const cache = openCache(folder);
    expect(await cache.get({ ...key, [part]: "other" })).toBeUndefined();
    expect(cache.notes).toEqual([]);
  });

  test.each([
    "",
    "{",
    "null",
    JSON.stringify({ ...key, answer: { ...answer, category: "Harmless" } }),
    JSON.stringify({ ...key, digest: "sha256:01", answer }),
    JSON.stringify({ ...key, answer, more: 1 }),
  ])("takes %.40j for damaged, says so, and is mended by the next answer", async (text) => {
    await openCache(folder).set(key, { ...answer, quotes: [] });
    writeFileSync(onlyFile(), text);
    const cache = openCache(folder);
    expect(await cache.get(key)).toBeUndefined();
    expect(cache.notes).toEqual([expect.stringContaining("is damaged; it is asked for again")]);
    await cache.set(key, { ...answer, quotes: [] });
    expect(await cache.get(key)).toEqual({ ...answer, quotes: [] });
  });

  test("leaves no half-written file when many write the same answer", async () => {
    const cache = openCache(folder);
    await Promise.all(Array.from({ length: 20 }, () => cache.set(key, { ...answer, quotes: [] })));
    expect(JSON.parse(readFileSync(onlyFile(), "utf8"))).toMatchObject(key);
    expect(cache.notes).toEqual([]);
  });

  test("that cannot be written says so a few times, and does not stop anything", async () => {
    mkdirSync(join(folder, ".."), { recursive: true });
    writeFileSync(folder, "a file in the way");
    chmodSync(folder, 0o400);
    const cache = openCache(folder);
    for (let at = 0; at < 10; at++) await cache.set({ ...key, digest: `${at}` }, { ...answer, quotes: [] });
    expect(cache.notes).toHaveLength(3);
    expect(cache.notes[0]).toContain("it will be asked for again");
  });
});

describe("the budget", () => {
  test("sets aside what a question may cost, and gives back what it did not", async () => {
    const budget = openBudget(100);
    expect(await budget.reserve(60)).toBe(true);
    const second = budget.reserve(60);
    budget.settle(60, 10);
    expect(await second).toBe(true);
    budget.settle(60, 60);
    expect(budget.spent()).toBe(70);
    expect(await budget.reserve(31)).toBe(false);
    expect(await budget.reserve(30)).toBe(true);
  });

  test("waits for open questions before it says no", async () => {
    const budget = openBudget(100);
    await budget.reserve(60);
    const later = budget.reserve(60);
    budget.settle(60, 60);
    expect(await later).toBe(false);
  });
});

describe("a simpler way of asking", () => {
  const ways = (status: number, said: string) => {
    const list: Dialect[] = [];
    for (let way = simpler(FULL_DIALECT, status, said); way; way = simpler(way, status, said)) list.push(way);
    return list;
  };

  test.each<[string, Partial<Dialect>]>([
    ["unsupported_value temperature does not support 0", { temperature: false }],
    ["unknown argument: max_completion_tokens", { limit: "max_tokens" }],
    ["this response_format type is unavailable now", { format: "json_object" }],
    ["bad request", { format: "json_object" }],
  ])("after %j changes %j first", (said, change) => {
    expect(ways(400, said)[0]).toEqual({ ...FULL_DIALECT, ...change });
  });

  test("ends with the plainest one", () => {
    expect(ways(422, "no").at(-1)).toEqual({ format: "none", limit: "max_tokens", temperature: false });
    expect(ways(422, "no")).toHaveLength(4);
  });

  test.each<[number, string]>([
    [401, "no"],
    [429, "response_format"],
    [500, "response_format"],
    [400, "content_filter"],
    [400, "context_length_exceeded"],
  ])("is not looked for after %i %s", (status, said) => {
    expect(ways(status, said)).toEqual([]);
  });
});

describe("the endpoint of the environment", () => {
  const KEY = "sk-very-secret";
  const read = (OPENAI_BASE_URL?: string, OPENAI_API_KEY?: string) =>
    readEndpoint({ OPENAI_BASE_URL, OPENAI_API_KEY });

  test.each([
    "http://localhost:11434/v1",
    "http://127.0.0.1:8000/v1",
    "http://127.1.2.3/v1",
    "http://[::1]:1/v1",
    "https://LOCALHOST/v1",
  ])("%s needs no key", (url) => {
    expect(read(url)).toMatchObject({ ok: true, endpoint: { apiKey: undefined, unencrypted: false } });
    expect(read(url, KEY)).toMatchObject({ ok: true, endpoint: { apiKey: KEY } });
  });

  test.each([
    undefined,
    "",
    "https://models.example.com/v1",
    "http://127.0.0.1.example.com/v1",
    "http://localhost.example.com",
  ])("%s needs one", (url) => {
    expect(read(url)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("OPENAI_API_KEY is not set"),
    });
    expect(read(url, "  ")).toMatchObject({ ok: false });
    expect(read(url, ` ${KEY}\n`)).toMatchObject({ ok: true, endpoint: { apiKey: KEY } });
  });

  test("plain http to another machine is told", () => {
    expect(read("http://models.example.com/v1", KEY)).toMatchObject({ endpoint: { unencrypted: true } });
    expect(read("https://models.example.com/v1", KEY)).toMatchObject({ endpoint: { unencrypted: false } });
  });

  test.each([
    ["nonsense", KEY],
    ["file:///etc/passwd", KEY],
    [`https://user:${KEY}@models.example.com/v1`, KEY],
    [`https://models.example.com/v1?key=${KEY}`, KEY],
    ["https://models.example.com/v1", `${KEY}\nX-Other: 1`],
    ["https://models.example.com/v1", `${KEY} é`],
  ])("%j is refused without repeating it", (url, key) => {
    const result = read(url, key);
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).not.toContain(KEY);
  });
});
