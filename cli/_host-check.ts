import { isIPv4 } from "node:net";

/** Who asks: somebody with a name for this machine itself, somebody with an allowed name, or neither. */
export type Asked = "here" | "allowed" | "refused";

/**
 * Decides by a request's Host header (RFC 9110 §7.2) whether it is meant for this server. On a loopback listener only
 * names of this machine will do: a page of the web can give its own name this machine's address (DNS rebinding), and
 * its requests then bring that name. Other listeners take every name unless some are allowed.
 * @param listening the address listened on
 * @param allowed names besides, without ports
 */
export function hostCheck(listening: string, allowed: string[]): (host: string | undefined) => Asked {
  const names = new Set(allowed.map((name) => nameIn(name)));
  const any = !isLoopback(nameIn(listening)) && names.size === 0;
  return (host) => {
    if (any) return "allowed";
    const name = nameIn(host ?? "");
    if (names.has(name)) return "allowed";
    if (isLoopback(name)) return "here";
    // Whoever listens on another address and names hosts is still reached by that address.
    return name !== "" && name === nameIn(listening) ? "allowed" : "refused";
  };
}

/** Signs of a name or an address, and a port (RFC 3986, sections 3.2.2 and 3.2.3). */
const HOST = /^([\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(:\d*)?$/i;

/**
 * Whether a Host header names a host. Whoever puts it in front of a path would read another address otherwise: of
 * `a/tools?` and `/servers` comes `/tools`.
 * @param host undefined in HTTP/1.0, where it need not be said
 */
export function isHost(host: string | undefined): boolean {
  return host === undefined || (HOST.test(host) && URL.canParse(`http://${host}`));
}

/** `LOCALHOST:4321` → `localhost`, `[::1]:80` → `::1`. */
function nameIn(host: string): string {
  const low = host.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](:\d*)?$/.exec(low);
  if (bracketed) return bracketed[1] ?? "";
  return low.split(":").length > 2 ? low : low.replace(/:\d*$/, "");
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}
