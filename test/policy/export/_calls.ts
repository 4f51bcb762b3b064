import type { ExportFormat, ExportTool, Outcome } from "../../../policy/export/types.ts";
import type { ToolPolicy } from "../../../policy/index.ts";
import { call, policyFor } from "../_call.ts";

/** Values that rules about arguments tell apart: hosts, statements, blanks, flags, amounts. */
const VALUES = [
  "",
  " \t",
  "x",
  "https://example.com/169.254.1.1",
  "http://169.254.169.254/latest",
  "HTTP://a@Metadata.Google.Internal.:80",
  "//[fe80::1]/",
  "select updated from t",
  "select 1; drop table t",
  "DELETE from t;",
  "ünï\u2028côde",
  true,
  false,
  0,
  1e12,
  null,
];

/** Calls of a tool that its rules about arguments decide on in different ways; one without arguments where it has none. */
export function callsOf({ rules }: ExportTool): Record<string, unknown>[] {
  const conditions = [...(rules.deny_if ?? []), ...(rules.require ?? [])].flatMap((rule) => rule.conditions);
  const keys = [...new Set(conditions.map(({ path }) => path.split(".")[1] as string))];
  if (keys.length === 0) return [{}];
  const values = [...VALUES, ...conditions.flatMap(({ value }) => value)];
  return [{}, ...values.map((value) => Object.fromEntries(keys.map((key) => [key, value])))];
}

/** What our evaluator says of a call, where the format lets calls of the tool through at all; without rate limits. */
export function expected(format: ExportFormat, tool: ExportTool, args: Record<string, unknown>): Outcome {
  const outcome = format.outcome(tool);
  if (outcome !== "allow" || tool.access !== "check") return outcome;
  return ours(tool.rules, args);
}

/** What our evaluator says of a call under these rules, without their limits. */
export function ours(
  { deny_if, require }: ToolPolicy,
  args: Record<string, unknown> | undefined,
): "allow" | "deny" {
  const policy = policyFor({ ...(deny_if && { deny_if }), ...(require && { require }) });
  return call(policy, args).decision === "allow" ? "allow" : "deny";
}
