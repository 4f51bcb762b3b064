import { expect, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { readTrustedProxies } from "../../cli/_client-address.ts";
import { readRateLimit } from "../../cli/_rate-limit.ts";
import { startPages } from "./_raw.ts";

const fine: PageHandler = (_incoming, response) => void response.end("fine");

/** `"default";r=1;t=60` → 1 and 60. */
function leftIn(headers: Headers): { left: number; seconds: number } {
  const [, left, seconds] = /^"default";r=(\d+);t=(\d+)$/.exec(headers.get("ratelimit") ?? "") ?? [];
  return { left: Number(left), seconds: Number(seconds) };
}

test("without a limit nothing is counted", async () => {
  const { url } = await startPages(fine);
  expect((await fetch(url)).headers.get("ratelimit")).toBeNull();
});

test("answers say what is left, and then comes a 429 that says when to come back", async () => {
  const { url } = await startPages(fine, { rateLimit: 3 });
  for (const left of [2, 1, 0]) {
    const { status, headers } = await fetch(`${url}/api/v1/tools`);
    expect(status).toBe(200);
    expect(headers.get("ratelimit-policy")).toBe('"default";q=3;w=60');
    expect(leftIn(headers).left).toBe(left);
    expect(leftIn(headers).seconds).toBeGreaterThan(0);
  }
  const refused = await fetch(`${url}/api/v1/tools`);
  const { seconds, left } = leftIn(refused.headers);
  expect([refused.status, left]).toEqual([429, 0]);
  expect(refused.headers.get("retry-after")).toBe(String(seconds));
  expect(refused.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(refused.headers.get("cache-control")).toBe("no-store");
  expect(await refused.json()).toEqual({
    type: "/docs/api#problem-429",
    title: "Too many requests",
    status: 429,
    detail: `This address has sent more than the 3 requests a minute that it may. Ask again in ${seconds} seconds.`,
  });
  const page = await fetch(`${url}/tools`, { headers: { accept: "text/html" } });
  expect([page.status, await page.text()]).toEqual([
    429,
    expect.stringMatching(/^This address has sent more/),
  ]);
});

test("files are not counted; a refused POST is not read", async () => {
  const { url } = await startPages(fine, { rateLimit: 1 });
  for (let time = 0; time < 3; time += 1) {
    const file = await fetch(`${url}/_raw.ts`);
    expect([file.status, file.headers.get("ratelimit")]).toEqual([200, null]);
    await file.text();
  }
  await fetch(url);
  const posted = await fetch(`${url}/api/v1/classify`, { method: "POST", body: "x".repeat(500_000) });
  expect(posted.status).toBe(429);
});

test("who watches over it is not counted", async () => {
  const { url } = await startPages(fine, { rateLimit: 1 });
  for (const path of ["health", "ready", "health?x", "ready"])
    expect((await fetch(`${url}/api/v1/${path}`)).status, path).toBe(200);
  expect((await fetch(`${url}/api/v1/healthy`)).status).toBe(200);
  expect((await fetch(`${url}/api/v1/healthy`)).status).toBe(429);
});

test("X-Forwarded-For tells readers apart only where its writer is trusted", async () => {
  const ask = (url: string, from: string) => fetch(url, { headers: { "x-forwarded-for": from } });
  const direct = await startPages(fine, { rateLimit: 1 });
  expect((await ask(direct.url, "198.51.100.1")).status).toBe(200);
  expect((await ask(direct.url, "198.51.100.2")).status).toBe(429);

  const proxied = await startPages(fine, { rateLimit: 1, proxies: readTrustedProxies(["127.0.0.0/8"]) });
  expect((await ask(proxied.url, "198.51.100.1")).status).toBe(200);
  expect((await ask(proxied.url, "198.51.100.2")).status).toBe(200);
  expect((await ask(proxied.url, "198.51.100.1")).status).toBe(429);
  // Made up by the reader in front of what the proxy wrote.
  expect((await ask(proxied.url, "192.0.2.77, 198.51.100.2")).status).toBe(429);
  expect((await ask(proxied.url, "2001:db8::1")).status).toBe(200);
  expect((await ask(proxied.url, "2001:db8::ffff:2")).status).toBe(429);
});

test.each(["0", "-1", "1.5", "many", "1000001", ""])("%j is no rate limit", (text) => {
  expect(() => readRateLimit(text)).toThrow(/^Reading the rate limit .* Try --rate-limit 300\.$/);
});

test("a limit is a whole number, and none is none", () => {
  expect([readRateLimit("300"), readRateLimit(undefined)]).toEqual([300, undefined]);
});
