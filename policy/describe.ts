import { type Category, RISKS, type Risk } from "../classifier/types.ts";
import { DEFAULTS, type Decision, FOR_POISONED, FOR_UNKNOWN } from "./defaults.ts";
import type { Preset } from "./types.ts";

type Action = Decision["action"];
type KnownRisk = Exclude<Risk, "unknown">;

const KNOWN_RISKS = RISKS.filter((risk): risk is KnownRisk => risk !== "unknown").toReversed();
const VERB: Record<Exclude<Action, "limit">, string> = { hide: "hides", deny: "denies", allow: "allows" };

/**
 * What a preset does, as one sentence: `recommended denies Execute, Destructive and Financial tools of critical risk
 * unless what they do can be undone, …; allows …; limits the rest.` Made from the table, so that it cannot say otherwise.
 */
export function describePreset(preset: Preset): string {
  const said = (["hide", "deny", "allow"] as const).flatMap((action) => {
    const objects = [
      ...actionObjects(preset, action),
      ...(FOR_UNKNOWN[preset].action === action ? ["Unknown tools"] : []),
      ...(FOR_POISONED[preset] === action ? ["tools whose definition looks like an attack"] : []),
    ];
    return objects.length > 0 ? [`${VERB[action]} ${enumerate(objects)}`] : [];
  });
  return `${preset} ${[...said, "limits the rest"].join("; ")}.`;
}

/** One part for each risk at which the preset does this to some categories, worst risk first. */
function actionObjects(preset: Preset, action: Exclude<Action, "limit">): string[] {
  return KNOWN_RISKS.flatMap((risk) => {
    const { always, lasting } = categoriesWith(preset, risk, action);
    return [
      ...(always.length > 0 ? [`${list(always)} tools of ${risk} risk`] : []),
      ...(lasting.length > 0
        ? [`${list(lasting)} tools of ${risk} risk unless what they do can be undone`]
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

/** With a comma before the last "and" too, for the parts have one of their own. */
function enumerate(parts: string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;
}
