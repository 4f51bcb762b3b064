/** The forms of an English verb that running text uses, from its base form. Irregular ones are in words/irregular.yaml. */
export interface VerbForms {
  base: string;
  /** Third person: deletes. */
  present: string;
  /** deleting */
  gerund: string;
  /** deleted */
  past: string;
}

const VOWELS = "aeiou";
const isVowel = (letter: string | undefined) => letter !== undefined && VOWELS.includes(letter);

/**
 * @param base a verb's base form, lower case: `copy` → copies, copying, copied
 * @param doubled whether a final consonant is doubled (`run`, `set`, `submit`); found by rule for short verbs
 */
export function inflect(base: string, doubled = endsInStressedConsonant(base)): VerbForms {
  const last = base.at(-1) ?? "";
  const before = base.at(-2);
  if (last === "e" && before !== "e") {
    return { base, present: `${base}s`, gerund: `${base.slice(0, -1)}ing`, past: `${base}d` };
  }
  if (last === "y" && !isVowel(before)) {
    const stem = base.slice(0, -1);
    return { base, present: `${stem}ies`, gerund: `${base}ing`, past: `${stem}ied` };
  }
  const sibilant = /(s|x|z|ch|sh)$/.test(base) || (last === "o" && !isVowel(before));
  const stem = doubled ? base + last : base;
  return { base, present: sibilant ? `${base}es` : `${base}s`, gerund: `${stem}ing`, past: `${stem}ed` };
}

/** One vowel, then one consonant, in a word of one syllable: stop, plan, put. */
function endsInStressedConsonant(base: string): boolean {
  const last = base.at(-1);
  if (last === undefined || isVowel(last) || "wxy".includes(last)) return false;
  if (!isVowel(base.at(-2)) || isVowel(base.at(-3))) return false;
  return [...base].filter(isVowel).length === 1;
}
