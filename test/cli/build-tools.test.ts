/** A static build makes tools' pages without asking the site's routes: they must be the same to the last byte. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { frameOf } from "../../cli/_build-frame.ts";
import { type Answer, ask } from "../../cli/_build-render.ts";
import { type ToolFrame, toolAnswers } from "../../cli/_build-tools.ts";
import { loadSite, type Site } from "../../cli/_site-build.ts";
import { apiToolUrl, markdownUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { fakeCatalog } from "../site/_catalog.ts";
import { ATTACKER } from "../site/_hostile.ts";
import { ALL_SERVERS, RECORDED_CHANGES } from "../site/_pages.ts";

const HOST = new URL("https://catalog.invalid");
const SERVERS = [...ALL_SERVERS, ATTACKER];
const fake = fakeCatalog(SERVERS, undefined, RECORDED_CHANGES);
const GONE_SINCE = "2026-11-23T01:00:00.000Z";
const catalog: Catalog = {
  ...fake,
  similar: async () => undefined,
  // Of each server's tools one is gone.
  tool: async (server, name) => {
    const [first] = await fake.serverTools(server);
    const tool = await fake.tool(server, name);
    return tool && name === first?.name ? { ...tool, goneSince: GONE_SINCE } : tool;
  },
};
let site: Site;

beforeAll(async () => {
  site = await loadSite({ signal: AbortSignal.timeout(110_000), onBuild: () => {} });
});
afterAll(() => site.remove());

test.each([
  ["with an address of its own", HOST.origin],
  ["without one", undefined],
])("pages, Markdown and JSON of a site %s are what the routes answer", async (_, origin) => {
  const locals = {
    catalog,
    crossOrigin: true,
    published: true,
    sharedPictures: true,
    publicUrl: origin ?? null,
  };
  const asked = (live: string) => ask(site.handler, live, HOST, locals);
  const known: ToolFrame = {};
  const direct = toolAnswers(catalog, origin, known);
  const tools = (
    await Promise.all(SERVERS.map(({ id }) => catalog.tools({ server: id, gone: true, limit: 200 })))
  ).flatMap(({ items }) => items);
  expect(tools.length).toBeGreaterThan(20);
  for (const { server, name } of tools) {
    const tool = await catalog.tool(server, name);
    if (!tool) throw new Error(`The catalog lists ${name} and does not have it.`);
    await direct.begin(tool);
    const page = toolUrl(server, name);
    for (const live of [page, markdownUrl(page), apiToolUrl(server, name)]) {
      const route = await asked(live);
      direct.learn(live, route);
      expect(textOf(direct.answer(live)) === route.body, live).toBe(true);
    }
    expect(direct.answer(`${page}x`)).toBeUndefined();
  }
  expect(known.frame).toBeDefined();
});

function textOf(answer: Answer | undefined): string | undefined {
  return answer?.value ? `${JSON.stringify(answer.value)}\n` : answer?.body;
}

test("a frame is only taken from a page that holds each part once, in order", () => {
  const page = "<head><title>a</title></head><main>b</main>";
  const own = { head: "<title>a</title>", content: "b" };
  expect(frameOf(page, own)?.({ head: "<title>$&</title>", content: "$1" })).toBe(
    "<head><title>$&</title></head><main>$1</main>",
  );
  expect(frameOf(page, { head: "a", content: "a" })).toBeUndefined();
  expect(frameOf(page, { head: "<title>x</title>", content: "b" })).toBeUndefined();
  expect(frameOf(`${page}b`, own)).toBeUndefined();
});
