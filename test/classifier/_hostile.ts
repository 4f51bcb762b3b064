import { type Category, classify, RISKS, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import { invisibleMutations, twinMutations } from "./_hostile-letters.ts";
import { annotationMutations, argumentMutations, titleMutations } from "./_hostile-parts.ts";
import { textsAtLength, textsInTurn } from "./_hostile-texts.ts";

/** What a server adds to its own definition to look harmless. */
export type Kind =
  | "appended text"
  | "prepended text"
  | "invisible characters"
  | "false annotations"
  | "harmless title"
  | "harmless arguments"
  | "look-alike letters";

/** One way to make a definition look harmless without changing what the tool does. */
export interface Mutation {
  kind: Kind;
  name: string;
  /** The definition to compare with, where that is not the definition itself: what is replaced must not count. */
  before?(definition: ToolDefinition): ToolDefinition;
  /** @param turn number of the definition, to choose among equal variants */
  after(definition: ToolDefinition, turn: number): ToolDefinition;
}

/**
 * The table: everything a definition is tried with.
 *
 * @param texts "at length" for every text with every join, "in turn" for a fifth of that work
 */
export const mutations = (texts: "at length" | "in turn"): Mutation[] => [
  ...(texts === "at length" ? textsAtLength() : textsInTurn()),
  ...invisibleMutations,
  ...annotationMutations,
  ...titleMutations,
  ...argumentMutations,
  ...twinMutations,
];

/** Unknown says as little as Read. */
const SEVERITY: Record<Category, number> = {
  Unknown: 0,
  Read: 0,
  Write: 1,
  Execute: 2,
  Destructive: 3,
  Financial: 4,
};

/** Whether a category is one that must not be talked down. */
export const isDangerous = (category: Category): boolean => SEVERITY[category] > 0;

/** A definition to try, with what to call it in a message. */
export interface Subject {
  id: string;
  definition: ToolDefinition;
}

/** A definition whose verdict a mutation lowered. */
interface Lowered {
  id: string;
  before: Said;
  after: Said;
}

type Said = Pick<Verdict, "category" | "risk">;

/** Tries a mutation on every definition. @returns those whose category got milder or whose risk got lower */
export function lowered(mutation: Mutation, subjects: Subject[]): Lowered[] {
  return subjects.flatMap(({ id, definition }, turn) => {
    const before = verdictOf(mutation.before?.(definition) ?? definition);
    const after = verdictOf(mutation.after(definition, turn));
    return isLower(before, after) ? [{ id, before, after }] : [];
  });
}

function isLower(before: Said, after: Said): boolean {
  if (SEVERITY[after.category] < SEVERITY[before.category]) return true;
  // From Read to Unknown nothing is gained: a policy denies what is Unknown.
  return after.category !== "Unknown" && RISKS.indexOf(after.risk) < RISKS.indexOf(before.risk);
}

const known = new WeakMap<ToolDefinition, Said>();

function verdictOf(definition: ToolDefinition): Said {
  const cached = known.get(definition);
  if (cached) return cached;
  const { category, risk } = classify(definition);
  known.set(definition, { category, risk });
  return { category, risk };
}

/** The message of a failure: which mutation, how many, and the first three. */
export function renderLowered(mutation: Mutation, cases: Lowered[], of: number): string {
  const first = cases
    .slice(0, 3)
    .map(
      ({ id, before, after }) => `${id}: ${before.category} ${before.risk} → ${after.category} ${after.risk}`,
    );
  return [`${mutation.kind}, ${mutation.name}: lowered ${cases.length} of ${of} verdicts`, ...first].join(
    "\n  ",
  );
}
