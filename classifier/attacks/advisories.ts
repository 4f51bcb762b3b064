import { attackData } from "./data.ts";
import type { Advisory } from "./schema.ts";
import { compareVersions } from "./versions.ts";

/** An advisory for the package a server came from. */
export interface AdvisoryMatch extends Advisory {
  /** `yes`: this version is affected. `unknown`: other versions are, and which one this is cannot be told. */
  applies: "yes" | "unknown";
}

/**
 * Published flaws of the package behind a server, by its id and version, never by what its tools do.
 *
 * @param server `npm/<name>` or `pypi/<name>`; other ids name no package and have none
 * @param version as the registry writes it; absent when it is not known
 */
export function advisoriesOf(server: string, version?: string): AdvisoryMatch[] {
  return attackData.advisories
    .filter((advisory) => advisory.package === server)
    .flatMap((advisory): AdvisoryMatch[] => {
      const inside = advisory.affected.map((range) => isInside(version, range));
      if (inside.includes("yes")) return [{ ...advisory, applies: "yes" }];
      return inside.includes("unknown") ? [{ ...advisory, applies: "unknown" }] : [];
    });
}

function isInside(
  version: string | undefined,
  { introduced, fixed, last }: Advisory["affected"][number],
): "yes" | "no" | "unknown" {
  if (!introduced && !fixed && !last) return "yes";
  if (version === undefined) return "unknown";
  const checks = [
    introduced && compareVersions(version, introduced),
    fixed && compareVersions(version, fixed),
    last && compareVersions(version, last),
  ];
  const [fromFirst, toFixed, toLast] = checks;
  if ((introduced && fromFirst === undefined) || (fixed && toFixed === undefined)) return "unknown";
  if (last && toLast === undefined) return "unknown";
  const before = typeof fromFirst === "number" && fromFirst < 0;
  const behind = (typeof toFixed === "number" && toFixed >= 0) || (typeof toLast === "number" && toLast > 0);
  return before || behind ? "no" : "yes";
}
