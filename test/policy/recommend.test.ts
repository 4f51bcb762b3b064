import { describe, expect, test } from "vitest";
import {
  type Branch,
  CATEGORIES,
  type Evidence,
  REVERSIBLE,
  RISKS,
  type Verdict,
} from "../../classifier/index.ts";
import {
  describePreset,
  type Policy,
  PRESETS,
  parsePolicy,
  type Recommendation,
  recommend,
  recommendServer,
  recommendServers,
  type ToolPolicy,
} from "../../policy/index.ts";
import { toolOf } from "./_verdict.ts";

const one = (name: string, changes: Partial<Verdict> = {}, preset?: (typeof PRESETS)[number]) => {
  const { definition, verdict } = toolOf(name, changes);
  return recommend(definition, verdict, { preset });
};

/** Calls an hour that a document lets through for a tool: 0 when denied, -1 when hidden. */
function hourly({ hide, tools }: Policy, name: string): number {
  if (hide?.includes(name)) return -1;
  const rules: ToolPolicy | undefined = tools?.[name];
  if (!rules || rules.deny_if?.some(({ conditions }) => conditions.length === 0)) return 0;
  const limits = rules.limits ?? [];
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...limits.map(({ max, window }) => (window === "minute" ? max * 60 : max)),
  );
}

test("the reference tool gets exactly the reference document", () => {
  expect(JSON.stringify(one("logout_instance").policy)).toBe(
    '{"version":"1","default":"deny","tools":{"logout_instance":{"limits":[{"counter":"logout_instance_rate","window":"minute","max":10,"scope":"grant"}]}}}',
  );
});

describe("a definition that is itself an attack", () => {
  const finding = (severity: "warning" | "error") => ({
    findings: [
      {
        id: "overrides-instructions",
        severity,
        message: "",
        evidence: [
          { rule: "overrides-instructions", pointer: "/description", start: 0, end: 6, excerpt: "Ignore" },
        ],
      },
    ],
    category: "Read" as const,
    risk: "low" as const,
  });

  test("is hidden or denied whatever its category, and the reason shows its words", () => {
    expect(hourly(one("t", finding("error"), "strict").policy, "t")).toBe(-1);
    const { policy, reasons } = one("t", finding("error"), "recommended");
    expect(hourly(policy, "t")).toBe(0);
    const reason = reasons.find(({ why }) => why.includes("overrides-instructions"));
    expect(reason?.evidence[0]?.excerpt).toBe("Ignore");
  });

  test("a warning, and the permissive preset, leave it to category and risk", () => {
    expect(one("t", finding("warning"), "strict").policy.tools).toEqual({ t: {} });
    expect(one("t", finding("error"), "permissive").policy.tools).toEqual({ t: {} });
  });
});

describe("the presets", () => {
  const cases = CATEGORIES.flatMap((category) =>
    RISKS.flatMap((risk) => REVERSIBLE.map((reversible) => ({ category, risk, reversible }))),
  );

  test("every category, risk and preset gives a valid document with a reason for each of its rules", () => {
    for (const preset of PRESETS) {
      for (const changes of cases) {
        const recommendation = one("tool", changes, preset);
        expect(parsePolicy(JSON.parse(JSON.stringify(recommendation.policy)))).toMatchObject({ ok: true });
        expect(unexplained(recommendation)).toEqual([]);
      }
    }
  });

  test("get looser from strict to permissive", () => {
    for (const changes of cases) {
      const [strict = 0, recommended = 0, permissive = 0] = PRESETS.map((preset) =>
        hourly(one("tool", changes, preset).policy, "tool"),
      );
      expect(strict, JSON.stringify(changes)).toBeLessThanOrEqual(recommended);
      expect(recommended, JSON.stringify(changes)).toBeLessThanOrEqual(permissive);
    }
  });

  test("get tighter with the risk", () => {
    for (const preset of PRESETS) {
      for (const category of CATEGORIES.filter((name) => name !== "Unknown")) {
        for (const reversible of REVERSIBLE) {
          const rates = (["low", "medium", "high", "critical"] as const).map((risk) =>
            hourly(one("tool", { category, risk, reversible }, preset).policy, "tool"),
          );
          expect(rates, `${preset} ${category} ${reversible}`).toEqual(rates.toSorted((a, b) => b - a));
        }
      }
    }
  });

  test("never let through what is not known", () => {
    for (const preset of PRESETS) {
      expect(
        hourly(one("tool", { category: "Unknown", risk: "unknown" }, preset).policy, "tool"),
      ).toBeLessThanOrEqual(0);
    }
  });

  test("deny by default what is critical and cannot be undone, and promise no approval", () => {
    for (const category of ["Execute", "Destructive", "Financial"] as const) {
      const { policy } = one("tool", { category, risk: "critical", reversible: "no" });
      expect(hourly(policy, "tool")).toBe(0);
      expect(policy.tools?.tool?.deny_if?.[0]?.on_deny).toMatch(/^Denied: .* Ask a person /);
      expect(JSON.stringify(policy)).not.toMatch(/approv/i);
    }
  });
});

test("running any code is denied, and the message says what a person can do", () => {
  const { policy } = one("pods_exec", { risk: "critical", reversible: "unknown" });
  expect(policy.tools?.pods_exec?.deny_if?.[0]).toMatchObject({ conditions: [] });
  const message = policy.tools?.pods_exec?.deny_if?.[0]?.on_deny;
  expect(message).toMatch(/lift this rule/);
  expect(message).toMatch(/permissive preset/);
});

test("the sentence on a preset says what its table does", () => {
  expect(describePreset("recommended")).toBe(
    "recommended denies Execute, Destructive and Financial tools of critical risk unless what they do can be undone, Unknown tools, and tools whose definition looks like an attack; allows Read tools of low risk; limits the rest.",
  );
  expect(describePreset("strict")).toContain(
    "hides Execute, Destructive and Financial tools of critical risk",
  );
  expect(describePreset("permissive")).not.toContain("critical");
});

test("reads of low risk are allowed without checks", () => {
  expect(one("get", { category: "Read", risk: "low" }).policy.tools).toEqual({ get: {} });
});

test("what reaches other people is limited by the hour too", () => {
  const limits = one("send", { reach: "other people" }).policy.tools?.send?.limits;
  expect(limits?.map(({ window, max }) => ({ window, max }))).toEqual([
    { window: "minute", max: 10 },
    { window: "hour", max: 60 },
  ]);
});

test("reasons carry the words that speak for the category", () => {
  const evidence: Evidence[] = [
    { rule: "r", pointer: "/name", start: 0, end: 4, excerpt: "send", supports: "Execute" },
    { rule: "r", pointer: "/name", start: 0, end: 4, excerpt: "send", facet: "messaging" },
  ];
  const { reasons } = one("send", { evidence });
  expect(reasons.find(({ pointer }) => pointer === "/tools/send/limits/0")?.evidence).toEqual([evidence[0]]);
});

describe("a tool that is dangerous only with some values of an argument", () => {
  const branch = (value: string, category: Branch["category"], risk: Branch["risk"]): Branch => ({
    pointer: "/inputSchema/properties/action",
    argument: "action",
    value,
    category,
    risk,
    because: "",
  });
  const worst = { category: "Destructive", risk: "critical", reversible: "no" } as const;
  const branches = [
    branch("list", "Read", "low"),
    branch("rename", "Write", "medium"),
    branch("drop", "Destructive", "critical"),
  ];

  test("keeps the milder values, denies the rest and the call without the argument", () => {
    const { policy } = one("manage", { ...worst, branches });
    expect(policy.tools?.manage?.deny_if?.map(({ conditions }) => conditions)).toEqual([
      [{ path: "args.action", op: "not_in", value: ["list", "rename"] }],
      [{ path: "args.action", op: "exists", value: false }],
    ]);
    expect(policy.tools?.manage?.deny_if?.[0]?.on_deny).toContain(
      "only these values are allowed: list, rename.",
    );
    expect(policy.tools?.manage?.limits?.[0]).toMatchObject({ max: 30, window: "minute" });
  });

  test("is denied whole when no value is milder, or the worst is not behind this argument", () => {
    const allWorst = branches.map((entry) => ({ ...entry, ...worst }));
    expect(hourly(one("manage", { ...worst, branches: allWorst }).policy, "manage")).toBe(0);
    const elsewhere = branches.filter(({ value }) => value !== "drop");
    expect(hourly(one("manage", { ...worst, branches: elsewhere }).policy, "manage")).toBe(0);
  });

  test("keeps the milder values of every argument that chooses", () => {
    const second = branches.map((entry) => ({
      ...entry,
      pointer: "/inputSchema/properties/mode",
      argument: "mode",
    }));
    const { policy } = one("manage", { ...worst, branches: [...branches, ...second] });
    expect(policy.tools?.manage?.deny_if?.map(({ conditions }) => conditions[0]?.path)).toEqual([
      "args.action",
      "args.action",
      "args.mode",
      "args.mode",
    ]);
    const odd = second.map((entry) => ({ ...entry, pointer: "/inputSchema/properties/a.b" }));
    expect(hourly(one("manage", { ...worst, branches: [...branches, ...odd] }).policy, "manage")).toBe(0);
  });

  test("is denied whole when its name shows the danger", () => {
    const evidence: Evidence[] = [
      { rule: "r", pointer: "/name", start: 0, end: 4, excerpt: "drop", supports: "Destructive" },
    ];
    expect(hourly(one("drop_all", { ...worst, branches, evidence }).policy, "drop_all")).toBe(0);
  });

  test("is denied whole when the argument's name cannot be written as a path", () => {
    const odd = branches.map((entry) => ({ ...entry, pointer: "/inputSchema/properties/a.b" }));
    expect(hourly(one("manage", { ...worst, branches: odd }).policy, "manage")).toBe(0);
  });
});

describe("names", () => {
  test("of any kind survive, each with a counter of its own", () => {
    const names = [
      "__proto__",
      "constructor",
      "a/b",
      "a_b",
      "a b",
      "a.b",
      "x_hourly",
      "x",
      "10",
      "ü\u202e",
      "~1",
    ];
    const { policy } = recommendServer(names.map((name) => toolOf(name, { reach: "other people" })));
    const parsed = JSON.parse(JSON.stringify(policy));
    expect(Object.keys(parsed.tools).toSorted()).toEqual(names.toSorted());
    const counters = Object.values(policy.tools ?? {}).flatMap(({ limits = [] }) =>
      limits.map(({ counter }) => counter),
    );
    expect(new Set(counters).size).toBe(names.length * 2);
    for (const counter of counters) expect(counter).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(parsePolicy(parsed)).toMatchObject({ ok: true });
  });

  test("a tool named * does not become every tool", () => {
    for (const preset of PRESETS) {
      const { policy, reasons } = one("*", { category: "Execute", risk: "critical" }, preset);
      expect(policy).toEqual({ version: "1", default: "deny" });
      expect(reasons.some(({ why }) => why.includes('"*"'))).toBe(true);
    }
  });

  test("the order of the tools does not matter", () => {
    const tools = ["b", "a", "c"].map((name) => toolOf(name));
    expect(JSON.stringify(recommendServer(tools))).toBe(JSON.stringify(recommendServer(tools.toReversed())));
  });
});

test("servers merge; a name that two of them serve gets the rules of both, and a reason says so", () => {
  const { policy, reasons } = recommendServers([
    { server: "npm/a", tools: [toolOf("run"), toolOf("get", { category: "Read", risk: "low" })] },
    {
      server: "npm/b",
      tools: [toolOf("run", { risk: "medium" }), toolOf("put", { category: "Write", risk: "medium" })],
    },
  ]);
  expect(Object.keys(policy.tools ?? {})).toEqual(["get", "put", "run"]);
  expect(policy.tools?.run?.limits).toEqual([
    { counter: "run_rate", window: "minute", max: 10, scope: "grant" },
  ]);
  const reason = reasons.find(({ pointer }) => pointer === "/tools/run");
  expect(reason?.why).toBe(
    "Tools of npm/a and npm/b have this name; a policy goes by the name alone, so the rules of all of them apply.",
  );
});

test("of a shared name each rule says of which server it is, and a rule of both of both", () => {
  const tool = (properties: Record<string, unknown>, required: string[] = []) => ({
    definition: { name: "get", inputSchema: { type: "object", properties, required } },
    verdict: toolOf("get", { category: "Read", risk: "medium" }).verdict,
  });
  const string = { type: "string" };
  const merged = (a: Record<string, unknown>) =>
    recommendServers(
      [
        { server: "npm/a", tools: [tool(a)] },
        { server: "npm/b", tools: [tool({ path: string })] },
      ],
      { bounds: { pathRoots: ["/srv"] } },
    ).reasons;
  const whyAt = (a: Record<string, unknown>, pointer: string) =>
    merged(a).find((reason) => reason.pointer === pointer)?.why;
  expect(whyAt({}, "/tools/get/require/0")).toMatch(/ \(of npm\/b\)$/);
  expect(whyAt({}, "/tools/get/limits/0")).toMatch(/ \(of npm\/a and npm\/b\)$/);
  expect(whyAt({ path: string }, "/tools/get/require/0")).toMatch(/ \(of npm\/a and npm\/b\)$/);
  const alone = recommendServers([{ server: "npm/b", tools: [tool({ path: string })] }]).reasons;
  expect(alone.every(({ why }) => !why.includes("(of "))).toBe(true);
});

test("hidden wins over listed when a name is served twice", () => {
  const { policy } = recommendServers(
    [
      { server: "npm/a", tools: [toolOf("run", { risk: "critical" })] },
      { server: "npm/b", tools: [toolOf("run", { risk: "low" })] },
    ],
    { preset: "strict" },
  );
  expect(policy).toEqual({ version: "1", default: "deny", hide: ["run"] });
});

/** Rules of a document that no reason points at. */
function unexplained({ policy, reasons }: Recommendation): string[] {
  const explained = new Set(reasons.map(({ pointer }) => pointer));
  const rules = ["/default", ...(policy.hide ?? []).map((_, index) => `/hide/${index}`)];
  for (const [name, { deny_if = [], limits = [] }] of Object.entries(policy.tools ?? {})) {
    const inside = [
      ...deny_if.map((_, index) => `/tools/${name}/deny_if/${index}`),
      ...limits.map((_, index) => `/tools/${name}/limits/${index}`),
    ];
    rules.push(...(inside.length > 0 ? inside : [`/tools/${name}`]));
  }
  return rules.filter((pointer) => !explained.has(pointer));
}
