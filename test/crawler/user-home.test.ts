import { homedir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { homeOrRoot, userHome } from "../../crawler/user-home.ts";

afterEach(() => vi.unstubAllEnvs());

test("the home folder is that of HOME, and none where that is empty or leads from here", () => {
  vi.stubEnv("HOME", "/home/somebody");
  expect([userHome(), homeOrRoot()]).toEqual(["/home/somebody", "/home/somebody"]);
  for (const home of ["", "somewhere"]) {
    vi.stubEnv("HOME", home);
    expect(homedir()).toBe(home);
    expect([userHome(), homeOrRoot()]).toEqual([undefined, "/"]);
  }
});
