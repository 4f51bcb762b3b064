import { describe, expect, test } from "vitest";
import { call } from "./_call.ts";
import { decide, made, string } from "./_made.ts";

describe("addresses", () => {
  const PRIVATE = [
    "http://localhost:3000",
    "http://127.0.0.1/x",
    "http://[0:0:0:0:0:0:0:1]/",
    "12345",
    "http://user@10.0.0.1:80",
    "192.168.1.1",
    "http://172.20.1.1",
    "http:\\\\localhost",
    "http://[::1]/",
    "http://[fd12::1]",
    "file:///etc/passwd",
    "FILE:/etc",
    "http://a.localhost.",
  ];
  const METADATA = [
    "http://169.254.169.254/latest",
    "//169.254.169.254",
    "http://x@169.254.1.1:80/",
    "http://metadata.google.internal/",
    "http://[fe80::1]",
    "http://[febf::1]",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::FFFF:169.254.169.254]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]:80/",
    "http://[64:ff9b::a9fe:a9fe]",
    "http://[fd00:0ec2::254]/",
    "http://metadata/computeMetadata",
    "http://metadata.goog/",
    "http://100.100.100.200/latest",
    "http://169.254.169.254 ",
  ];
  const IN_DISGUISE = [
    "http://2852039166/",
    "2852039166",
    "http://0xa9fea9fe/",
    "http://169.16689662",
    "http://169.254.43518",
    "http://0251.0376.0251.0376/",
    "http://0xA9.254.169.254",
    "http://0169.254.169.254",
    "http://127.1",
    "http://2130706433/",
    "http://0x7f000001",
    "169.254.169.25%34",
    "http://%31%36%39.254.169.254/",
    "http://user:p%40ss@169.254.169.25%34:80/",
    "http:169.254.169.25%34",
    "http://169。254。169。254/",
    "http://１６９.254.169.254",
    "http://metadata.goo\u00adgle.internal",
    "http://169.254.16\t9.254/",
    "http:/\t/169.254.169.254",
    "ht\ntp://169.254.169.254/",
    "http://169.254.169.254\n",
  ];
  const PUBLIC = [
    "https://example.com/?u=http://localhost",
    "https://10.example.com/",
    "https://example.com/a:127.0.0.1",
    "example.com",
    "http://172.32.1.1/",
    "https://localhost.example.com",
    "http://11.0.0.1",
    "http://8.8.8.8:53/",
    "https://user:p%40ss@example.com:8443/a%20b?q=%C3%A9#é",
    "https://example.com/über?q=ü\tx",
    "https://xn--mnchen-3ya.example",
    "https://1.2.3.example.com",
    "https://metadata.example.com/metadata",
    "metadata",
    "metadata/v1",
    "data:,a%20b",
    "mailto:a%20b@example.com",
    "/search?q=a%20b",
    "memory://notes/ä",
    "http://[2001:db8::1]:8080/",
  ];
  test.each(METADATA)("%s is denied by recommended and strict", (url) => {
    expect(decide(made({ url: string }), { url })).toBe("deny");
    expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("deny");
    expect(decide(made({ url: string }, {}, "permissive"), { url })).toBe("allow");
  });
  test.each(IN_DISGUISE)(
    "%j is denied by recommended and strict: readers take it for another host",
    (url) => {
      expect(decide(made({ url: string }), { url })).toBe("deny");
      expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("deny");
    },
  );
  test("no character that Node's reader of addresses turns into ASCII, or leaves out, gets through", () => {
    const { policy } = made({ url: string });
    const disguises = Array.from({ length: 0x3100 - 0x80 }, (_, index) => String.fromCodePoint(0x80 + index))
      .map((character) => `http://1${character}.example/`)
      .filter((url) => URL.canParse(url) && !new URL(url).hostname.startsWith("xn--"));
    expect(disguises.length).toBeGreaterThan(100);
    for (const url of disguises) expect(call(policy, { url }).decision, url).toBe("deny");
  });
  test.each(PRIVATE)("%s is denied by strict", (url) => {
    expect(decide(made({ url: string }), { url })).toBe("allow");
    expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("deny");
  });
  test.each(PUBLIC)("%s stays allowed", (url) => {
    expect(decide(made({ url: string }, {}, "strict"), { url })).toBe("allow");
  });
  test.each([
    ["https://Example.com/a", "allow"],
    ["http://example.com:8080?x", "allow"],
    ["https://example.com.evil.test/", "deny"],
    ["https://example.com@evil.test/", "deny"],
    ["https://example.com\\@evil.test/", "deny"],
    ["https://evil.test/https://example.com/", "deny"],
    ["file://example.com/", "deny"],
  ])("with a host list: %s %s", (url, decision) => {
    expect(decide(made({ url: string }, {}, "permissive", { urlHosts: ["example.com"] }), { url })).toBe(
      decision,
    );
  });
});
