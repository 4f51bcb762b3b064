import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "../database.ts";
import { placard } from "./_run.ts";

/** A remote that wants an account, and notes who came. */
async function startRemote(): Promise<{ url: string; visitors: Set<string | undefined> }> {
  const visitors = new Set<string | undefined>();
  const server = createServer((request, response) => {
    visitors.add(request.headers["user-agent"]);
    response.writeHead(401, { "www-authenticate": "Bearer" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, visitors };
}

const env = { PLACARD_CONTACT: "mailto:crawler@example.com" };

test("remotes are told the contact: the option's, else that of the environment", async () => {
  const { url, visitors } = await startRemote();
  expect(await placard(["crawl", "--no-store", url], { env })).toMatchObject({ code: 0 });
  expect([...visitors]).toEqual([expect.stringMatching(/^placard\/\S+ \(\+mailto:crawler@example\.com\)$/)]);
  visitors.clear();
  const contact = "https://example.com/our-crawler?from=ua";
  await placard(["crawl", "--no-store", "--contact", contact, url], { env });
  expect([...visitors]).toEqual([expect.stringContaining(`(+${contact})`)]);
  visitors.clear();
  await placard(["crawl", "--no-store", url]);
  expect([...visitors].join()).toMatch(/^placard\/\S+ \((?!.*example)/);
});

test("so are registries that are listed for the queue, and what a worker asks", async () => {
  const { url, visitors } = await startRemote();
  const { url: database, drop } = await createTestDatabase();
  onTestFinished(drop);
  const on = { env: { ...env, DATABASE_URL: database } };
  await placard(["crawl", "--queue", `registry:${url}`], on);
  expect([...visitors]).toEqual([expect.stringContaining("crawler@example.com")]);
  visitors.clear();
  await placard(["crawl", "--queue", url], on);
  await placard(["crawl", "--worker", "--until-empty", "--contact", "https://example.com/worker"], on);
  expect([...visitors].join()).toContain("(+https://example.com/worker)");
});

test.each([
  "us",
  "ftp://example.com",
  "https://",
  "https://exämple.com",
  "https://example.com/(us)",
  "https://example.com/a b",
  "mailto:crawler",
  `https://example.com/${"x".repeat(200)}`,
])("%s is no contact", async (contact) => {
  const given = await placard(["crawl", "--no-store", "--contact", contact, "file:none.json"]);
  expect(given).toMatchObject({ code: 2, stdout: "" });
  expect(given.stderr).toMatch(
    /^placard: --contact takes a URL of http, https or mailto, .* is not that\.\n$/,
  );
});

test("nor is it one in the environment, for whoever crawls", async () => {
  const wrong = { env: { PLACARD_CONTACT: "us" } };
  for (const args of [["crawl", "file:none.json"], ["crawl", "--worker"], ["serve"]]) {
    const { code, stderr } = await placard(args, wrong);
    expect([args, code]).toEqual([args, 2]);
    expect(stderr).toContain("PLACARD_CONTACT takes a URL");
  }
});
