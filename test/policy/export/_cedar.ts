import {
  type CedarValueJson,
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type TypeAndId,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import { generateRequest, generateSchema } from "@cedar-policy/mcp-schema-generator-wasm";
import { parse } from "yaml";
import { z } from "zod";
import type { ToolDefinition } from "../../../classifier/index.ts";
import { cedarStub } from "../../../policy/export/cedar-mcp.ts";

/** Cedar's own engine, asked as ToolHive and as users of the official MCP schema ask it. */

type Args = Record<string, unknown>;
type Decision = "allow" | "deny";

const toolhiveSchema = z.strictObject({
  version: z.literal("1.0"),
  type: z.literal("cedarv1"),
  cedar: z.strictObject({ policies: z.array(z.string()).min(1), entities_json: z.literal("[]") }),
});
const generatedSchema = z.object({
  isOk: z.boolean(),
  schema: z.string().nullable(),
  error: z.string().nullable(),
});

let loaded = 0;

/** Loads a ToolHive file; out: what ToolHive would decide, which denies on any fault of a policy. */
export function toolhive(yaml: string): (tool: string, args?: Args) => Decision {
  const { policies } = toolhiveSchema.parse(parse(yaml)).cedar;
  loaded += 1;
  const preparsedPolicySetId = `toolhive-${loaded}`;
  const staticPolicies = Object.fromEntries(policies.map((policy, index) => [`policy${index}`, policy]));
  succeed(preparsePolicySet(preparsedPolicySetId, { staticPolicies }));
  return (tool, args = {}) => {
    const principal = { type: "Client", id: "someone" };
    const resource = { type: "Tool", id: tool };
    const action = { type: "Action", id: "call_tool" };
    const context = toolhiveContext(args);
    const attrs = { ...context, name: tool, operation: "call", feature: "tool" };
    return ask({
      ...{ preparsedPolicySetId, principal, resource, action, context },
      entities: [
        { uid: principal, attrs: {}, parents: [] },
        { uid: resource, attrs, parents: [] },
      ],
    });
  };
}

/** Texts and booleans as they are, numbers as decimals of four digits or not at all, of the rest that it is there. */
function toolhiveContext(args: Args): Record<string, CedarValueJson> {
  const context: Record<string, CedarValueJson> = {};
  for (const [key, value] of Object.entries(args)) {
    if (typeof value === "string" || typeof value === "boolean") context[`arg_${key}`] = value;
    else if (typeof value !== "number") context[`arg_${key}_present`] = true;
    else if (Math.abs(value * 10_000) < 2 ** 63) {
      const units = BigInt(Math.trunc(value * 10_000));
      const digits = String(units < 0n ? -units : units).padStart(5, "0");
      const arg = `${units < 0n ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
      context[`arg_${key}`] = { __extn: { fn: "decimal", arg } };
    }
  }
  return context;
}

/** One server for the official schema: its alias, and the tools that have an action. */
interface SchemaServer {
  alias: string;
  tools: ToolDefinition[];
}

/** Faults that Cedar's validator finds in policies, in strict mode, against the generated schema of the servers. */
export function validationFaults(policies: string, servers: SchemaServer[]): string[] {
  const answer = validate({
    validationSettings: { mode: "strict" },
    schema: schemaOf(servers).text,
    policies: { staticPolicies: policies },
  });
  if (answer.type === "failure") return answer.errors.map(({ message }) => message);
  return answer.validationErrors.map(({ error }) => error.message);
}

/** Generating and reading a schema take longer than deciding: done once for the same tools. */
const schemas = new Map<string, { id: string; text: string }>();

function schemaOf(servers: SchemaServer[]): { id: string; text: string } {
  const key = JSON.stringify(servers);
  let schema = schemas.get(key);
  if (!schema) {
    schema = { id: `schema-${schemas.size}`, text: generated(servers) };
    succeed(preparseSchema(schema.id, schema.text));
    schemas.set(key, schema);
  }
  return schema;
}

function generated(servers: SchemaServer[]): string {
  return servers
    .map(({ alias, tools }) => {
      const { schema, error } = generatedSchema.parse(
        JSON.parse(generateSchema(cedarStub(alias), JSON.stringify(tools))),
      );
      if (schema === null) throw new Error(`the generator refused ${alias}: ${error}`);
      return schema;
    })
    .join("\n");
}

/**
 * Loads policies for the official schema; out: the decision, or "no request" where the official generator makes none of
 * the call. `enums` are the arguments declared as enumerations.
 */
export function typed(policies: string, servers: SchemaServer[]) {
  loaded += 1;
  const id = `typed-${loaded}`;
  succeed(preparsePolicySet(id, { staticPolicies: policies }));
  const preparsedSchemaName = schemaOf(servers).id;
  return (
    alias: string,
    tool: string,
    args: Args = {},
    enums: readonly string[] = [],
  ): Decision | "no request" => {
    const own = servers.find((server) => server.alias === alias)?.tools ?? [];
    const tools = own.filter(({ name }) => name === tool);
    const input = JSON.stringify({ params: { tool, args } });
    const namespace = /^namespace (\S+)/.exec(cedarStub(alias))?.[1] ?? "";
    const request = z
      .object({ isOk: z.boolean(), action: z.string().nullable() })
      .parse(
        JSON.parse(
          generateRequest(cedarStub(alias), JSON.stringify(tools), input, "User", "a", "McpServer", "s"),
        ),
      );
    if (!request.isOk) return "no request";
    const values = Object.entries(args).map(([key, value]) => [
      key,
      enums.includes(key) ? { __entity: { type: `${namespace}::${tool}::Input::${key}`, id: value } } : value,
    ]);
    return ask({
      preparsedPolicySetId: id,
      preparsedSchemaName,
      principal: { type: `${namespace}::User`, id: "a" },
      resource: { type: `${namespace}::McpServer`, id: "s" },
      action: { type: `${namespace}::Action`, id: tool },
      context: { input: Object.fromEntries(values) as CedarValueJson },
      validateRequest: true,
      entities: [],
    });
  };
}

function ask(call: {
  preparsedPolicySetId: string;
  preparsedSchemaName?: string;
  principal: TypeAndId;
  resource: TypeAndId;
  action: TypeAndId;
  context: Record<string, CedarValueJson>;
  validateRequest?: boolean;
  entities: EntityJson[];
}): Decision {
  const answer = statefulIsAuthorized(call);
  if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join("; "));
  const { decision, diagnostics } = answer.response;
  return diagnostics.errors.length > 0 ? "deny" : decision;
}

function succeed(answer: { type: "success" } | { type: "failure"; errors: { message: string }[] }): void {
  if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join("; "));
}
