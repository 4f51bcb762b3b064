/**
 * What a definition costs a model: the tokens it fills of the context, in every conversation that has the tool.
 * A module of its own: `classify` stays light, and only who counts tokens loads the tokenizer's 200,000 words.
 */
import { countTokens, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";
import type { ToolDefinition } from "./types.ts";

/** The tokenizer: that of GPT-4o, the o-series and GPT-5. Models with another tokenizer count differently. */
export const TOKEN_ENCODING = "o200k_base";

export interface TokenCost {
  /** Tokens counted. */
  count: number;
  /** False when the text is too long to count to its end: there are at least `count` then. */
  complete: boolean;
  /** UTF-16 code units that were counted. */
  characters: number;
}

/** UTF-16 code units of one definition that are counted; the longest of 7,373 real ones has less than half of that. */
export const MAX_DEFINITION_CHARACTERS = 100_000;

/**
 * The tokens of a definition as it is put before a model: the compact JSON of name, description and inputSchema.
 * These three are what model interfaces take of a tool (OpenAI's FunctionTool: name, description, parameters;
 * Anthropic's Tool: name, description, input_schema) and what the client of MCP's own tutorial passes on
 * (modelcontextprotocol/quickstart-resources, mcp-client-typescript). Title, annotations and outputSchema stay with
 * the client. Each provider wraps them in words of its own, which are not counted.
 */
export function tokenCost({ name, description, inputSchema }: ToolDefinition): TokenCost {
  const text = JSON.stringify({ name, description, inputSchema });
  const complete = text.length <= MAX_DEFINITION_CHARACTERS;
  const counted = complete ? text : text.slice(0, wholeCharacters(text, MAX_DEFINITION_CHARACTERS));
  return { count: countText(counted), complete, characters: counted.length };
}

/** The tokenizer keeps pieces of texts that it has seen; by default 100,000 of them, and they are strangers'. */
const REMEMBERED_PIECES = 8_192;
setMergeCacheSize(REMEMBERED_PIECES);

/** Without this, a definition that spells a special token, such as the one for the end of a text, is an error. */
const AS_PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * The longest piece given to the tokenizer, in UTF-16 code units. Its time grows with the square of the longest run
 * without a boundary, such as a million spaces or one endless word, so a long text goes in by pieces.
 */
export const MAX_PIECE = 256;

/** A text as the pieces in which it is counted: see MAX_PIECE. */
export function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    yield text.slice(start, end);
    start = end;
  }
}

function countText(text: string): number {
  let count = 0;
  for (const piece of pieces(text)) count += countTokens(piece, AS_PLAIN_TEXT);
  return count;
}

/**
 * The encoding never joins a letter or digit with a sign behind it (except in endings such as 's), so that a text cut
 * there has the same tokens. Where a piece has no such place the cut is a hard one and may add a token or two.
 */
const BOUNDARY = /[\p{L}\p{N}](?![\p{L}\p{M}\p{N}'])/uy;

function pieceEnd(text: string, start: number): number {
  const furthest = start + MAX_PIECE;
  if (furthest >= text.length) return text.length;
  for (let end = furthest; end > start; end--) {
    BOUNDARY.lastIndex = end - 1;
    if (BOUNDARY.test(text)) return end;
  }
  return wholeCharacters(text, furthest);
}

/** `end`, or one less where it would cut a surrogate pair in two. */
function wholeCharacters(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff ? end - 1 : end;
}
