import { expect, test, vi } from "vitest";
import { crawlTyped } from "./_crawl.ts";

// A host that is not this machine can't be had in a test, and this machine is not asked for its robots.txt.
vi.mock(import("../../crawler/_robots.ts"), async (original) => ({
  ...(await original()),
  mayCrawl: () => Promise.resolve(false),
}));

test("a remote whose robots.txt keeps us away is skipped", async () => {
  expect(await crawlTyped("https://mcp.example.com/mcp")).toMatchObject({
    status: "skipped",
    reason:
      'Asking https://mcp.example.com/mcp: robots.txt of mcp.example.com asks crawlers to stay away from there, so it was not asked. Its owner can allow "placard" in it.',
    tools: [],
  });
});

test("this machine is not asked for one", async () => {
  expect((await crawlTyped("http://127.0.0.1:9/mcp")).reason).toMatch(/nothing answers at that address/);
});
