import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddress, networkOf, readTrustedProxies } from "../../cli/_client-address.ts";

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as unknown as IncomingMessage;

test("nobody's word counts unless a proxy is trusted", () => {
  expect(clientAddress(request("192.0.2.1", "198.51.100.7"))).toBe("192.0.2.1");
});

test("with a number of proxies so many addresses from the right are theirs", () => {
  const one = readTrustedProxies(["1"]);
  expect(clientAddress(request("127.0.0.1", "203.0.113.9, 198.51.100.7"), one)).toBe("198.51.100.7");
  expect(clientAddress(request("127.0.0.1"), one)).toBe("127.0.0.1");
  expect(clientAddress(request("127.0.0.1", "no address"), one)).toBe("127.0.0.1");
  const two = readTrustedProxies(["2"]);
  expect(clientAddress(request("127.0.0.1", "203.0.113.9, 198.51.100.7"), two)).toBe("203.0.113.9");
  expect(clientAddress(request("127.0.0.1", "x, 198.51.100.7"), two)).toBe("198.51.100.7");
});

test("with addresses only their word counts, and what a stranger wrote before them does not", () => {
  const proxies = readTrustedProxies(["10.0.0.0/8", "2001:db8::1"]);
  expect(clientAddress(request("10.1.2.3", "203.0.113.9, 198.51.100.7"), proxies)).toBe("198.51.100.7");
  expect(clientAddress(request("::ffff:10.1.2.3", "198.51.100.7:4711"), proxies)).toBe("198.51.100.7");
  expect(clientAddress(request("2001:db8::1", "[2001:db8:5::7]:80, 10.9.9.9"), proxies)).toBe(
    "2001:db8:5::7",
  );
  expect(clientAddress(request("192.0.2.1", "198.51.100.7"), proxies)).toBe("192.0.2.1");
  expect(clientAddress(request("10.1.2.3", "10.0.0.1, 10.0.0.2"), proxies)).toBe("10.0.0.1");
});

test.each([
  "0",
  "11",
  "-1",
  "1.5",
  "proxy.example",
  "10.0.0.0/33",
  "10.0.0.0/x",
  "10.0.0.0/8/8",
  "::1/129",
  "",
])("%j is neither a number of proxies nor an address", (text) => {
  expect(() => readTrustedProxies([text])).toThrow(
    /^Reading the trusted proxy .*such as 1, or where they are/,
  );
});

test("all addresses of an IPv6 network count as one, however they are written", () => {
  expect(networkOf("2001:db8:1:2::1")).toBe("2001:db8:1:2::/64");
  expect(networkOf("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff")).toBe("2001:db8:1:2::/64");
  expect(networkOf("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
  expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
  expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(networkOf("")).toBe("unknown");
});

test("where there are too many, neighbours count as one", () => {
  expect(networkOf("192.0.2.1", "crowded")).toBe("192.0");
  expect(networkOf("2001:db8:1:2::1", "crowded")).toBe("2001:db8::/32");
});
