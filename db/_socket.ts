import { Socket, type SocketConstructorOpts } from "node:net";
import type postgres from "postgres";

/** ReadyForQuery: the end of what the server says before it waits for us; its last byte says how a transaction stands. */
const READY = Buffer.from("Z\0\0\0\u0005");

/**
 * A socket that says that it failed only when it is closed. The driver gives queries to a connection that has failed until
 * it is closed, and forgets them.
 */
export class WholeSocket extends Socket {
  /** Whether the server has let us in. */
  wasReady = false;
  #failure: unknown;
  #isClosing = false;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "error") {
      this.#failure ??= args[0];
      return true;
    }
    if (event === "data" && !this.wasReady) this.wasReady = endsReady(args[0]);
    if (event === "close") {
      if (!this.wasReady && !this.#isClosing) {
        this.#isClosing = true;
        // What the driver is about to write, it must have written: else it writes nothing on the next one either.
        setImmediate(() => this.emit(event, ...args));
        return true;
      }
      if (this.#failure !== undefined) super.emit("error", this.#failure);
    }
    return super.emit(event, ...args);
  }
}

function endsReady(chunk: unknown): boolean {
  if (!Buffer.isBuffer(chunk)) return false;
  const from = chunk.length - READY.length - 1;
  return from >= 0 && READY.equals(chunk.subarray(from, -1));
}

/**
 * @param options as the driver has read them.
 * @returns makes the socket of a connection; absent where the driver itself must: TLS is its own, and so is the choice
 *   among several servers.
 */
export function socketOf(
  options: postgres.Sql["options"],
): ((how?: SocketConstructorOpts) => WholeSocket) | undefined {
  if (options.ssl || (!options.path && options.host.length > 1)) return undefined;
  const [host = "localhost", port = 5432] = [options.host[0], options.port[0]];
  return (how) => {
    // The driver names them when the connection fails.
    const socket = Object.assign(new WholeSocket(how), { host, port });
    return options.path ? socket.connect(options.path) : socket.connect(port, host);
  };
}
