import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Addresses that are not on the public internet (IANA special-purpose registries, RFC 6890 and its updates). */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 96],
  ["::ffff:0:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, "ipv6");
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Whether a crawl may connect to an IP address; `loopback` allows this machine itself, and nothing else private. */
export function mayConnect(address: string, loopback: boolean): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  return !NOT_PUBLIC.check(address, type) || (loopback && LOOPBACK.check(address, type));
}

/** Whether a URL's host is this machine, written as such: `localhost`, 127.0.0.0/8 or [::1]. */
export function isLoopbackHost(hostname: string): boolean {
  const bare = bareHost(hostname);
  const family = isIP(bare);
  return hostname === "localhost" || (family !== 0 && LOOPBACK.check(bare, family === 4 ? "ipv4" : "ipv6"));
}

/** A URL's hostname without the brackets of IPv6. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** An address that we don't connect to. */
export class RefusedAddressError extends Error {}

/**
 * A `lookup` for node:net that hands out allowed addresses only. What it answers is what gets connected to, so a name
 * that changes its address between check and use gains nothing.
 */
export function guardedLookup(loopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, "", 0);
      const refused = addresses.find(({ address }) => !mayConnect(address, loopback));
      if (refused !== undefined) return callback(refusal(hostname, refused.address), "", 0);
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      return first === undefined
        ? callback(new Error(`${hostname} has no address`), "", 0)
        : callback(null, first.address, first.family);
    });
  };
}

/** The error for an address that may not be connected to. */
export function refusal(hostname: string, address: string): RefusedAddressError {
  const what = bareHost(hostname) === address ? address : `${hostname} (${address})`;
  return new RefusedAddressError(`${what} is not a public address`);
}
