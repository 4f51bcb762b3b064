/**
 * A connection that hands over the rows of a COPY as they come from the socket. The driver would cut them out of buffers
 * that are made and put together anew for each chunk, and that garbage takes more time than all else of an export.
 *
 * What the driver is not shown are the messages of rows alone; it sees how a COPY begins, ends and fails.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html, "CopyData"
 */
import type { Socket } from "node:net";
import type postgres from "postgres";
import { openAgain } from "./_pool.ts";
import { socketOf } from "./_socket.ts";
import { safeBegin } from "./_transactions.ts";

/** Takes bytes that are written over as soon as it returns. */
export type Take = (bytes: Buffer) => void;

/** A connection of its own, and where the rows of its COPYs go. */
export interface CopyConnection {
  sql: postgres.Sql;
  begin: ReturnType<typeof safeBegin>;
  /** Absent where the driver itself must make the socket: rows then come through its stream. */
  rows?: Rows;
}

/** Stops and goes on like a stream. */
export interface Rows {
  /** Who gets the rows of the next COPY. */
  to(take: Take): void;
  pause(): void;
  resume(): void;
}

/** Of CopyData, the message of a row. */
const ROW = "d".charCodeAt(0);
/** A message begins with its kind and the length of the rest, which counts itself. */
const HEAD = 5;
const LENGTH = 4;
/** Bytes that are read at once. */
const BUFFER = 2 ** 18;

/**
 * @param pool of the same database.
 * @returns a connection that is made when it is first asked; end it when done.
 */
export function copyConnection(pool: postgres.Sql): CopyConnection {
  const own = { ...pool.options, max: 1, max_lifetime: null };
  const connect = socketOf(own);
  if (!connect) return withBegin(openAgain(own));
  let take: Take = () => {};
  let socket: Socket | undefined;
  const open = () => {
    socket = rowSocket(connect, (bytes) => take(bytes));
    return socket;
  };
  const rows: Rows = {
    to(next) {
      take = next;
    },
    pause: () => void socket?.pause(),
    resume: () => void socket?.resume(),
  };
  return withBegin(openAgain({ ...own, socket: open }), rows);
}

const withBegin = (sql: postgres.Sql, rows?: Rows): CopyConnection => ({ sql, begin: safeBegin(sql), rows });

/** A socket that keeps the bytes of rows from its readers. */
function rowSocket(connect: NonNullable<ReturnType<typeof socketOf>>, take: Take): Socket {
  /** The beginning of a message that a chunk has cut. */
  let held = Buffer.alloc(0);
  /** Bytes of the present message that are still to come. */
  let left = 0;
  let isRow = false;
  const pass = (bytes: Buffer) => {
    // The driver keeps what it is given.
    if (bytes.length > 0) socket.emit("data", Buffer.from(bytes));
  };
  const read = (chunk: Buffer) => {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    held = Buffer.alloc(0);
    let at = 0;
    let unpassed = 0;
    while (at < bytes.length) {
      if (left > 0) {
        const end = Math.min(bytes.length, at + left);
        if (isRow) take(bytes.subarray(at, end));
        left -= end - at;
        at = end;
        if (isRow) unpassed = end;
      } else if (bytes.length - at < HEAD) {
        held = Buffer.from(bytes.subarray(at));
        break;
      } else {
        isRow = bytes[at] === ROW;
        left = bytes.readUInt32BE(at + 1) - LENGTH;
        if (isRow) pass(bytes.subarray(unpassed, at));
        at += HEAD;
        if (isRow) unpassed = at;
      }
    }
    pass(bytes.subarray(unpassed, at));
  };
  const callback = (length: number, buffer: Uint8Array): boolean => {
    read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
    return true;
  };
  const socket = connect({ onread: { buffer: Buffer.allocUnsafeSlow(BUFFER), callback } });
  return socket;
}
