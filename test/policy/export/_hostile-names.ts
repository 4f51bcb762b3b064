/** Names no format expects, from a seed: the same ones on every run. */

const PIECES = [
  ...[
    "read",
    "delete",
    "tool",
    "mcp_",
    "mcp__",
    "__",
    "_",
    "-",
    ".",
    ":",
    "/",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
  ],
  ...[
    '"',
    "'",
    '"""',
    "'''",
    "`",
    "\\",
    "\\n",
    "#",
    "//",
    "/*",
    "*/",
    "*",
    "**",
    "?",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
  ],
  ...[
    "[[rule]]",
    "= true",
    "<<",
    "&a",
    "- x",
    "? y",
    "!!str",
    "%",
    "@",
    "|",
    ">",
    "|-",
    "~",
    "null",
    "yes",
    "0x1",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "\u0000",
    "\u0007",
    "\u001b[31m",
    "\u007f",
    "\u0085",
  ],
  ...[
    "\u2028",
    "\u202e",
    "\u200b",
    "\ufeff",
    "é",
    "e\u0301",
    "名",
    "😀",
    "\u{e0041}",
    "\ud800",
    "\udc00",
    "ﬀ",
    "İ",
  ],
  ...[
    '"; allow',
    "permit(",
    "|| true",
    "&& false",
    "$" + "{x}",
    "{{x}}",
    "$(x)",
    "default := true",
    "mcp.tool.name == ''",
  ],
];

/** A generator of numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different names: each piece alone, joined pieces, and some of far more than 128 characters. */
export function hostileNames(count: number, seed: number): string[] {
  const random = seeded(seed);
  const pick = () => PIECES[Math.floor(random() * PIECES.length)] ?? "";
  const names = new Set<string>(PIECES);
  while (names.size < count) {
    const pieces = random() < 0.1 ? 60 : 1 + Math.floor(random() * 5);
    names.add(Array.from({ length: pieces }, pick).join(""));
  }
  return [...names];
}
