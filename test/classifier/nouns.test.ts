import { describe, expect, it } from "vitest";
import { classify } from "../../classifier/index.ts";

/** What the rules alone make of a definition. */
const categoryOf = (name: string, description = "") =>
  classify({ name, description }, { model: false }).category;

describe("a word that names a thing is no verb", () => {
  it.each([
    ["crusher_log", "Runs of a crusher with the time of each."],
    ["quarry_parts", "Files stored by the foreman."],
    ["quarry", "Name, owner and depth of a quarry."],
    ["list_belts", "Running belts and what they carry."],
    ["get_rates", "Supply and borrow rates of a market."],
    ["lode", "Shortest way between two shafts."],
    ["strata", "Current depth of a shaft."],
    ["wer_baggert", "Welche Bagger frei sind."],
  ])("%s: %s", (name, description) => {
    expect(categoryOf(name, description)).toBe("Read");
  });

  it.each([
    ["crusher", "Runs the crusher.", "Execute"],
    ["quarry", "Files a claim about a quarry.", "Write"],
    ["belt", "Starts running the belts.", "Execute"],
    ["shaft", "Deletion of a shaft.", "Unknown"],
    ["rubble", "Deletes what is of no use.", "Destructive"],
  ])("%s: %s is one", (name, description, category) => {
    expect(categoryOf(name, description)).toBe(category);
  });
});

describe("a name that is a noun with a verb in it", () => {
  it.each([
    ["close_reasons", "Reasons why a shaft was shut."],
    ["can_cancel", "Tells whether a blast may still be called off."],
    ["exec_history", "Commands that were given."],
    ["close_reasons", ""],
  ])("%s says nothing beside “%s”", (name, description) => {
    expect(categoryOf(name, description)).toBe("Read");
  });

  it.each([
    ["lock_settings", "Locks the settings of a pump.", "Write"],
    ["close_reasons", "Reasons. Deletes old ones.", "Destructive"],
    ["delete_history", "Reasons why a shaft was shut.", "Destructive"],
  ])("%s counts where %s", (name, description, category) => {
    expect(categoryOf(name, description)).toBe(category);
  });
});

describe("what somebody else does, or would do, is not what the tool does", () => {
  it.each([
    ["shifts", "Lists shifts. Look here before you restart, stop or delete a pump."],
    ["diff", "Shows which pumps the plan would create, change or delete."],
    ["weigh", "Weighs a cart. Sends nothing."],
    ["to_sql", "Translates a filter into the INSERT, SELECT or DELETE it stands for."],
    ["shaft", "Returns a shaft.\n\nArgs:\n    verbose (bool): Append its neighbours."],
  ])("%s: %s", (name, description) => {
    expect(categoryOf(name, description)).toBe("Read");
  });

  it.each([
    ["pumps", "Lists pumps and deletes those that stand still.", "Destructive"],
    ["weigh", "Weighs a cart. Deletes nothing but carts.", "Destructive"],
    ["pumps", "Lists pumps.\n- name: Deletes the pump.", "Destructive"],
  ])("%s: %s is", (name, description, category) => {
    expect(categoryOf(name, description)).toBe(category);
  });
});
