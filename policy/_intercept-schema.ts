import { z } from "zod";
import { isRecord } from "../classifier/record.ts";
import { OPERATORS } from "./schema.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const condition = z.strictObject({
  path: z.string(),
  op: z.enum(OPERATORS),
  value: z.union([scalar, z.array(scalar)]),
});

const rule = z.strictObject({
  name: z.string(),
  action: z.enum(["evaluate", "deny", "require_approval"]).optional(),
  rate_limit: z.union([z.string(), z.number()]).optional(),
  conditions: z.array(condition).optional(),
  on_deny: z.string().optional(),
  approval_timeout: z.unknown().optional(),
  state: z
    .strictObject({
      counter: z.string(),
      window: z.string(),
      increment: z.number().optional(),
      increment_from: z.string().optional(),
    })
    .optional(),
});

/** Intercept's file, version "1". It ignores unknown keys; here they are errors, so that none is lost unseen. */
export const interceptSchema = z.strictObject({
  version: z.literal("1"),
  description: z.string().optional(),
  default: z.enum(["allow", "deny"]).optional(),
  hide: z.array(z.string().min(1)).optional(),
  tools: z.custom<object>(isRecord, "an object").optional(),
});
export const interceptToolSchema = z.strictObject({ rules: z.array(rule) });
export type InterceptRule = z.infer<typeof rule>;
export type InterceptTool = z.infer<typeof interceptToolSchema>;
export interface InterceptDocument {
  version: "1";
  default: "allow" | "deny";
  hide?: string[];
  tools?: Record<string, InterceptTool>;
}
