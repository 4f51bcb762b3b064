import { expect, test } from "vitest";
import { reachWords } from "../../site/src/lib/words.ts";

test("what a tool can affect is not only its answer where it does something", () => {
  expect(reachWords({ category: "Read", reach: "call" })).toBe("Only this call and its answer.");
  expect(reachWords({ category: "Destructive", reach: "call" })).toContain("This session");
  expect(reachWords({ category: "Unknown", reach: "call" })).toContain("Not known");
});

test("the machine that a tool reaches need not be the one that it runs on", () => {
  expect(reachWords({ category: "Execute", reach: "machine" })).toContain("machine it works on");
});
