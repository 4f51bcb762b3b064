/**
 * A page of the documentation as data, of which the page and its Markdown twin are made: nothing is written twice. Texts
 * are Markdown of one line, all of it ours: `code`, **strong** and [links](/to/pages); what is quoted went through `plain`.
 */
import type { Head } from "./head.ts";

export interface DocsPage {
  title: string;
  /** For lists of results. */
  description: string;
  lead: string;
  head: Head;
  sections: DocsSection[];
}

export interface DocsSection {
  title: string;
  id: string;
  /** Give the content the whole width: for tables. */
  wide?: boolean;
  blocks: DocsBlock[];
}

export type DocsBlock =
  | { text: string }
  | { list: string[] }
  | { terms: DocsTerm[] }
  | { commands: DocsCommand[] }
  | { table: DocsTable };

export interface DocsTerm {
  term: string;
  what: string;
  id?: string;
}

/** Something to type, or to write into a file; `text` is no Markdown. */
export interface DocsCommand {
  id: string;
  what: string;
  /** Where it goes; not said of a terminal. */
  where?: string;
  text: string;
}

export interface DocsTable {
  caption: string;
  head: string[];
  /** The first cell of each names the row. */
  rows: string[][];
}

/** A run of a text. */
export type Run = { text: string } | { code: string } | { strong: Run[] } | { link: Run[]; url: string };

const RUNS = /`([^`]+)`|\*\*(.+?)\*\*|\[((?:[^\]\\]|\\.)+)\]\(([^)\s]+)\)|\\([!-/:-@[-`{-~])/g;

/** The runs of a Markdown text of one line, as far as the documentation uses Markdown. */
export function runsOf(markdown: string): Run[] {
  const runs: Run[] = [];
  let from = 0;
  const addText = (text: string) => {
    if (text !== "") runs.push({ text });
  };
  for (const match of markdown.matchAll(RUNS)) {
    addText(markdown.slice(from, match.index));
    const [whole, code, strong, link, url, escaped] = match;
    if (code !== undefined) runs.push({ code });
    else if (strong !== undefined) runs.push({ strong: runsOf(strong) });
    else if (link !== undefined && url !== undefined) runs.push({ link: runsOf(link), url });
    else addText(escaped ?? "");
    from = match.index + whole.length;
  }
  addText(markdown.slice(from));
  return runs;
}
