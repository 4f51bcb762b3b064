import { Socket, type SocketConstructorOpts } from "node:net";
import type postgres from "postgres";

/**
 * A socket that says that it failed only when it is closed. The driver gives queries to a connection that has failed until
 * it is closed, and forgets them.
 */
class WholeSocket extends Socket {
  #failure: unknown;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "error") {
      this.#failure ??= args[0];
      return true;
    }
    if (event === "close" && this.#failure !== undefined) super.emit("error", this.#failure);
    return super.emit(event, ...args);
  }
}

/**
 * @param options as the driver has read them.
 * @returns makes the socket of a connection; absent where the driver itself must: TLS is its own, and so is the choice
 *   among several servers.
 */
export function socketOf(
  options: postgres.Sql["options"],
): ((how?: SocketConstructorOpts) => Socket) | undefined {
  if (options.ssl || (!options.path && options.host.length > 1)) return undefined;
  const [host, port] = [options.host[0], options.port[0]];
  return (how) => {
    const socket = new WholeSocket(how);
    return options.path ? socket.connect(options.path) : socket.connect(port ?? 5432, host ?? "localhost");
  };
}
