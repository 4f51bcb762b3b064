/**
 * The parts of a Markdown document (CommonMark with tables). What strangers wrote goes in as `code`, in a `fence` that it
 * cannot close, or escaped by `plain`: none of it becomes a heading, a link, an element, or a word of ours.
 */
import { escapeHidden, spelled, visibleRuns } from "./hidden.ts";

/** Longest line of a stranger's text among ours. */
const LINE_LIMIT = 300;
/** Longest block of a stranger's text. */
const BLOCK_LIMIT = 20_000;

/** Stands on every page. */
export const LIMITS =
  "Verdicts speak of the definition a server gives. A server can do something else than it says.";

/** A text on one line with everything escaped that Markdown or HTML would read. */
export function plain(text: string, limit = LINE_LIMIT): string {
  const line = cut(spelled(text), limit);
  if (!MAY_BE_READ.test(line)) return line;
  return line
    .replace(/[\\`*[\]<>&|~#$]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)/gi, "$1$3\\$2$4")
    .replace(/^(\s*)([-+=:])/, "$1\\$2")
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^\s+|\s+$/g, "");
}

/** A sign that is escaped somewhere, what a line could begin with, and spaces at its ends: most texts have none. */
const MAY_BE_READ = /[\\`*[\]<>&|~#$_]|(?:https?|ftp|mailto|xmpp):|www\.|^(?:[-+=:]|\d+[.)])|^\s|\s$/i;

/** A text as code within a line, in as many backticks as it takes. Hidden characters are spelled. */
export function code(text: string, limit = LINE_LIMIT): string {
  // A line break or only spaces would end or empty the span.
  const line = cut(spelled(text).replace(/\r/g, " "), limit);
  if (line.trim() === "") return `\`${line === "" ? "(empty)" : "(blank)"}\``;
  const marks = "`".repeat(longestRun(line) + 1);
  const pad = /^[` ]|[` ]$/.test(line) ? " " : "";
  return `${marks}${pad}${line}${pad}${marks}`;
}

/** A text as a block of code, in a fence longer than any it holds. Hidden characters are spelled in `⟨ ⟩`. */
export function fence(text: string, language = "text"): string {
  const lines = text.replace(/\r\n?/g, "\n");
  const shown =
    language === "json"
      ? escapeHidden(cut(lines, BLOCK_LIMIT))
      : visibleRuns(cut(lines, BLOCK_LIMIT))
          .map((run) => ("text" in run ? run.text : `⟨${run.code}⟩`))
          .join("");
  const marks = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${marks}${language}\n${shown.replace(/\n+$/, "")}\n${marks}`;
}

/** A link with a text of ours or one that went through `plain` or `code`. */
export function link(text: string, url: string): string {
  // Addresses are percent-encoded but for these, which would end the link.
  return `[${text}](${url.replaceAll("(", "%28").replaceAll(")", "%29")})`;
}

/** Items that are Markdown already, a line each. */
export function bullets(items: string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A table of cells that hold our own words and figures only. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A part of a page, under a heading; nothing when it holds nothing. */
export function section(title: string, ...parts: (string | undefined)[]): string | undefined {
  const held = parts.filter(Boolean);
  return held.length === 0 ? undefined : [`## ${title}`, ...held].join("\n\n");
}

/** The whole document. */
export function page(title: string, ...parts: (string | undefined)[]): string {
  return `${[`# ${title}`, ...parts.filter(Boolean)].join("\n\n")}\n`;
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit).toWellFormed()} … (shortened)` : text;
}

function longestRun(text: string): number {
  if (!text.includes("`")) return 0;
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
