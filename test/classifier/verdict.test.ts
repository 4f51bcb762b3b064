import { describe, expect, it } from "vitest";
import { classify, type ToolDefinition } from "../../classifier/index.ts";
import { readOwn } from "../../eval/_sets.ts";

/** Whether the parts of one verdict agree with each other. */

const ownSet = readOwn().map(({ definition }) => definition);

const ties: ToolDefinition[] = [
  { name: "delete_relations", description: "Deletes several relations at once." },
  { name: "reaction_remove", description: "Deletes whatever it is told to." },
];
const undecided: ToolDefinition = {
  name: "assign_call_task",
  description: "Assigns a call task to a ship's computer.",
};

describe("what decides a verdict", () => {
  it.each(ties)("is not denied by a milder special case: $name", (definition) => {
    const verdict = classify(definition);
    expect(verdict).toMatchObject({
      category: "Destructive",
      summary: "Can delete data.",
      reversible: "no",
      reach: "account",
    });
    expect(verdict.because).not.toContain("no rule");
    expect(verdict.evidence[0]).toMatchObject({ rule: "delete-data", supports: "Destructive" });
  });

  it("is said to be no rule only where no rule's evidence is for the category", () => {
    let guesses = 0;
    for (const definition of [...ownSet, ...ties, undecided]) {
      const { because, category, evidence } = classify(definition);
      if (!because.includes("no rule decides this")) continue;
      guesses++;
      const own = evidence.filter(({ rule, supports }) => rule !== "trained-model" && supports === category);
      expect(own, definition.name).toEqual([]);
    }
    expect(guesses).toBeGreaterThan(0);
  });

  it("is told once where two rules say the same", () => {
    const verdict = classify({
      name: "lamp_exec",
      description: "Executes a command in a lamp.",
      inputSchema: { type: "object", properties: { command: { type: "string" } } },
    });
    expect(verdict.summary).toBe("Can run code or commands the caller writes.");
    expect(verdict.evidence.map(({ rule }) => rule)).toContain("named-shell");
  });
});

describe("how far a tool reaches where no rule says so", () => {
  it("is what its category usually does", () => {
    const verdict = classify(undecided);
    expect(verdict.because).toContain("no rule decides this");
    expect(verdict).toMatchObject({ category: "Execute", reach: "account", reversible: "unknown" });
  });

  it("is only the call where the tool reads or nothing is known", () => {
    for (const definition of [...ownSet, undecided]) {
      const { because, category, reach } = classify(definition);
      if (because.includes("no rule decides this"))
        expect(reach === "call", definition.name).toBe(category === "Read");
    }
    expect(classify({ name: "zzqx" })).toMatchObject({ category: "Unknown", reach: "call" });
  });
});

describe("a tie that the name shows", () => {
  const remove = (description: string, name = "remove_team_member") => classify({ name, description });
  it("covers the same verb where the text says less exactly what it acts on", () => {
    expect(remove("Removes a person from those who work there.").category).toBe("Write");
  });

  it.each([
    ["another verb", "Deletes a person."],
    ["a worse object", "Removes the database of the team."],
    ["a worse sentence behind it", "Removes a person. Deletes all accounts."],
  ])("does not cover %s", (_, description) => {
    expect(remove(description).category).toBe("Destructive");
  });

  it("is not made by text alone", () => {
    expect(remove("Removes a member of a team.", "remove_person").category).toBe("Destructive");
  });
});

describe("a verb behind a demand", () => {
  it("names what must be there, where it stands alone", () => {
    const { category } = classify({ name: "edit_entry", description: "[Requires Login] Edits an entry." });
    expect(category).toBe("Write");
  });

  it("is still read where it acts on something", () => {
    const { category } = classify({ name: "tool", description: "Requires Delete an entry." });
    expect(category).toBe("Destructive");
  });
});

describe("a risk that a rule insists on", () => {
  it("holds where the name shows it, and only there", () => {
    expect(classify({ name: "get_heart_rate", description: "Gets a number." })).toMatchObject({
      category: "Read",
      risk: "medium",
    });
    expect(classify({ name: "get_number", description: "Gets a number." }).risk).toBe("low");
  });
});

describe("a milder case that the name shows", () => {
  const logs: ToolDefinition = {
    name: "delete_logs",
    description: "Delete all logs of the lamp from memory.",
  };

  it("is not as bad as what such words mostly mean", () => {
    const verdict = classify(logs);
    expect(verdict).toMatchObject({ category: "Destructive", risk: "high" });
    expect(verdict.because).toContain(
      "The risk is high: most tools worded like this one have a higher one, but its name shows a milder case",
    );
  });

  it.each([
    "Deletes all accounts.",
    "This cannot be undone.",
    "Transfers money to an account.",
    "Runs any shell command.",
  ])("ends where the text says worse: %s", (more) => {
    expect(classify({ ...logs, description: `${logs.description} ${more}` }).risk).toBe("critical");
  });

  it("is not made by text alone", () => {
    const name = "wipe_accounts";
    const description = "Wipe all accounts from memory.";
    expect(classify({ name, description }).risk).toBe("critical");
    expect(classify({ name, description: `${description} Wipe all logs.` }).risk).toBe("critical");
  });
});

describe("suggested hints of an unsure verdict", () => {
  const managing = { name: "manage_lamps", description: "Manages lamps." };

  it.each([
    [{}, { readOnlyHint: false, destructiveHint: true }],
    [{ readOnlyHint: true }, {}],
    [{ readOnlyHint: false, destructiveHint: false }, { readOnlyHint: false }],
    [{ destructiveHint: true }, { readOnlyHint: false, destructiveHint: true }],
  ])("do not contradict what is declared: %j", (annotations, suggested) => {
    const verdict = classify({ ...managing, annotations });
    expect(verdict.confidence).toBeLessThan(0.7);
    expect(verdict.annotations).toEqual({ declared: annotations, suggested, conflicts: [] });
  });

  it("a sure verdict still contradicts", () => {
    const { annotations, confidence } = classify({
      name: "delete_user",
      description: "Deletes a user.",
      annotations: { readOnlyHint: true, destructiveHint: false },
    });
    expect(confidence).toBeGreaterThanOrEqual(0.7);
    expect(annotations.suggested).toEqual({ readOnlyHint: false, destructiveHint: true });
  });
});
