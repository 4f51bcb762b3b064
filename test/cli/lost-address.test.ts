import { expect, test } from "vitest";
import { isUnreadable } from "../../cli/_lost-address.ts";
import { readToolPath, toolUrl } from "../../site/src/lib/addresses.ts";

test("an address that is no text, or a line break, is no page's", () => {
  for (const url of [
    "/tools/a/%0A",
    "/%E9",
    "/tools/%zz?text=a",
    "/a%250db",
    "/x%E2%80%A8y",
    `/%${"25".repeat(12)}41`,
  ])
    expect(isUnreadable(url), url).toBe(true);
  for (const url of [
    "/",
    "/tools?text=%0a",
    "/tools/a/100%25",
    "/tools/a/%25zz",
    "/servers/npm/%40x/y",
    "/%F0%9F%98%80",
  ])
    expect(isUnreadable(url), url).toBe(false);
});

test("no tool has such an address, whatever it is called", () => {
  for (const name of ["a\nb", "\r", "100%", "%0a", "%250A", "\u2028", "%zz", "é", "..", "%25%25%25%25"]) {
    const url = toolUrl("npm/x", name);
    expect(isUnreadable(url), url).toBe(false);
    expect(readToolPath(url, "/tools")?.tool).toBe(name);
  }
});
