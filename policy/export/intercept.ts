import type { Policy, ToolPolicy } from "../schema.ts";
import { toIntercept } from "../to-intercept.ts";
import { lossFor } from "./_losses.ts";
import { mergedPolicy, sharedNameLosses } from "./_merged.ts";
import { hasHalfCharacter, hashed, headLines } from "./_text.ts";
import { yamlBlock } from "./_yaml.ts";
import type { ExportFormat, ExportTool, Outcome } from "./types.ts";

const NOTES = [
  "Give this file to each Intercept that stands in front of one of these servers; its rules go by the names of tools alone.",
];
const DENIED: ToolPolicy = { deny_if: [{ conditions: [] }] };

/** What becomes of a tool whose counters no other tool shares, as in every recommended policy. */
function outcome({ name, access, rules }: ExportTool): Outcome {
  if (access === "deny" || access === "hide" || hasHalfCharacter([name, rules])) return "deny";
  const alone: Policy = { version: "1", default: "deny", tools: { [name]: rules } };
  const written = toIntercept(alone).document.tools?.[name]?.rules ?? [];
  return written.some(({ action }) => action === "deny") ? "deny" : "allow";
}

/**
 * Intercept's YAML, version "1". It has rate limits, hiding and rules about arguments that must hold, so allow, limit and
 * hide stay what they are; a denial by an argument is turned round where an operator says the opposite, and becomes a
 * denial of every call where none does. A file goes by names alone: several servers are merged as in `policy.json`.
 */
export const INTERCEPT: ExportFormat = {
  id: "intercept",
  title: "Intercept policy",
  target: "Intercept, as the policy file of the proxy in front of a server",
  file: "intercept.yaml",
  mediaType: "application/yaml",
  proof: {
    kind: "shape-checked only",
    why: "Intercept is a Go program that the tests do not run; they read each file back as policy.json, which then lets through no call that it denied before, and decides the same of every tool that no loss names",
  },
  cannot: [
    "denying by a pattern, by part of a text, by several arguments at once or by null: the tool is denied",
    "denying by an argument only where it is sent: calls without the argument are denied too",
    "one count for several tools: they are denied",
    "calls under rules about arguments that give a value of another type, which is compared as text, or a second spelling of an argument's name, which is not seen",
    "telling tools of one name on several servers apart: the rules of all of them apply",
  ],
  outcome,
  write: (servers) => {
    const merged = mergedPolicy(servers.map(({ policy }) => policy));
    const { document, losses: unsaid } = toIntercept(writable(merged));
    const losses = [
      ...unsaid.flatMap(({ what, instead, tools }) => {
        const names = new Set(tools);
        return lossFor(servers, what, instead, ({ name }) => names.has(name));
      }),
      ...lossFor(servers, "texts that YAML cannot write", "the tool is denied.", ({ name, rules }) =>
        hasHalfCharacter([name, rules]),
      ),
      ...sharedNameLosses(servers),
    ];
    return { ok: true, text: `${hashed(headLines(servers, losses, NOTES))}\n${yamlBlock(document)}`, losses };
  },
};

/** Half a surrogate pair makes YAML unreadable: a name with one is left to the default, rules with one deny. */
function writable(policy: Policy): Policy {
  const isText = (name: string) => !hasHalfCharacter(name);
  const tools: Record<string, ToolPolicy> = Object.create(null);
  for (const [name, rules] of Object.entries(policy.tools ?? {}))
    if (isText(name)) tools[name] = hasHalfCharacter(rules) ? DENIED : rules;
  const named = [...(policy.hide ?? []), ...Object.keys(policy.tools ?? {})];
  return {
    ...policy,
    default: named.every(isText) ? policy.default : "deny",
    ...(policy.hide && { hide: policy.hide.filter(isText) }),
    ...(policy.tools && { tools }),
  };
}
