/** JSON Pointers (RFC 6901): `/inputSchema/properties/path`, and "" for the document itself. */

/** A key as a token of a pointer. */
export function pointerToken(key: string): string {
  return key.includes("/") || key.includes("~") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}

/** The pointer to where a path of keys leads. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = "";
  for (const key of path) pointer += `/${pointerToken(String(key))}`;
  return pointer;
}

/** The keys a pointer goes through. */
export function keysOf(pointer: string): string[] {
  return pointer.split("/").slice(1).map(keyOf);
}

/** What a pointer leads to; undefined where there is nothing. */
export function valueAt(document: unknown, pointer: string): unknown {
  let node = document;
  for (const key of keysOf(pointer)) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

/** The key that a token of a pointer stands for. */
export function keyOf(token: string): string {
  return token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token;
}
