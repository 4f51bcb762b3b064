import type { Verdict } from "../../classifier/index.ts";

/** A verdict as published: `server` comes first where it is known. */
export type PublishedVerdict = { server?: string } & Verdict;

/** @param server undefined where the input names none */
export function publishedVerdict(verdict: Verdict, server: string | undefined): PublishedVerdict {
  return server === undefined ? { ...verdict } : { server, ...verdict };
}

/** What is printed in place of a verdict for an entry that cannot be taken. */
export interface PublishedProblem {
  server?: string;
  name?: string;
  /** Where in the input: `line 3`, `entry 2`. */
  place?: string;
  error: string;
}
