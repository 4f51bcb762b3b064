import { groupBy } from "../_group-by.ts";
import { celRules } from "./_conditions-cel.ts";
import { argumentLosses, CANNOT, limitLosses, lossFor, nameLosses } from "./_losses.ts";
import { aliasProblem, unaskingOutcome } from "./_outcome.ts";
import { counted, hashed, headLines, quoted } from "./_text.ts";
import { yamlList } from "./_yaml.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

/** The most that an MCPRoute takes (`api/v1beta1/mcp_route.go` of the gateway). */
const CAPS = { rules: 32, toolsInRule: 16, toolsInSelector: 32, backends: 256, cel: 4096 } as const;
const NOTES = [
  "Set parentRefs to your Gateway, and give each backend the port and path it has. Backends have the names used here,",
  "in small letters with - for _ and dots, as Kubernetes asks.",
];

/** A rule of the route: some tools of backends, and for rules about arguments an expression. */
interface RouteRule {
  tools: { backend: string; tool: string }[];
  cel?: string;
}

/** Kubernetes names backends in small letters, digits and `-`. */
function backendName(alias: string): string {
  return alias.toLowerCase().replace(/[._]/g, "-");
}

/** Expressions are asked for several times and cost more than the rest. */
const expressions = new WeakMap<ExportTool, { cel: string | undefined }>();

/** In tools/list there are no arguments: there the tool is shown, whatever a call of it would have to hold. */
function expressionOf(tool: ExportTool): string | undefined {
  let known = expressions.get(tool);
  if (!known) {
    const rule = celRules(tool.rules, "request.mcp.params.arguments");
    const cel = rule === undefined ? undefined : `request.mcp.method == "tools/list" || (${rule})`;
    known = { cel: cel !== undefined && cel.length <= CAPS.cel ? cel : undefined };
    expressions.set(tool, known);
  }
  return known.cel;
}

function outcome(tool: ExportTool): Outcome {
  if (!tool.name.isWellFormed()) return "deny";
  if (tool.access !== "check") return unaskingOutcome(tool);
  return expressionOf(tool) === undefined ? "deny" : "allow";
}

const isAllowed = (tool: ExportTool) => outcome(tool) === "allow";

/**
 * Envoy AI Gateway, an `MCPRoute`: rules that allow, by name and where needed by a CEL expression about the arguments,
 * before `defaultAction: Deny`; and per backend a selector, so that tools which may not be called are not listed.
 * allow and limit → allowed; check → allowed where the expression holds, which errors cannot make it do; deny and hide →
 * no rule. A rule takes 16 tools and a route 32 rules: more are refused. A selector takes 32 names: those of the
 * allowed tools, else those of the denied ones, else there is none. A backend without allowed tools is left out.
 */
export const ENVOY_AI_GATEWAY: ExportFormat = {
  id: "envoy-ai-gateway",
  title: "Envoy AI Gateway MCPRoute",
  target: "Envoy AI Gateway, with kubectl apply",
  file: "mcp-route.yaml",
  mediaType: "application/yaml",
  proof: {
    kind: "shape-checked only",
    why: "the gateway is a Go program for Kubernetes; the CEL expressions in it are run by two libraries",
  },
  cannot: [
    CANNOT.limits,
    CANNOT.asking,
    "rules about arguments of more than 4096 characters in CEL, or with argument names that are not ASCII: the tool is denied",
    "calls under rules about arguments that name another one in other letters than ASCII: denied",
    "more than 32 rules of 16 tools: refused",
  ],
  outcome,
  write: (servers) => {
    const problem =
      aliasProblem(
        servers,
        (alias) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(backendName(alias)),
        backendName,
        "Kubernetes names take at most 63 letters, digits and -, and begin and end with a letter or digit",
      ) ?? capProblem(servers);
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const text = [
      hashed(headLines(servers, losses, NOTES)),
      "\napiVersion: aigateway.envoyproxy.io/v1beta1\nkind: MCPRoute\nmetadata:\n  name: placard\nspec:\n",
      "  parentRefs:\n    - group: gateway.networking.k8s.io\n      kind: Gateway\n      name: your-gateway\n",
      `  backendRefs:\n${servers.filter(isListed).map(backendRef).join("")}`,
      "  securityPolicy:\n    authorization:\n      defaultAction: Deny\n      rules:\n",
      ...rulesOf(servers).map(ruleText),
    ].join("");
    return { ok: true, text, losses };
  },
};

function isListed({ tools }: ExportServer): boolean {
  return tools.some(isAllowed);
}

/** Tools that are allowed on the same terms share rules. */
function rulesOf(servers: ExportServer[]): RouteRule[] {
  const allowed = servers.flatMap(({ alias, tools }) =>
    tools.filter(isAllowed).map((tool) => ({
      target: { backend: backendName(alias), tool: tool.name },
      cel: tool.access === "check" ? expressionOf(tool) : undefined,
    })),
  );
  return [...groupBy(allowed, ({ cel }) => cel)].flatMap(([cel, group]) =>
    Array.from({ length: Math.ceil(group.length / CAPS.toolsInRule) }, (_, index) => ({
      tools: group
        .slice(index * CAPS.toolsInRule, (index + 1) * CAPS.toolsInRule)
        .map(({ target }) => target),
      cel,
    })),
  );
}

function capProblem(servers: ExportServer[]): string | undefined {
  const listed = servers.filter(isListed);
  if (listed.length === 0)
    return "writing an MCPRoute: it needs a backend, and none of these servers has a tool that is allowed. Leave them out of your routes.";
  if (listed.length > CAPS.backends)
    return `writing an MCPRoute of ${listed.length} backends: it takes ${CAPS.backends}. Export fewer servers at a time, each to a route of its own.`;
  const rules = rulesOf(servers);
  if (rules.length <= CAPS.rules) return undefined;
  const tools = rules.reduce((sum, rule) => sum + rule.tools.length, 0);
  return `writing an MCPRoute that allows ${counted(tools, "tool")}: that takes ${rules.length} rules and a route has ${CAPS.rules} at most, of ${CAPS.toolsInRule} tools each. Export fewer servers at a time, each to a route of its own.`;
}

function backendRef({ alias, tools }: ExportServer): string {
  const selector = selectorOf(tools);
  const head = `    - group: gateway.envoyproxy.io\n      kind: Backend\n      name: ${quoted(backendName(alias))}\n`;
  return selector
    ? `${head}      toolSelector:\n        ${selector.key}:${yamlList(selector.names, 10)}`
    : head;
}

function selectorOf(tools: ExportTool[]): { key: "include" | "exclude"; names: string[] } | undefined {
  const names = (listed: ExportTool[]) => listed.map(({ name }) => name);
  const allowed = tools.filter(isAllowed);
  if (allowed.length <= CAPS.toolsInSelector) return { key: "include", names: names(allowed) };
  const denied = tools.filter((tool) => !isAllowed(tool) && tool.name.isWellFormed());
  if (denied.length === 0 || denied.length > CAPS.toolsInSelector) return undefined;
  return { key: "exclude", names: names(denied) };
}

function ruleText({ tools, cel }: RouteRule): string {
  const targets = tools.map(
    ({ backend, tool }) =>
      `              - backend: ${quoted(backend)}\n                tool: ${quoted(tool)}\n`,
  );
  const condition = cel === undefined ? "" : `          cel: ${quoted(cel)}\n`;
  return `        - action: Allow\n          target:\n            tools:\n${targets.join("")}${condition}`;
}

function lossesOf(servers: ExportServer[]): Loss[] {
  const isHidden = (tool: ExportTool, { tools }: ExportServer) =>
    !isAllowed(tool) && isListed({ tools } as ExportServer) && selectorOf(tools) === undefined;
  return [
    ...limitLosses(servers, outcome),
    ...argumentLosses(
      servers,
      "the tool is denied: CEL cannot say them here, or not in 4096 characters.",
      (tool) => outcome(tool) === "deny",
    ),
    ...lossFor(
      servers,
      "hiding",
      `the tool is denied but listed: a selector takes ${CAPS.toolsInSelector} names.`,
      isHidden,
    ),
    ...lossFor(
      servers,
      "servers without allowed tools",
      "left out of the route.",
      (_, server) => !isListed(server),
    ),
    ...nameLosses(servers, "YAML", "the tool is denied."),
  ];
}
