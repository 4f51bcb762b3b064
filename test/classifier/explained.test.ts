import { describe, expect, it } from "vitest";
import { classify } from "../../classifier/index.ts";

/** What the schema says about an argument, and what a description says under a condition. */

const withArgument = (name: string, about: unknown, description = "Shows things.") => ({
  name: "viewer",
  description,
  inputSchema: { type: "object", properties: { [name]: { type: "string", description: about } } },
});

describe("what a schema says about an argument", () => {
  it("shows a shell behind a harmless name, whatever the argument is called", () => {
    for (const name of ["command", "input", "q"]) {
      const verdict = classify(withArgument(name, "Shell command to run as root"));
      expect(verdict.category, name).toBe("Execute");
      expect(["high", "critical"], name).toContain(verdict.risk);
      expect(verdict.evidence).toContainEqual(
        expect.objectContaining({
          pointer: `/inputSchema/properties/${name}/description`,
          excerpt: "Shell command",
          supports: "Execute",
        }),
      );
    }
  });

  it("shows a deletion or a payment that an option asks for", () => {
    expect(classify(withArgument("purge", "If true, deletes the entry once it was shown.")).category).toBe(
      "Destructive",
    );
    expect(classify(withArgument("total", "Amount to charge the guest")).category).toBe("Financial");
  });

  it("is no claim against the tool: denials and read-only words in it lower nothing", () => {
    const bare = classify({ name: "delete_entry", description: "Deletes an entry." });
    const soothing = withArgument("id", "Read-only. Only looks up. Deletes nothing.", "Deletes an entry.");
    const { category, risk } = classify({ ...soothing, name: "delete_entry" });
    expect({ category, risk }).toEqual({ category: bare.category, risk: bare.risk });
  });

  it("is not believed behind a negation, nor where it is no text", () => {
    for (const about of ["Where to begin. Never a shell command.", 7, null, { to: "run" }]) {
      expect(classify(withArgument("line", about)).category).toBe("Read");
    }
  });

  it("is read whatever it is spelled with", () => {
    for (const about of [
      "SHELL COMMAND to run",
      "she\u200bll comm\ufeffand to run",
      "Shell com-mand to run",
      "sh\u0435ll command",
    ]) {
      expect(classify(withArgument("line", about)).category, about).toBe("Execute");
    }
  });

  it("is read up to a bound only", () => {
    const late = `${"Lines of the log. ".repeat(40)} Shell command to run`;
    expect(classify(withArgument("line", late)).category).toBe("Read");
  });
});

describe("what a description says under a condition", () => {
  it.each([
    "Gets an entry. If purge is true, deletes all records permanently.",
    "Gets an entry. When force is set, also removes the file first.",
    "If purge is set, permanently deletes every entry; otherwise gets one.",
  ])("%s", (description) => {
    const { category, risk } = classify({ name: "get_entry", description });
    expect(category).toBe("Destructive");
    expect(["high", "critical"]).toContain(risk);
  });

  it.each([
    "Gets an entry. If the key is unknown, returns nothing.",
    "Gets an entry. If it fails, delete the file and try again.",
    "Gets an entry. If a record was deleted, it is left out.",
  ])("stays Read: %s", (description) => {
    expect(classify({ name: "get_entry", description }).category).toBe("Read");
  });
});
