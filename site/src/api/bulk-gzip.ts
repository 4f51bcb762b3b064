import { createHash } from "node:crypto";
import { constants, crc32, createDeflateRaw } from "node:zlib";

/** Bytes that are packed at once. A constant, as the output depends on it. */
const BLOCK = 2 ** 20;
/** Levels 1 to 3 take the same time; 4 leaves a tenth less and takes a quarter longer, 6 twice as long for a sixth less. */
const LEVEL = 3;
/** Blocks in the making, on zlib's own threads. */
const AT_ONCE = 3;
/** The most memory for what is looked up: a twentieth faster, and a little smaller. */
const MEMORY = 9;
/** Bytes that zlib gives at once: a block of JSON mostly fits into one. */
const OUTPUT = 2 ** 18;
/** No name, no time, system unknown (RFC 1952, 2.3). */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** A last block with nothing in it (RFC 1951, 3.2.6). */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** What went into a gzip file. */
export interface Unpacked {
  bytes: number;
  sha256: string;
}

/**
 * Packs bytes as one gzip member, several blocks at a time. The same bytes give the same file, however they are cut into
 * chunks, with the same version of zlib. Memory holds a few blocks.
 * @param onEnd told of what went in, before the last chunk is given.
 */
export async function* gzip(
  chunks: AsyncIterable<Uint8Array>,
  onEnd: (unpacked: Unpacked) => void,
): AsyncGenerator<Buffer> {
  const packers = Array.from({ length: AT_ONCE }, () => packer());
  try {
    yield* packBlocks(chunks, [...packers], onEnd);
  } finally {
    for (const { close } of packers) close();
  }
}

async function* packBlocks(
  chunks: AsyncIterable<Uint8Array>,
  idle: Packer[],
  onEnd: (unpacked: Unpacked) => void,
): AsyncGenerator<Buffer> {
  const packing: Promise<Buffer[]>[] = [];
  const hash = createHash("sha256");
  let sum = 0;
  let bytes = 0;
  const spare: Buffer[] = [];
  for await (const block of blocksOf(chunks, spare)) {
    // Not sooner: while nothing is given, whoever sends it can still say that there is nothing.
    if (bytes === 0) yield HEAD;
    hash.update(block);
    sum = crc32(block, sum);
    bytes += block.length;
    const taken = idle.pop();
    if (!taken) throw new Error("Packing the dataset: more blocks at once than there are packers.");
    const packed = taken.pack(block).finally(() => {
      spare.push(block);
      idle.push(taken);
    });
    // Nobody waits for those behind one that fails.
    packed.catch(() => {});
    packing.push(packed);
    if (packing.length >= AT_ONCE) yield* (await packing.shift()) ?? [];
  }
  if (bytes === 0) yield HEAD;
  for (const packed of packing) yield* await packed;
  onEnd({ bytes, sha256: hash.digest("hex") });
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(sum, 0);
  tail.writeUInt32LE(bytes % 2 ** 32, 4);
  yield Buffer.concat([LAST_BLOCK, tail]);
}

interface Packer {
  /** Packs a block as if it were the first one. */
  pack(block: Buffer): Promise<Buffer[]>;
  close(): void;
}

/** Kept for many blocks: a new one takes memory that only a collection of garbage gives back. */
function packer(): Packer {
  const deflate = createDeflateRaw({ level: LEVEL, memLevel: MEMORY, chunkSize: OUTPUT });
  let parts: Buffer[] = [];
  let fail: (error: Error) => void = () => {};
  deflate.on("data", (part: Buffer) => parts.push(part));
  deflate.on("error", (error) => fail(error));
  return {
    pack: (block) =>
      new Promise((resolve, reject) => {
        fail = reject;
        parts = [];
        deflate.reset();
        deflate.write(block);
        deflate.flush(constants.Z_SYNC_FLUSH, (error?: Error | null) =>
          error ? reject(error) : resolve(parts),
        );
      }),
    close: () => deflate.destroy(),
  };
}

/**
 * The same bytes in blocks of one size; the last may be smaller.
 * @param spare blocks that nobody reads any more, to be filled again.
 */
async function* blocksOf(chunks: AsyncIterable<Uint8Array>, spare: Buffer[]): AsyncGenerator<Buffer> {
  const next = (): Buffer => spare.pop() ?? Buffer.allocUnsafe(BLOCK);
  let block = next();
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + BLOCK - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BLOCK) continue;
      yield block;
      block = next();
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
