/** Whose requests count together: by the address they come from, as far as that can be believed. */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4 } from "node:net";
import { EXIT, Failure } from "./failure.ts";

/** Who stands in front of us and tells, in X-Forwarded-For, whom it asks for: so many in a row, or those with these addresses. */
export type TrustedProxies = { hops: number } | { addresses: BlockList };

const MOST_HOPS = 10;

/**
 * Reads `--trust-proxy`: a number of proxies, or addresses and networks of them.
 * @throws Failure, one sentence, for what is neither
 */
export function readTrustedProxies(texts: string[] | undefined): TrustedProxies | undefined {
  if (!texts || texts.length === 0) return undefined;
  const [only = ""] = texts;
  if (texts.length === 1 && /^\d+$/.test(only)) {
    const hops = Number(only);
    if (hops >= 1 && hops <= MOST_HOPS) return { hops };
    throw notTaken(only);
  }
  const addresses = new BlockList();
  for (const text of texts) addProxy(addresses, text);
  return { addresses };
}

function addProxy(list: BlockList, text: string): void {
  const [address = "", given, ...rest] = text.split("/");
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const prefix = given ?? String(longest);
  if (family === 0 || rest.length > 0) throw notTaken(text);
  const type = family === 4 ? "ipv4" : "ipv6";
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) throw notTaken(text);
  list.addSubnet(address, Number(prefix), type);
}

function notTaken(text: string): Failure {
  const said = `Reading the trusted proxy ${JSON.stringify(text.slice(0, 100))}: it is neither a number of proxies from 1 to ${MOST_HOPS} nor an address`;
  return new Failure(
    `${said}. Write how many stand in front, such as 1, or where they are, such as 10.0.0.5 or 10.0.0.0/8.`,
    EXIT.usage,
  );
}

/**
 * The address that a request comes from: the connection's, unless a trusted proxy is at its other end; then the last one
 * in X-Forwarded-For that no trusted proxy has. What stands before that anybody could have written.
 */
export function clientAddress(
  request: Pick<IncomingMessage, "headers" | "socket">,
  proxies?: TrustedProxies,
): string {
  let client = request.socket.remoteAddress ?? "";
  if (!proxies) return client;
  const told = String(request.headers["x-forwarded-for"] ?? "").split(",");
  for (let hop = 0; isTrusted(client, hop, proxies); hop += 1) {
    const before = addressIn(told.pop() ?? "");
    if (before === undefined) break;
    client = before;
  }
  return client;
}

function isTrusted(address: string, hop: number, proxies: TrustedProxies): boolean {
  if ("hops" in proxies) return hop < proxies.hops;
  return isIP(address) !== 0 && proxies.addresses.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` and `[2001:db8::1]:80` are ways to write an address. */
function addressIn(text: string): string | undefined {
  const word = text.trim();
  const plain = /^\[([^\]]+)\](?::\d+)?$/.exec(word)?.[1] ?? /^([\d.]+):\d+$/.exec(word)?.[1] ?? word;
  return isIP(plain) === 0 ? undefined : plain;
}

/** How many of an IPv6 address's eight groups name its owner: whoever has a network has all addresses in it. */
const GROUPS = { usual: 4, crowded: 2 };
const PARTS = { usual: 4, crowded: 2 };

/**
 * What requests of an address are counted under: an IPv4 address itself, and of an IPv6 address its network of 64 bits.
 * @param width `crowded` takes the networks of 16 and 32 bits, when there are too many others to count each
 */
export function networkOf(address: string, width: "usual" | "crowded" = "usual"): string {
  const groups = groupsOf(address);
  if (groups) return `${groups.slice(0, GROUPS[width]).join(":")}::/${16 * GROUPS[width]}`;
  const four = address.replace(/^::ffff:/i, "");
  return isIPv4(four) ? four.split(".").slice(0, PARTS[width]).join(".") : "unknown";
}

/** The eight groups of an IPv6 address; undefined for another, and for an IPv4 address in the clothes of one. */
function groupsOf(address: string): string[] | undefined {
  const url = `http://[${address.replace(/%.*$/, "")}]`;
  if (!address.includes(":") || !URL.canParse(url)) return undefined;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const groups = [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
  return groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff" ? undefined : groups;
}
