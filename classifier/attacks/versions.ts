/**
 * Orders versions of npm and PyPI packages by their numbers, `1.2.3` and `2025.7.1` alike; a pre-release comes before
 * its release (semver 2.0.0 §11; PEP 440). Enough for the ranges of advisories, which name releases.
 *
 * @returns below, at or above 0; nothing when one of them is not a version
 */
export function compareVersions(a: string, b: string): number | undefined {
  const left = parse(a);
  const right = parse(b);
  if (!left || !right) return undefined;
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(right.before) - Number(left.before);
}

interface Version {
  numbers: number[];
  /** A pre-release of these numbers. */
  before: boolean;
}

function parse(version: string): Version | undefined {
  const parts = /^v?(\d{1,9}(?:\.\d{1,9}){0,5})(.*)$/.exec(version.trim());
  if (!parts) return undefined;
  const numbers = (parts[1] ?? "").split(".").map(Number);
  const rest = (parts[2] ?? "").replace(/\+.*$/, "");
  if (rest === "" || /^[.-]?post\d*$/.test(rest)) return { numbers, before: false };
  return /^[-.]?[a-z][\w.-]*$|^-[\w.-]+$/i.test(rest) ? { numbers, before: true } : undefined;
}
