/** A page or a file of the static site: its address there, and what the live site is asked for. */
import { API } from "../site/src/lib/addresses.ts";

export interface Place {
  /** The address in the static site, from its root, without the base. It may have a fragment. */
  address: string;
  /** Path of the file in the output folder, with `/`; absent where the address leads to another place's file. */
  file?: string;
  /** What the live site is asked for. */
  live: string;
  /** The server it speaks of; it is made anew when that one changes. */
  server?: string;
}

/** An address on the site with what it is asked for. */
export interface Asked {
  live: string;
  path: string;
  query: URLSearchParams;
  /** With the `#`; empty when there is none. */
  part: string;
}

/** The place of page `page` (from 1) of a list; the first has the list's own address. */
export function placeOfPage(list: Place, page: number, live: string): Place {
  if (page === 1) return list;
  const folder = list.address.replace(/\.json$/, "/").replace(/\/?$/, "/");
  if (list.address.endsWith(".json")) return { ...fileAt(`${folder.slice(1)}page/${page}.json`), live };
  return { ...pageAt(`${folder}page/${page}`), live };
}

/** What only a program that runs can answer, and files that would have to be read whole. */
const LIVE_ONLY = new RegExp(`^(${API}/(export\\.|ready$)|/v0\\.1/)`);

/** A page that is not of a server: its address stays; one with an ending is a file as it is. */
export function fixed({ path, query, part }: Asked): Place | undefined {
  if (query.size > 0 || LIVE_ONLY.test(path)) return undefined;
  if (/\.\w+$/.test(path)) return { ...fileAt(path.slice(1)), live: path };
  if (path.startsWith(`${API}/`)) return { ...fileAt(`${path.slice(1)}.json`), live: path };
  return { ...pageAt(path.replace(/\/+$/, ""), part), live: path };
}

export function pageAt(path: string, part = ""): Pick<Place, "address" | "file"> {
  return { address: `${path}/${part}`, file: `${path.slice(1)}/index.html`.replace(/^\//, "") };
}

export function fileAt(path: string): Pick<Place, "address" | "file"> {
  return { address: `/${path}`, file: path };
}
