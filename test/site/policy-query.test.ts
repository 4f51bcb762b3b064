import { describe, expect, test } from "vitest";
import { policiesUrl } from "../../site/src/lib/addresses.ts";
import { fromForm, nameField } from "../../site/src/lib/policy-form.ts";
import { addressOfForm } from "../../site/src/lib/policy-page.ts";
import {
  addressQuery,
  MOST_SERVERS,
  ONE_PARAMETERS,
  PAGE_PARAMETERS,
  readPolicyQuery,
} from "../../site/src/lib/policy-query.ts";
import { findServers } from "../../site/src/lib/server-search.ts";
import { fakeCatalog } from "./_catalog.ts";

const read = (text: string) => readPolicyQuery(new URLSearchParams(text), PAGE_PARAMETERS);

describe("the address of a policy", () => {
  test.each([
    { servers: [] },
    {
      servers: ["npm/@scope/name", "local/a=b", "local/a"],
      aliases: new Map([
        ["local/a=b", "c=d"],
        ["local/a", "e"],
      ]),
    },
    { servers: ["local/line\nbreak & more"], tool: "a\r\nb\u202E", format: "rego", preset: "strict" },
  ])("is read as it was written: %j", (query) => {
    const address = policiesUrl(query);
    const { query: again, problems } = read(address.split("?")[1] ?? "");
    expect(problems).toEqual([]);
    expect(policiesUrl(addressQuery(again))).toBe(address);
    expect(again.aliases).toEqual(query.aliases ?? new Map());
  });

  test("leaves out what is usual, and names each server once", () => {
    const { query } = read("server=a/b&server=a/b&format=policy.json&preset=recommended&find=++");
    expect(policiesUrl(addressQuery(query))).toBe("/policies?server=a%2Fb");
    expect(query.find).toBeUndefined();
  });

  test("takes so many servers and no more", () => {
    const ids = Array.from({ length: MOST_SERVERS + 1 }, (_, index) => `server=a/${index}`);
    expect(read(ids.slice(1).join("&")).problems).toEqual([]);
    expect(read(ids.join("&"))).toMatchObject({
      query: { servers: { length: MOST_SERVERS } },
      problems: [{ parameter: "server" }],
    });
  });

  test("tells a few of thousands of problems", () => {
    const aliases = Array.from({ length: 3_000 }, (_, index) => `alias=${index}`);
    expect(read(`server=a/b&${aliases.join("&")}`).problems).toHaveLength(10);
  });

  test("of the server in the path, the alias is the name alone or with the id", () => {
    for (const text of ["alias=chat", "alias=npm/x=chat"]) {
      const { query, problems } = readPolicyQuery(new URLSearchParams(text), ONE_PARAMETERS, "npm/x");
      expect([problems, query.aliases.get("npm/x")]).toEqual([[], "chat"]);
    }
  });

  test.each([
    ["format=xml&preset=lax", ["format", "preset"]],
    ["server=a/b&alias=a/b=", ["alias"]],
    ["alias=x=y", ["alias"]],
    ["preset=strict&preset=strict", ["preset"]],
    [`server=${"x".repeat(601)}`, ["server"]],
    ["server=a%00b", ["server"]],
    ["envelope=true", ["envelope"]],
  ])("%s: each thing that cannot be taken is told once", (text, names) => {
    expect(read(text).problems.map(({ parameter }) => parameter)).toEqual(names);
  });
});

describe("servers to choose from", () => {
  const tool = (name: string) => ({ name, description: `Reads ${name}.` });
  const servers = Array.from({ length: 430 }, (_, index) => ({
    id: `npm/s${String(index).padStart(3, "0")}`,
    tools: index % 2 === 0 ? [tool(index === 428 ? "moon phases" : "tides")] : [],
  }));
  const catalog = fakeCatalog(servers);
  const ids = async (text?: string, taken: string[] = []) =>
    (await findServers(catalog, text, taken)).servers.map(({ id }) => id);

  test("without words: the first that list tools, without those that are taken", async () => {
    const { servers: first, more } = await findServers(catalog, undefined, ["npm/s000"]);
    expect([first.length, first[0]?.id, more]).toEqual([20, "npm/s002", true]);
  });

  test("by an id, by parts of one, and by what a tool is called", async () => {
    expect(await ids("npm/s400")).toEqual(["npm/s400"]);
    expect(await ids("S42 npm")).toEqual([420, 422, 424, 426, 428].map((number) => `npm/s${number}`));
    expect(await ids("moon")).toEqual(["npm/s428"]);
    expect(await ids("npm/s401")).toEqual([]);
  });

  test("a search for tools that is given up leaves what the ids give", async () => {
    const slow = {
      ...catalog,
      tools: () => Promise.reject(Object.assign(new Error(), { name: "SlowListError" })),
    };
    expect((await findServers(slow, "s400", [])).servers).toHaveLength(1);
    const broken = { ...catalog, tools: () => Promise.reject(new Error("gone")) };
    await expect(findServers(broken, "s400", [])).rejects.toThrow("gone");
  });
});

describe("what the form sends", () => {
  test("becomes an address to keep: empty fields go, names go to their servers, line ends are put right", () => {
    const form = new URLSearchParams([
      ["server", "local/a\r\nb"],
      [nameField("local/a\r\nb"), " chat "],
      ["server", "npm/x"],
      [nameField("npm/x"), ""],
      [nameField("npm/gone"), "left"],
      ["find", "words"],
      ["preset", "recommended"],
      ["format", "codex"],
      ["do", "make"],
    ]);
    expect(addressOfForm(form)).toBe(
      policiesUrl(
        { servers: ["local/a\nb", "npm/x"], aliases: new Map([["local/a\nb", "chat"]]), format: "codex" },
        "policy",
      ),
    );
    form.set("do", "find");
    expect(addressOfForm(form)).toContain("find=words");
  });

  test("keeps what cannot be taken, so that the page can say what it was", () => {
    const address = addressOfForm(new URLSearchParams("server=a/b&format=xml&do=make")) ?? "";
    expect(read(address.split("?")[1] ?? "").problems).toMatchObject([{ parameter: "format" }]);
    expect(fromForm(new URLSearchParams(address.split("?")[1]))).toBeUndefined();
  });
});
