/** Addresses that no page can have, and that the router cannot read: it would leave them to us, or complain in the log. */

/** The router decodes until nothing is left to decode, but not for ever. */
const MOST_DECODINGS = 10;
/** The router's patterns stop at line ends. */
const LINE_END = /[\n\r\u2028\u2029]/;

/**
 * Whether an address is not percent-encoded UTF-8, or is a line break when it is decoded. Names of tools that are so
 * have addresses that are not (`site/src/lib/addresses.ts`).
 * @param url path and query, as they were asked for
 */
export function isUnreadable(url: string): boolean {
  let [path = ""] = url.split("?", 1);
  for (let times = 0; times < MOST_DECODINGS; times += 1) {
    const decoded = decodedOf(path);
    // The router too takes what cannot be decoded again as it is, but wants the first time to succeed.
    if (decoded === undefined) return times === 0;
    if (LINE_END.test(decoded)) return true;
    if (decoded === path) return false;
    path = decoded;
  }
  return true;
}

/**
 * Whether the path of an address is not percent-encoded UTF-8, which the router would complain of.
 * @param url as for `isUnreadable`
 */
export function isUndecodable(url: string): boolean {
  return decodedOf(url.split("?", 1)[0] ?? "") === undefined;
}

function decodedOf(path: string): string | undefined {
  try {
    return decodeURI(path);
  } catch {
    return undefined;
  }
}
