import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";

const folder = new URL("../../classifier/", import.meta.url);

/** Everything that a file loads, however far down: files as paths below the folder, the rest as it is written. */
function loadedBy(file: string): Set<string> {
  const loaded = new Set<string>();
  const visit = (url: URL) => {
    const path = url.href.slice(folder.href.length);
    if (loaded.has(path)) return;
    loaded.add(path);
    if (!path.endsWith(".ts")) return;
    const source = readFileSync(url, "utf8");
    for (const [, from = ""] of source.matchAll(/^(?:import|export)(?! type)[^;"]*"([^"]+)"/gm)) {
      if (from.startsWith(".")) visit(new URL(from, url));
      else loaded.add(from);
    }
  };
  visit(new URL(file, folder));
  return loaded;
}

describe("what the classifier loads", () => {
  it("has no attack files when it only classifies", () => {
    const loaded = [...loadedBy("classify.ts")];
    expect(loaded.filter((path) => path.startsWith("attacks"))).toEqual([]);
    expect(loaded.filter((path) => path.endsWith(".json")).map((path) => basename(path))).toEqual(
      expect.arrayContaining(["rules.generated.json", "weights.generated.json", "findings.generated.json"]),
    );
  });

  it("has nothing of Node, so that browsers can run it", () => {
    for (const entry of ["index.ts", "attacks.ts"]) {
      const foreign = [...loadedBy(entry)].filter((path) => path.startsWith("node:"));
      expect(foreign, entry).toEqual([]);
    }
  });
});
