/** The JSON Pointer (RFC 6901) of a path; "" for the document itself. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = "";
  for (const part of path) pointer += `/${escaped(String(part))}`;
  return pointer;
}

function escaped(part: string): string {
  return /[~/]/.test(part) ? part.replaceAll("~", "~0").replaceAll("/", "~1") : part;
}
