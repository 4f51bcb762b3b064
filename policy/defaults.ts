import type { Category, Risk } from "../classifier/types.ts";
import type { Window } from "./schema.ts";
import type { Preset } from "./types.ts";

/** What a preset does with a tool. */
export type Decision =
  | { action: "allow" }
  | { action: "limit"; max: number; window: Window }
  | { action: "deny" }
  | { action: "hide" };

/** A decision, or one for tools whose effect can be undone and another for all others (`reversible` "no" or "unknown"). */
export type Cell = Decision | { undoable: Decision; lasting: Decision };

type KnownCategory = Exclude<Category, "Unknown">;
type KnownRisk = Exclude<Risk, "unknown">;

const allow: Decision = { action: "allow" };
const deny: Decision = { action: "deny" };
const hide: Decision = { action: "hide" };
const perMinute = (max: number): Decision => ({ action: "limit", max, window: "minute" });
const perHour = (max: number): Decision => ({ action: "limit", max, window: "hour" });

/**
 * The presets. Reading down a column the decision never gets looser with the risk; from strict to permissive it never
 * gets tighter (both are tests). The figures are for one grant: enough for a person's work with an agent, few enough
 * that a loop or a misled model is stopped before it does much.
 */
export const DEFAULTS: Record<Preset, Record<KnownCategory, Record<KnownRisk, Cell>>> = {
  strict: {
    Read: { low: allow, medium: perMinute(30), high: perMinute(10), critical: deny },
    Write: { low: perMinute(10), medium: perMinute(10), high: perMinute(3), critical: deny },
    Execute: { low: perMinute(10), medium: perMinute(10), high: perMinute(3), critical: hide },
    Destructive: {
      low: perHour(10),
      medium: perHour(5),
      high: { undoable: perHour(3), lasting: deny },
      critical: hide,
    },
    Financial: { low: perHour(5), medium: perHour(5), high: deny, critical: hide },
  },
  recommended: {
    Read: { low: allow, medium: perMinute(60), high: perMinute(30), critical: perMinute(10) },
    Write: { low: perMinute(30), medium: perMinute(30), high: perMinute(10), critical: perMinute(5) },
    Execute: {
      low: perMinute(30),
      medium: perMinute(20),
      high: perMinute(10),
      critical: { undoable: perMinute(3), lasting: deny },
    },
    Destructive: {
      low: perHour(30),
      medium: perHour(20),
      high: perHour(10),
      critical: { undoable: perHour(3), lasting: deny },
    },
    Financial: {
      low: perHour(20),
      medium: perHour(10),
      high: perHour(5),
      critical: { undoable: perHour(3), lasting: deny },
    },
  },
  permissive: {
    Read: { low: allow, medium: allow, high: perMinute(60), critical: perMinute(30) },
    Write: { low: allow, medium: perMinute(120), high: perMinute(60), critical: perMinute(20) },
    Execute: { low: perMinute(120), medium: perMinute(60), high: perMinute(30), critical: perMinute(10) },
    Destructive: { low: perHour(120), medium: perHour(60), high: perHour(30), critical: perHour(5) },
    Financial: { low: perHour(60), medium: perHour(30), high: perHour(20), critical: perHour(5) },
  },
};

/** What is not known is not let through: no preset allows a tool whose definition does not say enough. */
export const FOR_UNKNOWN: Record<Preset, Decision> = { strict: hide, recommended: deny, permissive: deny };

/** What is done with a tool whose definition has a finding of severity "error". null: what its category and risk ask for. */
export const FOR_POISONED: Record<Preset, "hide" | "deny" | null> = {
  strict: "hide",
  recommended: "deny",
  permissive: null,
};

/**
 * Calls an hour, besides the limit a minute, for Execute tools that reach other people: ten messages a minute, all
 * day long, are a flood. null: no such limit.
 */
export const TO_OTHERS_PER_HOUR: Record<Preset, number | null> = {
  strict: 10,
  recommended: 60,
  permissive: null,
};

/** The decision of a preset for a verdict. */
export function decide(
  preset: Preset,
  { category, risk, reversible }: { category: Category; risk: Risk; reversible: string },
): Decision {
  if (category === "Unknown" || risk === "unknown") return FOR_UNKNOWN[preset];
  const cell = DEFAULTS[preset][category][risk];
  if ("action" in cell) return cell;
  return reversible === "yes" ? cell.undoable : cell.lasting;
}
