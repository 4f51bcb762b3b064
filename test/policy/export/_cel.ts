import { celEnv, celMap, parse as parseCel, plan } from "@bufbuild/cel";
import { Environment } from "@marcbachmann/cel-js";

/** Two CEL libraries; a gateway takes an expression that faults, or is not a boolean, as not holding. */
type Holds = (variables: Record<string, unknown>) => boolean;

const ENV = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });

/** The expression in each of the two libraries. Throws where one of them cannot read it. */
export function celBoth(expression: string): Record<"bufbuild" | "marcbachmann", Holds> {
  const first = plan(celEnv(), parseCel(expression));
  const second = ENV.parse(expression);
  return {
    bufbuild: (variables) => first(mapped(variables, findingNull)) === true,
    marcbachmann: (variables) => {
      try {
        return second(mapped(variables, (map) => map)) === true;
      } catch {
        return false;
      }
    },
  };
}

/**
 * The libraries take an object with a key `constructor` for something else than a map, so each object becomes one.
 * @param asCel what a library takes for a map
 */
function mapped(
  variables: Record<string, unknown>,
  asCel: (map: Map<string, unknown>) => unknown,
): Variables {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== "object" || value === null) return value;
    return asCel(new Map(Object.entries(value).map(([key, inner]) => [key, convert(inner)])));
  };
  const entries = Object.entries(variables).map(([name, value]) => [name, convert(value)]);
  return Object.fromEntries(entries) as Variables;
}

type Variables = Parameters<ReturnType<typeof plan>>[0];

/** This version's `in` does not find keys whose value is null, against the specification (and cel-go). */
function findingNull(map: Map<string, unknown>): unknown {
  const made = celMap(map as Parameters<typeof celMap>[0]);
  made.has = (key) => map.has(String(key));
  return made;
}

/** What agentgateway makes of allow rules: everything is allowed without any, else what one of them allows. */
export function agentgateway(rules: readonly string[]) {
  const parsed = rules.map(celBoth);
  return (library: "bufbuild" | "marcbachmann", target: string, name: string) =>
    parsed.length === 0 || parsed.some((rule) => rule[library]({ mcp: { tool: { target, name } } }))
      ? "allow"
      : "deny";
}
