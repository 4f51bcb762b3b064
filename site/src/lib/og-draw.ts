/** Draws a picture: satori lays the text out and turns it into paths, sharp makes pixels of them. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import satori from "satori";
import sharp from "sharp";
import { markFile, markLetter, RISK_COLOUR } from "./mark.ts";
import type { Picture } from "./og.ts";

const WIDTH = 1200;
const HEIGHT = 630;
export const SUBSETS = ["latin", "latin-ext", "greek", "cyrillic"] as const;
const WEIGHTS = [400, 600] as const;
const PAPER = "#fffefb";
const INK = "#1d1b18";
const SOFT = "#635d54";

type Fonts = Parameters<typeof satori>[1]["fonts"];
type Element = Parameters<typeof satori>[0];

let fonts: Promise<Fonts> | undefined;

/**
 * In: what to show. Out: a PNG of 1200 by 630. Takes some 15 ms of an idle core; the first time, with the fonts to read, 100.
 * @throws when the fonts are missing from node_modules; run `npm ci`.
 */
export async function drawPicture(picture: Picture): Promise<Uint8Array<ArrayBuffer>> {
  fonts ??= loadFonts();
  const svg = await satori(layout(picture), { width: WIDTH, height: HEIGHT, fonts: await fonts });
  const png = await sharp(Buffer.from(svg)).png({ compressionLevel: 7 }).toBuffer();
  return new Uint8Array(png);
}

function layout({ category, risk, name, verdict, below }: Picture): Element {
  const letter = markLetter(category, risk);
  const mark = `data:image/svg+xml;base64,${Buffer.from(markFile(category, risk, true)).toString("base64")}`;
  return box({ ...PAGE, flexDirection: "column" }, [
    box({ alignItems: "center", flexGrow: 1 }, [
      box({ position: "relative", width: 280, height: 280, marginRight: 64, flexShrink: 0 }, [
        { type: "img", props: { src: mark, width: 280, height: 280 } },
        box({ ...LETTER, color: RISK_COLOUR[risk] }, letter),
      ]),
      box({ flexDirection: "column", width: 696 }, [
        box({ fontSize: sizeOf(name), fontWeight: 600, lineHeight: 1.15, wordBreak: "break-word" }, name),
        box({ fontSize: 40, fontWeight: 600, color: RISK_COLOUR[risk], marginTop: 24 }, verdict),
        box({ fontSize: 28, color: SOFT, marginTop: 16, wordBreak: "break-word" }, below),
      ]),
    ]),
    box({ fontSize: 26, color: SOFT }, "Placard · the open risk catalog of MCP tools"),
  ]);
}

const PAGE = {
  width: WIDTH,
  height: HEIGHT,
  padding: 80,
  boxSizing: "border-box",
  background: PAPER,
  color: INK,
};
const LETTER = {
  position: "absolute",
  top: 0,
  left: 0,
  width: 280,
  height: 280,
  alignItems: "center",
  justifyContent: "center",
  fontSize: 92,
  fontWeight: 600,
};

/** Long names are set smaller. */
function sizeOf(name: string): number {
  if (name.length <= 18) return 72;
  return name.length <= 32 ? 56 : 44;
}

function box(style: Record<string, string | number>, children: string | object[]): Element {
  const fontFamily = SUBSETS.map(familyOf).join(", ");
  return { type: "div", props: { style: { display: "flex", fontFamily, ...style }, children } } as Element;
}

/** The fonts, each subset as a family of its own: what one lacks is looked for in the next. */
export async function loadFonts(): Promise<Fonts> {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve("@fontsource/inter/files/inter-latin-400-normal.woff"));
  const files = SUBSETS.flatMap((subset) => WEIGHTS.map((weight) => ({ subset, weight })));
  return Promise.all(
    files.map(async ({ subset, weight }) => ({
      name: familyOf(subset),
      weight,
      style: "normal" as const,
      data: await readFile(path.join(folder, `inter-${subset}-${weight}-normal.woff`)),
    })),
  );
}

function familyOf(subset: (typeof SUBSETS)[number]): string {
  return `Inter ${subset}`;
}
