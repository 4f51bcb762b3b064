import type { Branch, Category, Evidence, Verdict } from "../classifier/types.ts";
import type { Window } from "./schema.ts";

/** As many words as a reader needs to believe a rule. */
export const MOST_EVIDENCE = 5;

/** The evidence that is shown for a rule: of the verdict's category, the first few. */
export function supporting({ evidence, category }: Verdict): Evidence[] {
  return evidence.filter(({ supports }) => supports === category).slice(0, MOST_EVIDENCE);
}

/** The verdict, for the reader of a policy: `Execute, high risk`. */
export function claim({ category, risk }: Verdict): string {
  if (category === "Unknown" || risk === "unknown") return "Unknown: the definition does not say enough";
  return `${category}, ${risk} risk`;
}

/** What is added to `claim` where the effect may last. */
export function lasting({ category, reversible }: Verdict): string {
  if (category === "Unknown") return "";
  if (reversible === "no") return ", and what it does cannot be undone";
  return reversible === "unknown" ? ", and nothing says that it can be undone" : "";
}

const BY_HAND = "Ask a person who is allowed to do this to do it by hand";
const OR_CHANGE = "or to change this policy.";
const UNATTENDED = `Denied: this can do too much harm to run unattended. ${BY_HAND}, ${OR_CHANGE}`;

/** They ask for a person; the grammar knows no approval. */
const DENIALS: Record<Category, string> = {
  Unknown:
    "Denied: it is not known what this tool does. Ask a person to look at the tool and to change this policy.",
  Read: UNATTENDED,
  Write: UNATTENDED,
  Execute: `Denied: this can do what nothing takes back, such as running any code. ${BY_HAND}, to lift this rule, or to load the permissive preset, which limits it instead.`,
  Destructive: `Denied: this can destroy data for good. ${BY_HAND}, ${OR_CHANGE}`,
  Financial: `Denied: this moves or commits money. ${BY_HAND}, ${OR_CHANGE}`,
};

/** What the caller reads when every call of a tool is denied: one or two sentences. */
export function denial({ category, risk }: Verdict): string {
  return DENIALS[risk === "unknown" ? "Unknown" : category];
}

/** A rate: `10 calls a minute`. */
export function count(max: number, window: Window): string {
  return `${max} ${max === 1 ? "call" : "calls"} ${window === "minute" ? "a minute" : "an hour"}`;
}

/** For the caller: which values stay allowed. They are the server's words and the message is read by a model: plain ones are named, no others. */
export function onlyThese(values: Branch["value"][]): string {
  const words = values.map(String);
  const plain = words.length <= 20 && words.every((word) => /^[\w.-]{1,40}$/.test(word));
  return plain
    ? `of this argument only these values are allowed: ${words.join(", ")}.`
    : "only some values of this argument are allowed.";
}
