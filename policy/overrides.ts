import { z } from "zod";
import { FACETS, type Facet, type Verdict } from "../classifier/types.ts";
import { TRAVERSAL } from "./_bounds.ts";
import { byName } from "./_by-name.ts";
import type { Decision } from "./defaults.ts";
import { WINDOWS } from "./schema.ts";
import { type ReadSettings, readSettings } from "./settings.ts";
import type { Bounds } from "./types.ts";

const plain = z
  .string()
  .min(1)
  .refine(
    (text) => !/[\s/@:*\\]/.test(text),
    "a plain name such as example.com, without * or an address around it",
  );

const root = z
  .string()
  .refine((text) => /[^/\\]/.test(text), "a folder below the root, such as /srv/data")
  .refine(
    (text) => !new RegExp(TRAVERSAL).test(text),
    "a folder without .. in its path, as no path with .. is allowed",
  );

const override = z
  .strictObject({
    action: z.enum(["allow", "limit", "deny", "hide"]).describe("What the policy does with the tool"),
    max: z.int().min(1).optional().describe("With limit: calls in one window"),
    window: z.enum(WINDOWS).optional().describe("With limit"),
  })
  .refine(
    ({ action, max, window }) =>
      (action === "limit") === (max !== undefined) && (max === undefined) === (window === undefined),
    "max and window together with the action limit, and only with it",
  );

const overridesSchema = z.strictObject({
  bounds: z
    .strictObject({
      pathRoots: z.array(root).min(1).optional(),
      urlHosts: z.array(plain).min(1).optional(),
      recipientDomains: z.array(plain).min(1).optional(),
      amountCeiling: z
        .strictObject({ max: z.number().positive(), currency: z.string().regex(/^[A-Za-z]{3}$/) })
        .optional(),
    })
    .optional(),
  tools: byName(override, (name) => (name === "" ? "the name of a tool" : undefined)).optional(),
  facets: byName(override, (name) =>
    FACETS.some((facet) => facet === name) ? undefined : `one of ${FACETS.join(", ")}`,
  ).optional(),
});

/** A user's own word on the policy: `placard.yaml`. */
export type Overrides = z.infer<typeof overridesSchema>;

/** Checks the data of a `placard.yaml`; every problem with its place. */
export function parseOverrides(data: unknown): ReadSettings<Overrides> {
  return readSettings(overridesSchema, data, "Keys: bounds, tools (server id/tool, or tool), facets.");
}

/** Tightest last: what several facets say of one tool comes to the last of them. */
const TIGHTNESS = ["allow", "limit", "deny", "hide"] as const;

/**
 * What a user's file says of one tool. A tool named with its server (`npm/x/tool`) goes before one named alone, and
 * that before facets; of several facets the tightest holds. A file may loosen: it is the user's own decision.
 */
export function applyOverrides(
  { tools = {}, facets = {}, bounds }: Overrides,
  { server, name, facets: own }: Pick<Verdict, "name" | "facets"> & { server?: string },
): { decision?: Decision; why?: string; bounds?: Bounds } {
  const keys = [...(server === undefined ? [] : [`${server}/${name}`]), name];
  const key = keys.find((entry) => Object.hasOwn(tools, entry));
  if (key !== undefined)
    return { decision: decisionOf(tools[key] as Override), why: "The configuration names this tool", bounds };
  const said = own
    .filter((facet) => facets[facet] !== undefined)
    .map((facet) => ({ facet, decision: decisionOf(facets[facet] as Override) }))
    .toSorted((a, b) => tightness(b.decision) - tightness(a.decision))[0];
  return said ? { decision: said.decision, why: whyFacet(said.facet), bounds } : { bounds };
}

type Override = z.infer<typeof override>;

function decisionOf({ action, max, window }: Override): Decision {
  return action === "limit" ? { action, max: max ?? 1, window: window ?? "hour" } : { action };
}

/** A limit is tighter the fewer calls it lets through in an hour. */
function tightness(decision: Decision): number {
  const rank = TIGHTNESS.indexOf(decision.action);
  return decision.action === "limit"
    ? rank + 1 / (1 + decision.max * (decision.window === "minute" ? 60 : 1))
    : rank;
}

function whyFacet(facet: Facet): string {
  return `The configuration names tools with the facet ${facet}`;
}
