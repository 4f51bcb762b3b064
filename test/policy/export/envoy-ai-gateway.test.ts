import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ENVOY_AI_GATEWAY } from "../../../policy/export/envoy-ai-gateway.ts";
import type { ExportTool, Outcome } from "../../../policy/export/types.ts";
import { callsOf, expected } from "./_calls.ts";
import { celBoth } from "./_cel.ts";
import { EXPORTS, eachTool, written } from "./_gateways.ts";
import { exportServer, exportTool } from "./_prepared.ts";

vi.setConfig({ testTimeout: 60_000 });

const LIBRARIES = ["bufbuild", "marcbachmann"] as const;

describe("Envoy AI Gateway", () => {
  const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  const toolNames = z.array(z.string()).min(1).max(32);
  const routeSchema = z.strictObject({
    apiVersion: z.literal("aigateway.envoyproxy.io/v1beta1"),
    kind: z.literal("MCPRoute"),
    metadata: z.strictObject({ name }),
    spec: z.strictObject({
      parentRefs: z
        .array(z.strictObject({ group: z.string(), kind: z.literal("Gateway"), name }))
        .min(1)
        .max(16),
      backendRefs: z
        .array(
          z.strictObject({
            group: z.string(),
            kind: z.string(),
            name,
            toolSelector: z
              .union([z.strictObject({ include: toolNames }), z.strictObject({ exclude: toolNames })])
              .optional(),
          }),
        )
        .min(1)
        .max(256),
      securityPolicy: z.strictObject({
        authorization: z.strictObject({
          defaultAction: z.literal("Deny"),
          rules: z
            .array(
              z.strictObject({
                action: z.literal("Allow"),
                target: z.strictObject({
                  tools: z
                    .array(z.strictObject({ backend: name, tool: z.string() }))
                    .min(1)
                    .max(16),
                }),
                cel: z.string().max(4096).optional(),
              }),
            )
            .max(32),
        }),
      }),
    }),
  });

  /** The gateway: the first rule whose target and expression fit, else Deny; nothing of a backend that is not there. */
  function load(text: string) {
    const { spec } = routeSchema.parse(parse(text));
    const rules = spec.securityPolicy.authorization.rules.map((rule) => ({
      ...rule,
      holds: rule.cel === undefined ? undefined : celBoth(rule.cel),
    }));
    return (library: (typeof LIBRARIES)[number], backend: string, tool: string, args?: unknown): Outcome => {
      const mcp = {
        ...{ backend, tool, method: args === undefined ? "tools/list" : "tools/call" },
        params: args === undefined ? {} : { name: tool, arguments: args },
      };
      const isMeant = rules.some(
        ({ target, holds }) =>
          target.tools.some((one) => one.backend === backend && one.tool === tool) &&
          (holds === undefined || holds[library]({ request: { mcp } })),
      );
      return isMeant ? "allow" : "deny";
    };
  }

  test.each(EXPORTS)(
    "routes have the gateway's shape and decide on every tool as the export says: %s",
    (_, groups) => {
      for (const servers of groups()) {
        const result = ENVOY_AI_GATEWAY.write(servers);
        if (!result.ok) {
          eachTool(servers, (__, tool) => {
            expect(ENVOY_AI_GATEWAY.outcome(tool), result.problem).toBe("deny");
          });
          continue;
        }
        const decide = load(result.text);
        for (const library of LIBRARIES) {
          eachTool(servers, ({ alias }, tool) => {
            const outcome = ENVOY_AI_GATEWAY.outcome(tool);
            if (!tool.name.isWellFormed()) return expect(outcome).toBe("deny");
            const shown = `${library} ${alias}/${JSON.stringify(tool.name)}`;
            expect(decide(library, alias, tool.name), `listing ${shown}`).toBe(outcome);
            const calls = callsOf(tool).map((args) => ({
              args,
              wanted: expected(ENVOY_AI_GATEWAY, tool, args),
            }));
            for (const { args, wanted } of calls)
              expect(decide(library, alias, tool.name, args), `${shown} ${JSON.stringify(args)}`).toBe(
                wanted,
              );
            expect(calls.map(({ wanted }) => wanted)).toContain(outcome);
          });
          expect(decide(library, servers[0]?.alias ?? "", "a tool the server adds later", {})).toBe("deny");
        }
      }
    },
  );

  const many = (count: number, access: ExportTool["access"], prefix = "t") =>
    Array.from({ length: count }, (_, index) => exportTool(`${prefix}${index}`, access));

  const withOwnRule = (tool: ExportTool, value: number): ExportTool => ({
    ...tool,
    rules: { deny_if: [{ conditions: [{ path: "args.n", op: "gt", value }] }] },
  });

  test("512 tools fill a route, or 32 that differ in their rules; one more is refused with what to do", () => {
    expect(ENVOY_AI_GATEWAY.write([exportServer("a", many(512, "allow"))])).toMatchObject({ ok: true });
    expect(ENVOY_AI_GATEWAY.write([exportServer("a", many(513, "allow"))])).toEqual({
      ok: false,
      problem:
        "writing an MCPRoute that allows 513 tools: that takes 33 rules and a route has 32 at most, of 16 tools each. Export fewer servers at a time, each to a route of its own.",
    });
    const [same, different] = [many(33, "check"), many(33, "check").map(withOwnRule)];
    expect(ENVOY_AI_GATEWAY.write([exportServer("a", same)])).toMatchObject({ ok: true });
    expect(ENVOY_AI_GATEWAY.write([exportServer("a", different)])).toMatchObject({ ok: false });
  });

  test("a selector names the allowed tools, else the denied ones, else there is none and that is said", () => {
    const selector = (allowed: number, denied: number) => {
      const server = exportServer("a", [...many(allowed, "allow"), ...many(denied, "hide", "d")]);
      const { text, losses } = written(ENVOY_AI_GATEWAY, [server]);
      const [backend] = routeSchema.parse(parse(text)).spec.backendRefs;
      const hiding = losses.find(({ what }) => what === "hiding");
      return [Object.keys(backend?.toolSelector ?? {}).join(), hiding?.tools.length ?? 0];
    };
    expect(selector(32, 40)).toEqual(["include", 0]);
    expect(selector(33, 32)).toEqual(["exclude", 0]);
    expect(selector(33, 33)).toEqual(["", 33]);
    expect(selector(33, 0)).toEqual(["", 0]);
  });

  test("servers none of whose tools is allowed are left out, and nothing else is refused", () => {
    const [none, one] = [exportServer("none", many(2, "deny")), exportServer("One_2", many(1, "limit"))];
    const { text, losses } = written(ENVOY_AI_GATEWAY, [none, one]);
    expect(routeSchema.parse(parse(text)).spec.backendRefs.map((backend) => backend.name)).toEqual(["one-2"]);
    expect(losses).toContainEqual({
      what: "servers without allowed tools",
      instead: "left out of the route.",
      tools: ["none/t0", "none/t1"],
    });
    expect(ENVOY_AI_GATEWAY.write([none])).toMatchObject({ ok: false });
    expect(ENVOY_AI_GATEWAY.write([exportServer("ü", [])])).toMatchObject({ ok: false });
    expect(ENVOY_AI_GATEWAY.write([one, exportServer("one-2", many(1, "allow"))])).toMatchObject({
      ok: false,
    });
  });
});
