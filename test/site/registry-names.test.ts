import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isRegistryVersion,
  readRegistryPath,
  registryName,
  serverNamed,
} from "../../site/src/lib/registry-names.ts";

describe("names", () => {
  test("lead back to the one id they are of", () => {
    const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    const id = fc.tuple(
      fc.constantFrom("npm", "pypi", "oci", "remote"),
      fc.array(part, { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(id, ([kind, parts]) => {
        const text = `${kind}/${parts.join("/")}`;
        const name = registryName(text);
        fc.pre(name !== undefined && text.isWellFormed());
        expect(name).toMatch(/^org\.placard\.[a-z]+\/[A-Za-z0-9._-]+$/);
        expect(serverNamed(name ?? "")).toBe(text);
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  test("of others are theirs, and nobody takes one of ours", () => {
    expect(registryName("registry/io.example/notes")).toBe("io.example/notes");
    expect(serverNamed("io.example/notes")).toBe("registry/io.example/notes");
    expect(registryName("registry/org.placard.npm/notes")).toBeUndefined();
    expect(registryName("registry/registry.example.com")).toBeUndefined();
    expect(registryName(`npm/${"n".repeat(300)}`)).toBeUndefined();
    for (const host of ["localhost", "a.localhost:80", "127.0.0.1:4790", "127.9.9.9", "[::1]:80"])
      expect(registryName(`remote/${host}/mcp`), host).toBeUndefined();
    for (const host of ["127.0.0.1.example.com", "localhost.example.com", "example.com"])
      expect(registryName(`remote/${host}/127.0.0.1`), host).toBeDefined();
    for (const name of ["org.placard.npm/a_4", "org.placard.npm/a_41", "org.placard.npm/", "a", "a/b/c", ""])
      expect(serverNamed(name), name).toBeUndefined();
  });

  test("are read from paths, with versions that hold anything", () => {
    const read = (path: string) => readRegistryPath(`/v0.1/servers/${path}`);
    expect(read("a%2Fversions/versions/versions")).toEqual({ name: "a/versions", version: "versions" });
    expect(read("a/versions/versions")).toEqual({ name: "a/versions" });
    expect(read("a%2Fb/versions/1.0.0%2B2013%2Fx/")).toEqual({ name: "a/b", version: "1.0.0+2013/x" });
    expect(read("a%2Fb")).toBeUndefined();
    expect(read("a%2Fb/versions/1/2")).toBeUndefined();
    expect(readRegistryPath("/v0.1/other")).toBeUndefined();
  });

  test("go with versions that name one", () => {
    for (const version of ["1.0.0", "2025-11-25", "v2", "1.0.0+exp.2", `sha256:${"a".repeat(64)}`])
      expect(isRegistryVersion(version), version).toBe(true);
    for (const version of [
      "",
      "latest",
      "^1.2.3",
      "~1",
      ">=1.2.3",
      "1.x",
      "1.*",
      "1 - 2",
      "a\nb",
      "9".repeat(256),
    ])
      expect(isRegistryVersion(version), version).toBe(false);
  });
});
