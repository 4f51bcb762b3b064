import { parse as parseToml } from "smol-toml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { EXPORT_FORMATS } from "../../policy/export/index.ts";
import { parsePolicy } from "../../policy/index.ts";
import { policyEnvelopeSchema, policyFormatSchema } from "../../site/src/api/policy-types.ts";
import { problemSchema } from "../../site/src/api/problem.ts";
import { listSchema } from "../../site/src/api/types.ts";
import { apiPoliciesUrl, apiPolicyUrl, policiesUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { visibleRuns } from "../../site/src/lib/hidden.ts";
import { CROWDED, OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { HOSTILE_NAMES, LOGOUT, SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
const HOSTILE = "local/hostile <b>one</b>";
/** Serves a tool of a name that another server has. */
const TWIN = { id: "local/twin", tools: [{ ...LOGOUT, description: "Reads a number." }] };
/** More tools than a route takes. */
const MANY = {
  id: "local/many",
  tools: Array.from({ length: 1_500 }, (_, index) => ({
    name: `write_${index}`,
    description: "Writes a note.",
  })),
};
/** More than one document takes. */
const HUGE = {
  id: "local/huge",
  tools: Array.from({ length: 5_001 }, (_, index) => ({ name: `tool_${index}`, description: "Adds." })),
};
const IDS = EXPORT_FORMATS.map(({ id }) => id);

let site: SiteServer;
const get = (path: string) => fetch(`${site.url}${path}`);
const envelope = async (path: string) => policyEnvelopeSchema.strict().parse(await (await get(path)).json());

beforeAll(async () => {
  site = await startSite(
    fakeCatalog([...SERVERS, OFFICE, POISONED, CROWDED, TWIN, MANY, HUGE, { id: "local/none", tools: [] }]),
  );
});
afterAll(() => site?.close());

describe("policies of the API", () => {
  test.each(EXPORT_FORMATS)(
    "$id is answered as its own kind of file, and the same in the envelope",
    async (format) => {
      const answer = await get(apiPolicyUrl(OFFICE.id, { format: format.id }));
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe(`${format.mediaType}; charset=utf-8`);
      expect(answer.headers.get("content-disposition")).toBe(`inline; filename="${format.file}"`);
      const text = await answer.text();
      if (format.mediaType === "application/json") JSON.parse(text);
      if (format.mediaType === "application/toml") parseToml(text);
      if (format.mediaType === "application/yaml") parseYaml(text);
      expect(text).toContain("fetch_page");

      const link = /^<([^>]+)>; rel="describedby"/.exec(answer.headers.get("link") ?? "")?.[1] ?? "";
      const told = await envelope(link);
      expect(told.document).toBe(text);
      expect(told.format.id).toBe(format.id);
      expect(answer.headers.get("placard-losses")).toBe(String(told.losses.length));
      expect(Object.keys(told.digests.servers[OFFICE.id] ?? {})).toHaveLength(OFFICE.tools.length);
      expect(told.reasons.length).toBeGreaterThan(0);
    },
  );

  test("a format with comments says its losses at its head", async () => {
    for (const format of ["codex", "gemini-cli", "rego", "litellm"]) {
      const told = await envelope(apiPolicyUrl(OFFICE.id, { format, envelope: true }));
      expect(told.losses.length).toBeGreaterThan(0);
      for (const { what } of told.losses) expect(told.document).toContain(`- ${what}: `);
    }
  });

  test("a download has the file's usual name", async () => {
    const answer = await get(apiPolicyUrl(SESSIONS, { format: "codex", download: true }));
    const { file = "" } = EXPORT_FORMATS.find(({ id }) => id === "codex") ?? {};
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${file}"`);
  });

  test("the server is called as the reader calls it, for one server and for several", async () => {
    const one = await (await get(`/api/v1/policies/${SESSIONS}?format=claude-code&alias=chat`)).text();
    expect(one).toContain("mcp__chat__logout_instance");
    const servers = [SESSIONS, OFFICE.id];
    const aliases = new Map([[SESSIONS, "chat_2"]]);
    const two = await (await get(apiPoliciesUrl({ servers, aliases, format: "litellm" }))).text();
    expect(two).toContain("chat_2");
    expect(two).toContain("office");
  });

  test("of several servers one valid document is made, and names that both have are told", async () => {
    const told = await envelope(apiPoliciesUrl({ servers: [SESSIONS, TWIN.id], envelope: true }));
    const policy = parsePolicy(JSON.parse(told.document));
    expect(policy.ok).toBe(true);
    expect(told.shared).toMatchObject([
      { name: "logout_instance", isApart: false, servers: [{ server: SESSIONS }, { server: TWIN.id }] },
    ]);
    expect(told.reasons.map(({ why }) => why).join(" ")).toContain(`Tools of ${SESSIONS} and ${TWIN.id}`);
    const apart = await envelope(
      apiPoliciesUrl({ servers: [SESSIONS, TWIN.id], format: "codex", envelope: true }),
    );
    expect(apart.shared).toMatchObject([{ isApart: true }]);
    expect(new Set(apart.reasons.map(({ server }) => server))).toEqual(new Set([SESSIONS, TWIN.id]));
  });

  test("what a policy.json's reasons point at is in the document", async () => {
    const servers = [SESSIONS, OFFICE.id, TWIN.id];
    const told = await envelope(apiPoliciesUrl({ servers, preset: "strict", envelope: true }));
    const document = JSON.parse(told.document);
    for (const { pointer } of told.reasons) {
      const steps = pointer.split("/").slice(1);
      const at = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
      expect(
        at.reduce((value, step) => value?.[step], document),
        pointer,
      ).toBeDefined();
    }
  });

  test("a server without tools is left out, and told", async () => {
    const told = await envelope(apiPoliciesUrl({ servers: [SESSIONS, "local/none"], envelope: true }));
    expect(told.leftOut).toEqual(["local/none"]);
    expect(Object.keys(told.digests.servers)).toEqual([SESSIONS]);
  });

  test.each(IDS)("%s shows every character it has, whatever tools are called", async (format) => {
    const answer = await get(apiPolicyUrl(HOSTILE, { format }));
    expect([200, 422]).toContain(answer.status);
    const text =
      answer.status === 200 ? await answer.text() : problemSchema.parse(await answer.json()).detail;
    expect(visibleRuns(text).filter((run) => "hidden" in run)).toEqual([]);
  });

  test("a tool is asked for by its name, whatever that is", async () => {
    for (const tool of HOSTILE_NAMES) {
      const told = await envelope(apiPolicyUrl(HOSTILE, { tool, envelope: true }));
      expect(Object.keys(told.digests.servers[HOSTILE] ?? {})).toEqual([tool]);
    }
  });

  test("the formats are a list, with those that no engine has read marked", async () => {
    const read = listSchema(policyFormatSchema.strict()).parse(
      await (await get("/api/v1/policies/formats")).json(),
    );
    expect(read.items.map(({ id }) => id)).toEqual(IDS);
    expect(read.items.find(({ id }) => id === "cursor")?.proof.kind).toBe("shape-checked only");
  });

  test.each([
    [`/api/v1/policies/${SESSIONS}?format=xml`, 400, "format"],
    [`/api/v1/policies/${SESSIONS}?server=${SESSIONS}`, 400, "server"],
    [`/api/v1/policies/${SESSIONS}?envelope=yes`, 400, "envelope"],
    [`/api/v1/policies/${SESSIONS}?format=codex&format=rego`, 400, "format"],
    [`/api/v1/policies/${SESSIONS}?tool=%00`, 400, "tool"],
    ["/api/v1/policies", 400, "server"],
    ["/api/v1/policies?sever=x", 400, "sever"],
    [`/api/v1/policies?server=${SESSIONS}&alias=chat`, 400, "alias"],
    [`/api/v1/policies?server=${SESSIONS}&alias=local/office=chat`, 400, "alias"],
    [`/api/v1/policies?server=${SESSIONS}&server=local/office&tool=read_file`, 400, "tool"],
    [
      `/api/v1/policies?${Array.from({ length: 51 }, (_, index) => `server=a/${index}`).join("&")}`,
      400,
      "server",
    ],
    ["/api/v1/policies?server=npm/none", 404, "server"],
    [`/api/v1/policies?server=${SESSIONS}&tool=none`, 404, "tool"],
    ["/api/v1/policies?server=local/none", 422, "server"],
    ["/api/v1/policies/local/none", 422, undefined],
    [`/api/v1/policies?server=local/many&format=envoy-ai-gateway&envelope=1`, 422, "format"],
    [`/api/v1/policies/local/many?format=envoy-ai-gateway`, 422, "format"],
    ["/api/v1/policies?server=local/huge", 422, "server"],
    [`/api/v1/policies/${SESSIONS}?format=codex&alias=a%20b`, 422, "alias"],
    [`/api/v1/policies/${SESSIONS}?format=codex&alias=a%20b&envelope=true`, 422, "alias"],
    ["/api/v1/policies/formats?format=codex", 400, "format"],
  ])("%s is answered with a problem", async (path, status, parameter) => {
    const response = await get(path);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    const problem = problemSchema.strict().parse(await response.json());
    expect([response.status, problem.parameter]).toEqual([status, parameter]);
    expect(problem.detail).toMatch(/\.$/);
    expect(problem.detail).not.toContain("--alias");
  });
});

test("a tool page leads to the policy in every format, in the tool's own name", async () => {
  const page = await (await get(toolUrl(OFFICE.id, "run_command"))).text();
  const links = [...page.matchAll(/href="(\/policies\?[^"]+)"/g)].map((match) => match[1] ?? "");
  expect(links).toHaveLength(IDS.length);
  for (const link of links) {
    const shown = await get(link.replaceAll("&amp;", "&").replaceAll("&#38;", "&"));
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain("Only its tool");
  }
});

test.each([
  ["the builder", policiesUrl({ servers: [OFFICE.id], format: "claude-code" })],
  ["a tool's page", toolUrl(OFFICE.id, "run_command")],
])("%s says that the reasons are those of policy.json", async (_, path) => {
  const html = await (await get(path)).text();
  expect(html).toContain("The rules as in policy.json, before what another format cannot say of them.");
});

test("the page of formats has a row for each, with its engine and what it cannot say", async () => {
  const html = (await (await get("/docs/policy-formats")).text()).replaceAll(/&#34;|&quot;/g, '"');
  for (const { id, title, proof, cannot } of EXPORT_FORMATS) {
    expect(html).toContain(`id="${id}"`);
    expect(html).toContain(title);
    expect(html).toContain(proof.kind === "engine" ? proof.engine : "shape-checked only");
    for (const what of cannot)
      expect(html.replaceAll(/&#39;/g, "'").replaceAll("&amp;", "&")).toContain(what);
  }
});
