import { type Category, RISKS, type Risk } from "../classifier/types.ts";
import { DEFAULTS, type Decision, FOR_POISONED, FOR_UNKNOWN } from "./defaults.ts";
import type { Preset } from "./types.ts";

type Action = Decision["action"];
type KnownRisk = Exclude<Risk, "unknown">;

const KNOWN_RISKS = RISKS.filter((risk): risk is KnownRisk => risk !== "unknown").toReversed();
const VERB: Record<Exclude<Action, "limit">, string> = { hide: "hides", deny: "denies", allow: "allows" };

/**
 * What a preset does, as one sentence: `recommended denies Execute, Destructive and Financial tools of critical risk
 * unless what they do can be undone, denies Unknown tools, …`. Made from the table, so that it cannot say otherwise.
 */
export function describePreset(preset: Preset): string {
  const parts = [...actionParts(preset, "hide"), ...actionParts(preset, "deny")];
  const unknown = `${VERB[FOR_UNKNOWN[preset].action === "hide" ? "hide" : "deny"]} Unknown tools`;
  const poisoned = FOR_POISONED[preset];
  const attacks = poisoned ? [`${VERB[poisoned]} those whose definition looks like an attack`] : [];
  const free = actionParts(preset, "allow");
  return `${preset} ${[...parts, unknown, ...attacks, ...free].join(", ")} and limits the rest.`;
}

/** One part for each risk at which the preset does this to some categories, worst risk first. */
function actionParts(preset: Preset, action: Exclude<Action, "limit">): string[] {
  return KNOWN_RISKS.flatMap((risk) => {
    const { always, lasting } = categoriesWith(preset, risk, action);
    return [
      ...(always.length > 0 ? [`${VERB[action]} ${list(always)} tools of ${risk} risk`] : []),
      ...(lasting.length > 0
        ? [`${VERB[action]} ${list(lasting)} tools of ${risk} risk unless what they do can be undone`]
        : []),
    ];
  });
}

function categoriesWith(preset: Preset, risk: KnownRisk, action: Action) {
  const always: Category[] = [];
  const lasting: Category[] = [];
  for (const [name, cells] of Object.entries(DEFAULTS[preset])) {
    const cell = cells[risk];
    const category = name as Category;
    if ("action" in cell) {
      if (cell.action === action) always.push(category);
    } else if (cell.lasting.action === action)
      (cell.undoable.action === action ? always : lasting).push(category);
  }
  return { always, lasting };
}

function list(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
