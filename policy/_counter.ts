import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Window } from "./schema.ts";

/** Names that are used as they are: safe characters, and not of the form that other names are given below. */
const PLAIN_NAME = /^(?!.*-[0-9a-f]{12}$)[A-Za-z0-9_-]{1,100}$/;

/** Neither ends with the other, so that no two tools can share a counter by their names. */
const SUFFIX: Record<Window, string> = { minute: "rate", hour: "hourly" };

/**
 * Name of a tool's counter for a window: `send_email_rate`. A tool's name may hold anything (dots, slashes, spaces,
 * 500 characters), while a counter's may become part of a path in a gateway: other names are reduced to safe
 * characters and kept apart by a digest of the whole name.
 */
export function counterName(tool: string, window: Window): string {
  if (PLAIN_NAME.test(tool)) return `${tool}_${SUFFIX[window]}`;
  const digest = bytesToHex(sha256(utf8ToBytes(tool))).slice(0, 12);
  const readable = tool.replaceAll(/[^A-Za-z0-9_-]+/g, "_").slice(0, 40);
  return `${readable}-${digest}_${SUFFIX[window]}`;
}
