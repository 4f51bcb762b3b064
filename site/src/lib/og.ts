/** The pictures that links to the pages are shown with (Open Graph): PNG, 1200 by 630, drawn when asked for. */
import { CATEGORIES, type Category, RISKS, type Risk } from "../../../classifier/index.ts";
import type { ServerRow, ToolRow } from "../../../db/index.ts";
import { verdictImageUrl } from "./addresses.ts";
import { serverBadge } from "./badge.ts";
import { markLabel } from "./mark.ts";
import { drawPicture } from "./og-draw.ts";
import { drawable } from "./og-text.ts";
import { CATEGORY_MEANING, count, RISK_LABEL } from "./words.ts";

/** What a picture shows. All of it can be drawn: `drawable` has been through names. */
export interface Picture {
  category?: Category;
  risk: Risk;
  /** The largest line: a name. */
  name: string;
  /** "Execute, high risk". */
  verdict: string;
  /** Where it belongs: a server's id, or a sentence of ours. */
  below: string;
}

const NAME_LENGTH = 48;
const SERVER_LENGTH = 60;
/** Some 35 KB each. */
const REMEMBERED = 200;
const remembered = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/**
 * The picture as PNG. The last ones drawn are remembered by what they show, and those being drawn are drawn once.
 * @returns undefined when so many are waiting to be drawn that the asker should come again
 */
export function pictureOf(picture: Picture): Promise<Uint8Array<ArrayBuffer>> | undefined {
  const key = JSON.stringify(picture);
  const known = remembered.get(key);
  if (!known && waiting >= MOST_WAITING) return undefined;
  remembered.delete(key);
  const drawn = known ?? inTurn(() => drawPicture(picture));
  remembered.set(key, drawn);
  drawn.catch(() => remembered.delete(key));
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
  return drawn;
}

/** Drawn in about a second. */
const MOST_WAITING = 50;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** One at a time: drawing keeps a core busy, and pages should not wait for many of them. */
function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
  waiting += 1;
  const result = last.then(run, run).finally(() => {
    waiting -= 1;
  });
  last = result;
  return result;
}

/** What the picture of a tool shows. */
export function toolPicture({
  server,
  name,
  category,
  risk,
}: Pick<ToolRow, "server" | "name" | "category" | "risk">): Picture {
  return {
    category,
    risk,
    name: drawable(name, NAME_LENGTH),
    verdict: markLabel(category, risk),
    below: drawable(server, SERVER_LENGTH),
  };
}

/** What the picture of a server shows: its worst tool's risk. */
export function serverPicture(server: Pick<ServerRow, "id" | "byRisk" | "toolCount">): Picture {
  const { words, risk } = serverBadge(server);
  return {
    risk,
    name: drawable(server.id, NAME_LENGTH),
    verdict: words,
    below: count(server.toolCount, "tool"),
  };
}

/** What the picture of the whole site shows. */
export function sitePicture(): Picture {
  return {
    category: "Execute",
    risk: "high",
    name: "Placard",
    verdict: "The open risk catalog of MCP tools",
    below: "What each tool can do, how bad that can get, and the words that prove it",
  };
}

/** The picture of a verdict without a name, if that is what the address is of. */
export function readVerdictImage(pathname: string): Picture | undefined {
  for (const category of CATEGORIES) {
    for (const risk of RISKS) {
      if (pathname !== verdictImageUrl(category, risk)) continue;
      const below = `The most severe thing it can do: ${CATEGORY_MEANING[category]}`;
      return { category, risk, name: category, verdict: RISK_LABEL[risk], below };
    }
  }
  return undefined;
}
