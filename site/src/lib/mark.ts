/**
 * The placard: a diamond of four quadrants, one filled for low, two for medium, three for high, four for critical,
 * with the category's letter in the middle; Unknown is an empty diamond with a question mark. Page mark and favicon
 * come from here. Colour only repeats what quadrants and letter say.
 */
import type { Category, Risk } from "../../../classifier/index.ts";
import { CATEGORY_LETTER, RISK_LABEL } from "./words.ts";

const FRAME = "M32 2 62 32 32 62 2 32Z";
/** Bottom, left, right, top: the mark fills as it gets worse. */
const QUADRANTS = [
  "M32 33.5 45 46.5 32 59.5 19 46.5Z",
  "M17.5 19 30.5 32 17.5 45 4.5 32Z",
  "M46.5 19 59.5 32 46.5 45 33.5 32Z",
  "M32 4.5 45 17.5 32 30.5 19 17.5Z",
];
const FILLED: Record<Risk, number> = { unknown: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** "Execute, high risk": what the mark says, for those who don't see it. */
export function markLabel(category: Category, risk: Risk): string {
  return category === "Unknown"
    ? "Unknown: the definition does not say enough"
    : `${category}, ${RISK_LABEL[risk].toLowerCase()}`;
}

/**
 * The mark as SVG markup; it holds none but our own words.
 * Without a category it stands for the risk alone. `label: "hidden"` leaves it out of the accessibility tree, for places where the same words stand beside it.
 */
export function markSvg(
  category: Category | undefined,
  risk: Risk,
  label: "shown" | "hidden" = "shown",
): string {
  const access =
    label === "hidden"
      ? 'aria-hidden="true" focusable="false"'
      : `role="img" aria-label="${category ? markLabel(category, risk) : RISK_LABEL[risk]}"`;
  return `<svg class="mark risk-${risk}" viewBox="0 0 64 64" ${access}>${shapes(category, risk)}</svg>`;
}

/** The same as a file of its own, for the favicon: colours and font inside, for no stylesheet reaches it. */
export function markFile(category: Category, risk: Risk, colour: string): string {
  const style = `.mark-disc{fill:#fff}.mark-on{fill:${colour}}.mark-off{fill:none;stroke:${colour};stroke-width:2.5;stroke-linejoin:round}text{fill:${colour};font:700 21px system-ui,sans-serif;text-anchor:middle}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><style>${style}</style>${shapes(category, risk)}</svg>`;
}

function shapes(category: Category | undefined, risk: Risk): string {
  const filled = QUADRANTS.slice(0, FILLED[risk]).map((path) => `<path class="mark-on" d="${path}"/>`);
  const letter = category ? CATEGORY_LETTER[category] : risk === "unknown" ? CATEGORY_LETTER.Unknown : "";
  const middle =
    letter && `<circle class="mark-disc" cx="32" cy="32" r="13.5"/><text x="32" y="39.5">${letter}</text>`;
  return `<path class="mark-off" d="${FRAME}"/>${filled.join("")}${middle}`;
}
