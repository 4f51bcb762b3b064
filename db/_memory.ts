/** How much memory a database of ours may keep pages in. */
import { totalmem } from "node:os";

const MEBIBYTE = 2 ** 20;
/** What PostgreSQL itself takes where nobody says anything. */
const LEAST = 128;
/** A page of a list of a million tools reads 400 blocks; the pages that people ask for should all fit. */
const MOST = 1024;
/** The machine is not the database's alone: a crawl, a build or a browser runs beside it. */
const SHARE = 1 / 16;

/** @returns what this process may use, in bytes: the machine's memory, or less where a container bounds it */
export function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
}

/** @returns PostgreSQL's shared_buffers in MiB for a machine of so many bytes; it is taken only as it fills */
export function sharedMebibytes(bytes: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, (bytes * SHARE) / MEBIBYTE)));
}
