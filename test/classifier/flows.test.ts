import { describe, expect, it } from "vitest";
import { flowsOf, type ServerTools } from "../../classifier/attacks.ts";
import { classify, type ToolDefinition } from "../../classifier/index.ts";

const text = { type: "string" };
const tool = (name: string, description: string, ...names: string[]): ToolDefinition => ({
  name,
  description,
  inputSchema: { type: "object", properties: Object.fromEntries(names.map((key) => [key, text])) },
});
const server = (id: string, ...definitions: ToolDefinition[]): ServerTools => ({
  server: id,
  tools: definitions.map((definition) => ({ definition, verdict: classify(definition) })),
});

const issues = tool("list_issues", "Lists the issues of a project.", "project");
const contacts = tool("list_contacts", "Lists the contacts of the user.");
const mail = tool("send_email", "Sends an e-mail.", "to", "body");
const shell = tool("run_command", "Runs a shell command.", "command");
const remove = tool("delete_project", "Deletes a project for good.", "id");
const weather = tool("get_weather", "Gets the weather of a city.", "city");
const ids = (servers: ServerTools[]) => flowsOf(servers).map((flow) => flow.id);

describe("toxic flows", () => {
  it("need every leg", () => {
    expect(ids([])).toEqual([]);
    expect(ids([server("file/a", weather)])).toEqual([]);
    expect(ids([server("file/a", issues, contacts)])).toEqual([]);
    expect(ids([server("file/a", contacts, mail)])).toEqual([]);
    expect(ids([server("file/a", issues, contacts, mail)])).toEqual(["data-theft"]);
    expect(ids([server("file/a", issues, remove)])).toEqual(["induced-loss"]);
  });

  it("name the tools of each leg, with the words that make it", () => {
    const [flow] = flowsOf([server("file/a", issues, contacts, mail, weather)]);
    expect(flow?.legs.map(({ id, total, tools }) => [id, total, tools.map((entry) => entry.tool)])).toEqual([
      ["untrusted", 1, ["list_issues"]],
      ["private", 1, ["list_contacts"]],
      ["way-out", 1, ["send_email"]],
    ]);
    expect(flow?.legs[0]?.tools[0]?.because).toContain("“issues”");
    expect(flow?.legs[0]?.tools[0]?.evidence[0]?.pointer).toBe("/name");
    expect(flow?.within).toEqual(["file/a"]);
    expect(flow?.severity).toBe("high");
  });

  it("arise between servers that have none by themselves", () => {
    const parts = [server("file/a", issues), server("file/b", contacts), server("file/c", mail)];
    for (const part of parts) expect(ids([part])).toEqual([]);
    const [flow] = flowsOf(parts);
    expect(flow?.id).toBe("data-theft");
    expect(flow?.within).toEqual([]);
    expect(flow?.legs.map((leg) => leg.tools[0]?.server)).toEqual(["file/a", "file/b", "file/c"]);
  });

  it("are critical where code runs, and say by which tool", () => {
    const flows = flowsOf([server("file/a", issues, shell)]);
    expect(flows.map(({ id, severity }) => [id, severity])).toEqual([
      ["data-theft", "critical"],
      ["remote-code", "critical"],
    ]);
    expect(flows[0]?.because).toContain("run_command of file/a");
  });

  it("can be made by a single tool", () => {
    const agent = tool(
      "browser_evaluate",
      "Evaluates JavaScript on the page in the browser.",
      "script",
      "url",
    );
    const [flow] = flowsOf([server("file/a", agent)]);
    expect(flow?.id).toBe("data-theft");
    expect(flow?.alone).toEqual({ total: 1, tools: [{ server: "file/a", tool: "browser_evaluate" }] });
  });

  it("do not take a tool of the same name on another server for the same tool", () => {
    const [flow] = flowsOf([
      server("file/a", { ...issues, name: "act" }),
      server("file/b", { ...remove, name: "act" }),
    ]);
    expect(flow?.id).toBe("induced-loss");
    expect(flow?.alone).toEqual({ total: 0, tools: [] });
  });

  it("are the same whatever the order of servers and tools", () => {
    const all = [issues, contacts, mail, shell, remove, weather];
    const forth = [server("file/a", ...all), server("file/b", ...all)];
    const back = [server("file/b", ...all.toReversed()), server("file/a", ...all.toReversed())];
    expect(flowsOf(back)).toEqual(flowsOf(forth));
  });

  it("put hostile names on one line of their sentences", () => {
    const evil = { ...shell, name: "run_command\u001b[8m\n\u202e" };
    const [flow] = flowsOf([server("file/a", issues, evil)]);
    expect(flow?.because).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});

describe("breaking a flow", () => {
  it("takes the leg with the fewest tools", () => {
    const feeds = ["news", "reviews", "posts"].map((name) => tool(`list_${name}`, `Lists ${name}.`));
    const [flow] = flowsOf([
      server("file/a", issues, ...feeds, contacts, mail, tool("send_sms", "Sends an SMS.")),
    ]);
    expect(flow?.break).toMatchObject({ leg: "private", how: "tools", total: 1 });
    expect(flow?.break.steps).toEqual([{ server: "file/a", tool: "list_contacts", action: "ask" }]);
    expect(flow?.break.because).toContain("one tool");
  });

  it("takes the last of equals, and bounds an argument where there is one", () => {
    const [flow] = flowsOf([server("file/a", issues, contacts, mail)]);
    expect(flow?.break.steps).toEqual([
      {
        server: "file/a",
        tool: "send_email",
        action: "restrict",
        argument: "to",
        pointer: "/inputSchema/properties/to",
        to: "recipients that were allowed",
      },
    ]);
  });

  it("hides what runs code: no bound on its arguments holds", () => {
    const flow = flowsOf([server("file/a", issues, shell)]).find(({ id }) => id === "remote-code");
    expect(flow?.break.steps).toEqual([{ server: "file/a", tool: "run_command", action: "hide" }]);
  });

  it("really breaks it", () => {
    const all = server("file/a", issues, contacts, mail, shell, remove, weather);
    for (const flow of flowsOf([all])) {
      const named = new Set(flow.break.steps.map((step) => step.tool));
      const left = { ...all, tools: all.tools.filter(({ definition }) => !named.has(definition.name)) };
      expect(ids([left])).not.toContain(flow.id);
    }
  });

  it("stays small for huge servers, and says when a list would help nobody", () => {
    const many = (verb: string, noun: string, ...names: string[]) =>
      Array.from({ length: 200 }, (_, index) =>
        tool(`${verb}_${noun}_${index}`, `${verb} ${noun}.`, ...names),
      );
    const huge = server(
      "file/huge",
      ...many("list", "issues"),
      ...many("list", "contacts"),
      ...many("send", "email", "to", "body"),
    );
    const [flow] = flowsOf([huge], { most: 3 });
    expect(flow?.legs.map((leg) => [leg.total, leg.tools.length])).toEqual([
      [200, 3],
      [200, 3],
      [200, 3],
    ]);
    expect(flow?.break).toMatchObject({ how: "separate", total: 200, steps: [], servers: ["file/huge"] });
    expect(JSON.stringify(flow).length).toBeLessThan(8_000);
  });
});
