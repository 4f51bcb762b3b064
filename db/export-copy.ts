/**
 * What a COPY in binary format holds. PostgreSQL neither looks for characters to escape nor puts texts together for it,
 * which is half of the work of large ones.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
 */
/** Signature, flags, and the length of what else stands before the first row. */
const HEAD = 19;
/** Bytes that are given at once. */
const BLOCK = 2 ** 18;
/** Blocks that wait to be taken; with more the stream is stopped. */
const WAITING = 2;

type Put = (bytes: Buffer, from: number, to: number) => void;

/** What gives the bytes of a COPY: it stops when nobody takes them. */
interface Flow {
  pause(): void;
  resume(): void;
}

/** The fields of one COPY, one after the other, without anything between them; NULL is nothing. */
export interface Fields {
  /** Takes bytes of the COPY, chunk after chunk, which may end anywhere. They are copied. */
  take(bytes: Buffer): void;
  /** To be called when nothing comes any more; with why, when that is a failure. */
  end(failure?: unknown): void;
  /**
   * @returns blocks that end anywhere; each is written over as soon as the next one is asked for.
   * @throws the failure.
   */
  blocks(): AsyncGenerator<Buffer>;
}

/** They go into a few blocks that are filled again and again: garbage of that size costs more than all else. */
export function fieldsOf(flow: () => Flow): Fields {
  const full: Buffer[] = [];
  const spare: Buffer[] = [];
  const next = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
  let block = next();
  let filled = 0;
  let changed = Promise.withResolvers<void>();
  const end = { isOver: false, failure: undefined as unknown };
  const change = () => changed.resolve();
  const put: Put = (bytes, from, to) => {
    for (let at = from; at < to; ) {
      const copied = bytes.copy(block, filled, at, to);
      at += copied;
      filled += copied;
      if (filled < BLOCK) continue;
      full.push(block);
      block = next();
      filled = 0;
      if (full.length >= WAITING) flow().pause();
      change();
    }
  };
  return {
    take: reader(put),
    end(failure) {
      end.isOver = true;
      end.failure ??= failure;
      change();
    },
    async *blocks() {
      for (;;) {
        const given = full.shift();
        if (given) {
          if (full.length < WAITING) flow().resume();
          yield given;
          spare.push(given);
        } else if (end.failure !== undefined) throw end.failure;
        else if (end.isOver) break;
        else {
          changed = Promise.withResolvers<void>();
          await changed.promise;
        }
      }
      if (filled > 0) yield block.subarray(0, filled);
    },
  };
}

/** @returns takes the bytes of one COPY, chunk after chunk, which may end anywhere. */
function reader(put: Put): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  let isHead = true;
  /** Fields of the row that have not begun, and bytes of the present field, still to come. */
  let fields = 0;
  let length = 0;
  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      if (length > 0) {
        const taken = Math.min(length, left);
        put(bytes, at, at + taken);
        at += taken;
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
  };
}
