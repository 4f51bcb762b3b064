/** A static build makes pages of tools and servers without asking the site's routes: they must be the same to the last byte. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, ask } from "../../cli/_build-render.ts";
import { LISTED, serverAnswers } from "../../cli/_build-server-answers.ts";
import { toolAnswers } from "../../cli/_build-tools.ts";
import { type Frames, framedText, frameOf } from "../../cli/_page-frame.ts";
import { loadSite, type Site } from "../../cli/_site-build.ts";
import { EXPORT_FORMATS } from "../../policy/export/index.ts";
import {
  apiAnnotationsUrl,
  apiPolicyUrl,
  apiServerUrl,
  apiToolsUrl,
  apiToolUrl,
  markdownUrl,
  serverUrl,
  toolUrl,
} from "../../site/src/lib/addresses.ts";
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

describe.each([
  ["with an address of its own", HOST.origin],
  ["without one", undefined],
])("of a site %s", (_, origin) => {
  const locals = {
    catalog,
    crossOrigin: true,
    published: true,
    sharedPictures: true,
    publicUrl: origin ?? null,
  };
  const asked = (live: string) => ask(site.handler, live, HOST, locals);

  test("tools' pages, Markdown and JSON are what the routes answer", async () => {
    const frames: Frames = {};
    const direct = toolAnswers(catalog, origin, frames);
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
    expect(frames.tool).toBeDefined();
  });

  test("servers' pages, Markdown, JSON and policies are what the routes answer", async () => {
    const frames: Frames = {};
    let policies = 0;
    for (const { id } of SERVERS) {
      const direct = await serverAnswers(catalog, id, { site: origin, frames });
      const page = serverUrl(id);
      const always = [
        page,
        markdownUrl(page),
        apiServerUrl(id),
        apiAnnotationsUrl(id),
        apiToolsUrl({ server: id, limit: LISTED }),
      ];
      const formats = [
        apiPolicyUrl(id),
        ...EXPORT_FORMATS.map((format) => apiPolicyUrl(id, { format: format.id })),
      ];
      for (const live of [...always, ...formats]) {
        const route = await asked(live);
        direct.learn(live, route);
        const answer = direct.answer(live);
        if (route.status === 200 && formats.includes(live)) policies += 1;
        expect(answer === undefined, live).toBe(route.status !== 200);
        expect(answer && textOf(answer), live).toBe(route.status === 200 ? textOf(route) : undefined);
        if (answer) expect(answer.type.replaceAll(" ", "")).toBe(route.type.replaceAll(" ", ""));
      }
      expect(direct.answer(`${page}x`)).toBeUndefined();
    }
    expect(frames.server).toBeDefined();
    expect(policies).toBeGreaterThan(EXPORT_FORMATS.length);
  });

  test("what the catalog does not have is left to the routes", async () => {
    const direct = await serverAnswers(catalog, "npm/nobody", { site: origin, frames: {} });
    expect(direct.answer(serverUrl("npm/nobody"))).toBeUndefined();
  });
});

function textOf(answer: Answer | undefined): string | undefined {
  if (answer?.page) return framedText(answer.page);
  if (answer?.bytes) return Buffer.from(answer.bytes).toString("utf8");
  return answer?.value ? `${JSON.stringify(answer.value)}\n` : answer?.body;
}

test("a frame is only taken from a page that holds each part once, in order", () => {
  const page = "<head><title>a</title></head><main>b</main>";
  const own = { head: "<title>a</title>", content: "b" };
  expect(frameOf(page, own)).toEqual({
    before: "<head>",
    between: "</head><main>",
    after: "</main>",
  });
  expect(frameOf(page, { head: "a", content: "a" })).toBeUndefined();
  expect(frameOf(page, { head: "<title>x</title>", content: "b" })).toBeUndefined();
  expect(frameOf(`${page}b`, own)).toBeUndefined();
});
