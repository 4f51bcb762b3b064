/** What the matcher knows about words besides the rules; each is a file in `classifier/words`. */
export interface Vocabulary {
  /** Base form → its other forms, where `inflect` would be wrong. */
  irregular: Record<string, { present: string; gerund: string; past: string }>;
  /** Nouns as often as verbs: a verb only in first or last place of a name. */
  nounish: string[];
  /** Verbs that name a thing as well: "Runs of a task", "Order history". */
  countable: string[];
  /** Words behind which a countable word is a thing: "Runs of a task". */
  "noun-marks": string[];
  /** Nouns that make a countable word before them a part of a noun: "Order history". */
  "attribute-nouns": string[];
  /** Endings of nouns that name what is done: "Deletion of a file". */
  "action-endings": string[];
  /** Words at the start of a name that ask something: `can_cancel`. */
  askers: string[];
  /** Verbs that are part of a noun in a name that ends with one: `close_reasons`. */
  modifiers: string[];
  /** Words behind which a gerund is what is spoken of: "Revoking is done elsewhere". */
  copulas: string[];
  /** Verbs of names that only hand something out. */
  getters: string[];
  /** What a verb acts on that does nothing: "Starts nothing". */
  nothing: string[];
  /** Words before a noun that say the same: "sends no mail". */
  "nothing-of": string[];
  /** Nouns at the end of a name that make of the verb before them a part of a noun: `lock_settings`. */
  "result-nouns": string[];
  /** Words that go on behind a participle: "Files stored on". */
  prepositions: string[];
  /** Words behind which a verb is what somebody else does, or only would be done. */
  governors: string[];
  /** Verbs that only carry another one: confirm, start, bulk. */
  auxiliary: string[];
  /** Words that may stand before the verb of a description. */
  openers: string[];
  negations: string[];
  "negating-prepositions": string[];
  "object-stops": string[];
  joiners: string[];
  "list-openers": string[];
  determiners: string[];
  /** Words that begin a condition: "If it is set, …". */
  conditions: string[];
  /** Words behind which a verb is the name of something that must be there: "Requires login". */
  demands: string[];
  /** Words that no text ends with: the trained model does not judge by what stands before one of them. */
  unfinished: string[];
}

/** The lists of a vocabulary, without the table of irregular verbs. */
export const VOCABULARY_LISTS = [
  "nounish",
  "countable",
  "noun-marks",
  "attribute-nouns",
  "action-endings",
  "prepositions",
  "result-nouns",
  "getters",
  "askers",
  "modifiers",
  "copulas",
  "nothing",
  "nothing-of",
  "governors",
  "auxiliary",
  "openers",
  "negations",
  "negating-prepositions",
  "object-stops",
  "joiners",
  "list-openers",
  "determiners",
  "conditions",
  "demands",
  "unfinished",
] as const;
