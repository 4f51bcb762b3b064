/** What other servers have that is like a tool, made ready to draw. */
import type { AlikeTool, SimilarTools } from "../../../db/index.ts";
import { markLabel } from "./mark.ts";
import { count } from "./words.ts";

export interface ElsewhereView {
  same: SimilarTools["same"];
  /** How many there are, and that their verdict is this one. */
  sameWords: string;
  groups: { title: string; text: string; tools: AlikeTool[] }[];
  /** Said when there is nothing. */
  none?: string;
}

/** Where counting stops in the database. */
const COUNTED = 100;

/** @param own what the verdict of the page's tool says */
export function elsewhereView(found: SimilarTools, own: Pick<AlikeTool, "category" | "risk">): ElsewhereView {
  const { same, named, near } = found;
  return {
    same,
    sameWords: sameWords(same.count, same.items.length),
    groups: [
      ...(named.length > 0
        ? [{ title: "The same name, another definition", text: compared(named, own), tools: named }]
        : []),
      ...(near.length > 0 ? [{ title: "Nearly the same name", text: compared(near, own), tools: near }] : []),
    ],
    ...(same.count + named.length + near.length === 0
      ? {
          none: "No other server in this catalog has a tool of this definition, of this name or of nearly this name.",
        }
      : {}),
  };
}

function sameWords(all: number, shown: number): string {
  const servers = `${all >= COUNTED ? "At least " : ""}${count(all, "other server")}`;
  const some = all > shown ? ` ${shown} of them:` : "";
  return `${servers} ${all === 1 ? "has" : "have"} it, and so the same verdict.${some}`;
}

/** Whether the verdicts differ from this one, so that nobody has to compare them. */
function compared(tools: AlikeTool[], own: Pick<AlikeTool, "category" | "risk">): string {
  const others = tools.filter(({ category, risk }) => category !== own.category || risk !== own.risk).length;
  const here = `here it is ${own.category === "Unknown" ? "Unknown" : markLabel(own.category, own.risk)}`;
  const theirs = tools.length === 1 ? "Its verdict is" : "Their verdicts are";
  if (others === 0) return `${theirs} the same: ${here} too.`;
  if (others === tools.length) return `${theirs} not the same: ${here}.`;
  return `${others} of these ${tools.length} ${others === 1 ? "has" : "have"} another verdict: ${here}.`;
}
