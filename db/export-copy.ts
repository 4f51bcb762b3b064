/**
 * What a COPY in binary format holds. PostgreSQL neither looks for characters to escape nor puts texts together for it,
 * which is half of the work of large ones.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
 */

/** Signature, flags, and the length of what else stands before the first row. */
const HEAD = 19;

/**
 * @returns takes the bytes of one COPY, chunk after chunk, and gives those of its fields one after the other, without
 * anything between them; NULL is nothing. A chunk may end anywhere, and is written over.
 */
export function fieldsOf(): (chunk: Buffer) => Buffer {
  let rest: Buffer | undefined;
  let isHead = true;
  /** Fields of the row that have not begun, and bytes of the present field, still to come. */
  let fields = 0;
  let length = 0;
  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    let to = 0;
    for (;;) {
      const left = bytes.length - at;
      if (length > 0) {
        const taken = Math.min(length, left);
        bytes.copyWithin(to, at, at + taken);
        at += taken;
        to += taken;
        length -= taken;
        if (length > 0) break;
      } else if (isHead) {
        if (left < HEAD) break;
        isHead = false;
        at += HEAD;
      } else if (fields > 0) {
        if (left < 4) break;
        // NULL is -1.
        length = Math.max(0, bytes.readInt32BE(at));
        at += 4;
        fields -= 1;
      } else {
        if (left < 2) break;
        // The end of all rows is -1.
        fields = Math.max(0, bytes.readInt16BE(at));
        at += 2;
      }
    }
    rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
    return bytes.subarray(0, to);
  };
}
