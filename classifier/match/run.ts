import type { Features } from "../features.ts";
import type { KnownText } from "../known.ts";
import type { Matches } from "../match.ts";
import type { Matcher } from "../matcher.ts";
import { CATEGORIES } from "../types.ts";
import type { Action } from "../verbs.ts";

/** How severe a rule is that says Read: the mildest. */
export const READ = CATEGORIES.indexOf("Read");

/** A run of the rules over one definition. */
export interface Run {
  matcher: Matcher;
  features: Features;
  description: KnownText;
  /** The verbs of the name. */
  named: Action[];
  /** Whether the name shows nothing but reading. */
  onlyReads: boolean;
  /** The sentence of the description that says what the tool does: only there is believed what lowers a verdict. */
  main: number;
  result: Matches;
}
