import { describe, expect, test } from "vitest";
import { classify, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import { CORPUS, hasCorpus, readCorpus, readOwn } from "../../eval/_sets.ts";
import {
  addCounted,
  type Bounds,
  type Counters,
  evaluateCall,
  ownBounds,
  type Policy,
  PRESETS,
  recommend,
} from "../../policy/index.ts";
import type { Answer } from "../../site/src/lib/answer.ts";
import { answersOf } from "../../site/src/lib/answers.ts";
import { sampleArguments } from "../../site/src/lib/sample-call.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { SERVERS } from "./_servers.ts";

const NOW = Date.UTC(2026, 10, 22, 12);

/** One in 25: there are thousands. */
const realRows = () => readCorpus(CORPUS, "all").filter((_, index) => index % 25 === 0);

/** In our own words, those of the page tests, and real ones where they are at hand. */
const TOOLS: ToolDefinition[] = [
  ...[...readOwn(), ...(hasCorpus(CORPUS) ? realRows() : [])].map(({ definition }) => definition),
  ...[...SERVERS, OFFICE, POISONED].flatMap(({ tools }) => tools),
  { name: "*" },
  {
    name: "__proto__",
    inputSchema: { properties: { __proto__: { type: "string" } }, required: ["__proto__"] },
  },
];

/** Arguments that somebody may send: none, what the schema asks for, and values of every type for each property. */
function someArguments(definition: ToolDefinition): Record<string, unknown>[] {
  const base = sampleArguments(definition.inputSchema);
  const schema = definition.inputSchema as { properties?: object } | undefined;
  const names = Object.keys(schema?.properties ?? {}).slice(0, 8);
  const values = [
    "x",
    "",
    1,
    -1,
    true,
    null,
    [],
    {},
    "http://169.254.169.254/",
    "drop table t",
    "delete",
    "select 1",
  ];
  return [{}, base, ...names.flatMap((name) => values.map((value) => ({ ...base, [name]: value })))];
}

function rulesIn(policy: Policy, tool: string): string[] {
  const rules = policy.tools && Object.hasOwn(policy.tools, tool) ? policy.tools[tool] : undefined;
  const at = `/tools/${tool.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return (["require", "deny_if"] as const).flatMap((kind) =>
    (rules?.[kind] ?? []).map((rule, index) => `${at}/${kind}/${index} ${JSON.stringify(rule.conditions)}`),
  );
}

/** What of an answer is not so, by the evaluator. */
function untruths(definition: ToolDefinition, policy: Policy, answers: Answer[]): string[] {
  const { name } = definition;
  const decide = (args: Record<string, unknown>, counters: Counters = new Map()) =>
    evaluateCall(policy, { tool: name, args }, counters, NOW);
  const decisions = new Set(someArguments(definition).map((args) => decide(args).decision));
  const wrong: string[] = [];
  const claim = (holds: boolean, what: string) => {
    if (!holds) wrong.push(`${name}: ${what}`);
  };
  for (const { id, text, claims } of answers) {
    for (const said of claims) {
      if (said.of === "every call")
        claim([...decisions].join() === said.decision, `${id}: every call ${said.decision}`);
      if (said.of === "call") {
        const { decision, rule } = decide(said.args);
        claim(
          decision === said.decision && (!said.rule || said.rule === rule),
          `${id}: ${JSON.stringify(said)}`,
        );
      }
      if (said.of === "limit") {
        const limits = [...(policy.tools?.[name]?.limits ?? []), ...(policy.all_tools?.limits ?? [])];
        claim(limits.includes(said.limit), `${id}: ${JSON.stringify(said.limit)}`);
        claim(text.includes(String(said.limit.max)) || id === "blocked", `${id}: ${text}`);
      }
    }
    if (id === "unasked") {
      claim(!text.startsWith("No.") || !decisions.has("allow"), text);
      claim(!text.startsWith("Yes") || [...decisions].join() === "allow", text);
      claim(!text.startsWith("Only") || decisions.has("deny"), text);
    }
    if (id === "blocked") {
      const claimed = claims.flatMap((said) =>
        said.of === "rule" ? [`${said.rule} ${JSON.stringify(said.conditions)}`] : [],
      );
      const always = claims.some((said) => said.of === "every call");
      claim(always || claimed.join("\n") === rulesIn(policy, name).join("\n"), `rules: ${claimed.join()}`);
      claim(!text.startsWith("Nothing") || [...decisions].join() === "allow", text);
    }
    if (id === "auto-approve") claim(!text.startsWith("Within") || decisions.has("allow"), text);
    if (id === "auto-approve") claim(!text.startsWith("No:") || !decisions.has("allow"), text);
  }
  return wrong;
}

const textOf = (answers: Answer[], id: string) => answers.find((answer) => answer.id === id)?.text ?? "";

describe.each(PRESETS)("answers from the %s policy", (preset) => {
  test("say of no tool what its policy does not do", () => {
    const wrong = TOOLS.flatMap((definition) => {
      const verdict = classify(definition);
      const recommended = recommend(definition, verdict, { preset });
      return untruths(definition, recommended.policy, answersOf(definition, verdict, recommended));
    });
    expect(TOOLS.length).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  });

  test("stop counting where the policy does: the call behind the limit is denied", () => {
    const limited = TOOLS.flatMap((definition) => {
      const verdict = classify(definition);
      const recommended = recommend(definition, verdict, { preset });
      const call = answersOf(definition, verdict, recommended)
        .flatMap(({ claims }) => claims)
        .find((said) => said.of === "call" && said.decision === "allow");
      const max = Math.min(
        ...(recommended.policy.tools?.[definition.name]?.limits ?? []).map((limit) => limit.max),
      );
      return call?.of === "call" && Number.isFinite(max)
        ? [{ policy: recommended.policy, call: { tool: definition.name, args: call.args }, max }]
        : [];
    });
    expect(limited.length).toBeGreaterThan(preset === "permissive" ? 0 : 10);
    const wrong = limited.filter(({ policy, call, max }) => {
      let counters: Counters = new Map();
      for (let made = 0; made < max; made += 1) {
        const { decision, counted } = evaluateCall(policy, call, counters, NOW);
        if (decision !== "allow") return true;
        counters = addCounted(counters, counted, NOW);
      }
      return evaluateCall(policy, call, counters, NOW).decision !== "limited";
    });
    expect(wrong.map(({ call }) => call.tool)).toEqual([]);
  });
});

test("whether it can delete follows the verdict", () => {
  const wrong = TOOLS.filter((definition) => {
    const verdict = classify(definition);
    const text = textOf(answersOf(definition, verdict, recommend(definition, verdict)), "delete");
    const branches = verdict.branches.some(({ category }) => category === "Destructive");
    const yes = verdict.category === "Destructive" || branches;
    const no = !branches && (verdict.category === "Read" || verdict.category === "Write");
    return text.startsWith("Yes") !== yes || text.startsWith("No,") !== no;
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

describe("in words", () => {
  const answered = (definition: ToolDefinition, changes: Partial<Verdict> = {}) => {
    const verdict = { ...classify(definition), ...changes };
    return answersOf(definition, verdict, recommend(definition, verdict));
  };

  test("a tool with an action names the values that delete, and a call that is blocked", () => {
    const records = SERVERS[1]?.tools[0];
    if (!records) throw new Error("the records server is missing");
    const answers = answered(records);
    expect(answers.find(({ id }) => id === "delete")?.points).toEqual([
      { text: "Destructive, high risk", code: "action = delete", isCodeFirst: true },
    ]);
    expect(textOf(answers, "arguments")).toContain("“action”");
  });

  test("an address of cloud metadata is the example of what the rule about addresses blocks", () => {
    const fetch = {
      name: "fetch_page",
      description: "Fetches a web page.",
      inputSchema: { properties: { url: { type: "string" } }, required: ["url"] },
    };
    const blocked = answered(fetch).find(({ id }) => id === "blocked");
    expect(blocked?.points[0]).toEqual({
      text: expect.stringMatching(
        /^Calls in which “url” matches the rule's pattern\. .*link-local.* Such as$/,
      ),
      code: '{"url":"http://169.254.169.254/"}',
    });
    expect(textOf(answered(fetch), "unasked")).toMatch(/^Only calls that pass the rules about its arguments/);
  });

  test("only what is mild is called fit to be approved without looking", () => {
    const safe = (definition: ToolDefinition, changes: Partial<Verdict> = {}) =>
      textOf(answered(definition, changes), "auto-approve");
    const read = { name: "get_time", description: "Tells the time." };
    expect(safe(read)).toMatch(/^Within this policy, as far as the definition goes: it is Read, low risk/);
    expect(safe(read, { risk: "high", category: "Execute", reversible: "yes" })).toMatch(
      /^Better not: it is Execute, high risk/,
    );
    expect(safe(read, { risk: "medium", category: "Write", reversible: "no" })).toMatch(/^Better not/);
    expect(safe(read, { confidence: 0.39 })).toMatch(/^Better not: it is Read, low risk \(39 % sure\)/);
    expect(safe(read, { confidence: 0.6 })).toMatch(/^Within this policy/);
  });

  test("a tool that is not understood is not called safe", () => {
    const answers = answered({ name: "zzz" });
    expect(textOf(answers, "delete")).toContain("Take it as a yes");
    expect(textOf(answers, "auto-approve")).toMatch(/^No: what it does is not known/);
  });
});

test("a bound that is offered for an argument bounds it, once it is set", () => {
  const bounds: Required<Bounds> = {
    pathRoots: ["/srv/data"],
    urlHosts: ["example.com"],
    recipientDomains: ["example.com"],
    amountCeiling: { max: 100, currency: "EUR" },
  };
  const offered = TOOLS.flatMap((definition) => {
    const verdict = classify(definition);
    return ownBounds(definition, verdict).map(({ bound, argument }) => {
      const { policy } = recommend(definition, verdict, { bounds: { [bound]: bounds[bound] } });
      const rules = JSON.stringify(policy.tools?.[definition.name] ?? {});
      const isBlocked = verdict.findings.length > 0 || /"conditions":\[\]|"hide":true/.test(rules);
      return { bound, argument, isThere: isBlocked || rules.includes(`"args.${argument}"`) };
    });
  });
  expect(offered.filter(({ isThere }) => !isThere)).toEqual([]);
  expect(new Set(offered.map(({ bound }) => bound))).toEqual(new Set(Object.keys(bounds)));
});

test("a tool that writes files is told how its paths can be bounded, one that is denied is not", () => {
  const write = {
    name: "write_file",
    description: "Writes text to a file, replacing what it holds.",
    inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  };
  const pointsOf = (definition: ToolDefinition, preset?: "strict") => {
    const verdict = classify(definition);
    const answers = answersOf(definition, verdict, recommend(definition, verdict, { preset }));
    return answers.find(({ id }) => id === "arguments")?.points;
  };
  expect(pointsOf(write)).toEqual([
    {
      text: "You can keep “path” inside folders that you name: placard policy … --config placard.yaml, with",
      code: "bounds: { pathRoots: [/srv/data] }",
    },
  ]);
  expect(pointsOf({ ...write, description: "Runs a shell command.", name: "shell_path" }, "strict")).toEqual(
    [],
  );
});
