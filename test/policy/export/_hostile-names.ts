import { randomFrom } from "../_random.ts";

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

/** `count` different names: each piece alone, joined pieces, and some of far more than 128 characters. */
export function hostileNames(count: number, seed: number): string[] {
  const { next, below, pick } = randomFrom(seed);
  const names = new Set<string>(PIECES);
  while (names.size < count) {
    const pieces = next() < 0.1 ? 60 : 1 + below(5);
    names.add(Array.from({ length: pieces }, () => pick(PIECES)).join(""));
  }
  return [...names];
}
