/**
 * The placard: a diamond of four quadrants, one filled for low, two for medium, three for high, four for critical,
 * with the category's letter in the middle; Unknown is an empty diamond with a question mark. Page mark, favicon,
 * badge and link picture come from here. Colour only repeats what quadrants and letter say.
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

/** Colours on light ground where no stylesheet reaches: those of `styles/base.css`. White is readable on each. */
export const RISK_COLOUR: Record<Risk, string> = {
  unknown: "#6a655d",
  low: "#2b7550",
  medium: "#8a6100",
  high: "#b8430a",
  critical: "#ad1237",
};

/** "Execute, high risk": what the mark says, for those who don't see it. */
export function markLabel(category: Category, risk: Risk): string {
  return category === "Unknown"
    ? "Unknown: the definition does not say enough"
    : `${category}, ${RISK_LABEL[risk].toLowerCase()}`;
}

/** What stands in the middle of the mark; nothing when it stands for a risk alone. */
export function markLetter(category: Category | undefined, risk: Risk): string {
  if (category) return CATEGORY_LETTER[category];
  return risk === "unknown" ? CATEGORY_LETTER.Unknown : "";
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
  const shapes = draw(risk, markLetter(category, risk), BY_CLASS);
  return `<svg class="mark risk-${risk}" viewBox="0 0 64 64" ${access}>${shapes}</svg>`;
}

/** How the parts are painted, as attributes. */
type Paint = Record<"frame" | "quadrant" | "disc" | "letter", string>;

const BY_CLASS: Paint = {
  frame: 'class="mark-off"',
  quadrant: 'class="mark-on"',
  disc: 'class="mark-disc"',
  letter: "",
};

/**
 * The same shapes, 64 by 64, painted by attributes: for files, whose Content-Security-Policy allows no style of their own.
 * @param letter what stands on the disc in the middle; undefined leaves the disc out too
 */
export function markShapes(risk: Risk, letter: string | undefined, colour: string): string {
  return draw(risk, letter, {
    frame: `fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"`,
    quadrant: `fill="${colour}"`,
    disc: 'fill="#fff"',
    letter: `fill="${colour}" font-family="system-ui,sans-serif" font-size="21" font-weight="700" text-anchor="middle"`,
  });
}

/** The mark as a file of its own. With `bare`, the letter is left for others to set on the disc. */
export function markFile(category: Category | undefined, risk: Risk, bare = false): string {
  const letter = markLetter(category, risk);
  const shown = bare && letter !== "" ? " " : letter || undefined;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${markShapes(risk, shown, RISK_COLOUR[risk])}</svg>`;
}

function draw(risk: Risk, letter: string | undefined, paint: Paint): string {
  const filled = QUADRANTS.slice(0, FILLED[risk]).map((path) => `<path ${paint.quadrant} d="${path}"/>`);
  const text = letter?.trim() ? `<text ${paint.letter} x="32" y="39.5">${letter}</text>` : "";
  const middle = letter ? `<circle ${paint.disc} cx="32" cy="32" r="13.5"/>${text}` : "";
  return `<path ${paint.frame} d="${FRAME}"/>${filled.join("")}${middle}`;
}
