import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { readChallenge } from "../../crawler/_authorization.ts";
import { LossError, openDoor } from "../../crawler/_guarded-fetch.ts";
import { isAllowed, mayCrawl, rulesFor } from "../../crawler/_robots.ts";
import { userAgent } from "../../crawler/version.ts";
import { crawlTyped } from "./_crawl.ts";
import { closeAll, serveHttp } from "./_remote.ts";

afterEach(closeAll);

const signal = new AbortController().signal;

function doorOf(loopback: boolean) {
  const door = openDoor({ loopback, messageBytes: 1_000, totalBytes: 1_000, userAgent: "test" });
  onTestFinished(() => door.close());
  return door;
}

/** Lets every name lead to these addresses, one lookup after the other. Returns how often somebody asked. */
function resolveTo(...answers: string[][]): () => number {
  const { lookup } = dns;
  let asked = 0;
  const fake = (_name: string, options: { all?: boolean }, callback: (...args: unknown[]) => void): void => {
    const addresses = (answers[asked++] ?? []).map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));
    if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address, addresses[0]?.family);
  };
  const set = (value: unknown): void => {
    Object.assign(dns, { lookup: value });
    syncBuiltinESMExports();
  };
  set(fake);
  onTestFinished(() => set(lookup));
  return () => asked;
}

describe("a name", () => {
  test.each([["127.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["10.1.2.3"], ["fd00::1"]])(
    "that leads to %s is refused before anything is sent",
    async (address) => {
      let requests = 0;
      const { port } = new URL(
        await serveHttp((_request, response) => {
          requests++;
          response.end();
        }),
      );
      resolveTo([address]);
      const failure = await doorOf(false)
        .fetch(new URL(`http://mcp.example.com:${port}/`), { method: "GET", signal })
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(LossError);
      expect((failure as LossError).loss).toEqual({
        kind: "refused-address",
        message: `mcp.example.com (${address}) is not a public address`,
      });
      expect(requests).toBe(0);
    },
  );

  test("that leads to a public and a private address is refused", async () => {
    resolveTo(["93.184.215.14", "127.0.0.1"]);
    const failure = await doorOf(false)
      .fetch(new URL("http://mcp.example.com/"), { method: "GET", signal })
      .catch((error: unknown) => error);
    expect((failure as LossError).loss).toMatchObject({ kind: "refused-address" });
  });

  test("is looked up once: the address that was checked is the one connected to", async () => {
    const { port } = new URL(await serveHttp((_request, response) => response.end("here")));
    // A second lookup would lead to an address that is refused even where loopback is not.
    const asked = resolveTo(["127.0.0.1"], ["169.254.169.254"]);
    const answer = await doorOf(true).fetch(new URL(`http://rebind.example.com:${port}/`), {
      method: "GET",
      signal,
    });
    answer.body.resume();
    expect(answer.status).toBe(200);
    expect(asked()).toBe(1);
  });

  test("is refused in a crawl with a sentence", async () => {
    resolveTo(["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"]);
    const { status, reason } = await crawlTyped("https://mcp.example.com/mcp");
    expect(status).toBe("failed");
    expect(reason).toBe(
      "Asking https://mcp.example.com/mcp: mcp.example.com (127.0.0.1) is not a public address. Placard connects to private addresses only where you type localhost, 127.0.0.1 or [::1] yourself.",
    );
  });
});

describe("authorization", () => {
  test("keeps what the challenge and the metadata say, and nothing else of them", async () => {
    const url = await serveHttp((request, response) => {
      if (request.url === "/meta")
        return response.end(
          JSON.stringify({
            resource: "https://mcp.example.com/mcp",
            authorization_servers: ["https://login.example.com"],
            scopes_supported: ["tools:read", 7],
            "x-own": { a: 1 },
          }),
        );
      const challenge =
        'Bearer realm="Notes \\"and\\" more", scope="tools:read tools:write", resource_metadata="/meta"';
      response.writeHead(401, { "www-authenticate": challenge }).end();
    });
    const { authorization, status } = await crawlTyped(url);
    expect(status).toBe("needs-authorization");
    expect(authorization).toEqual({
      status: 401,
      scheme: "Bearer",
      realm: 'Notes "and" more',
      scopes: ["tools:read", "tools:write"],
      metadataUrl: `${new URL(url).origin}/meta`,
      metadata: {
        resource: "https://mcp.example.com/mcp",
        authorization_servers: ["https://login.example.com"],
      },
    });
  });

  test("does not ask another port of this machine for metadata", async () => {
    let asked = 0;
    const other = await serveHttp((_request, response) => {
      asked++;
      response.end("{}");
    });
    const url = await serveHttp((_request, response) => {
      response.writeHead(401, { "www-authenticate": `Bearer resource_metadata="${other}"` }).end();
    });
    const { authorization } = await crawlTyped(url);
    expect(authorization).toEqual({ status: 401, scheme: "Bearer", metadataUrl: other });
    expect(asked).toBe(0);
  });

  test.each([
    [undefined, {}],
    ["", {}],
    ["Basic", { scheme: "Basic" }],
    ["Bearer error=invalid_token", { scheme: "Bearer", error: "invalid_token" }],
    ['Bearer  Scope = "a  b" , x="', { scheme: "Bearer", scopes: ["a", "b"] }],
    [
      'Bearer resource_metadata="https://a.example/b?c,d"',
      { scheme: "Bearer", resourceMetadata: "https://a.example/b?c,d" },
    ],
  ])("reads the challenge %j", (challenge, read) => {
    expect(readChallenge(challenge)).toEqual(read);
  });
});

test("an endless challenge is read in no time", () => {
  expect(readChallenge(`Bearer realm="${"\\".repeat(20_000)}`)).toEqual({ scheme: "Bearer" });
  expect(readChallenge(`Bearer ${'a="'.repeat(20_000)}`).scheme).toBe("Bearer");
});

describe("robots.txt", () => {
  const rules = (text: string) => rulesFor("placard", text);

  test.each([
    ["", "/mcp", true],
    ["User-agent: *\nDisallow: /", "/mcp", false],
    ["User-agent: *\nDisallow:", "/mcp", true],
    ["User-agent: *\nDisallow: /private", "/mcp", true],
    ["User-agent: *\nDisallow: /\nAllow: /mcp", "/mcp", true],
    ["User-agent: *\nDisallow: /mcp\nAllow: /mcp", "/mcp", true],
    ["User-agent: *\nDisallow: /*.php$", "/a.php", false],
    ["User-agent: *\nDisallow: /*.php$", "/a.php5", true],
    ["User-agent: *\nDisallow: /a*b*c", "/a-c-b", true],
    ["User-agent: *\nDisallow: /mcp$", "/mcp/", true],
    ["User-agent: other\nDisallow: /", "/mcp", true],
    ["User-agent: *\nDisallow: /\n\nUser-agent: Placard\nAllow: /", "/mcp", true],
    ["user-agent: a\nUSER-AGENT: placard # us\ndisallow : /mcp # not here", "/mcp/x", false],
    [
      "User-agent: placard\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: placard\nDisallow: /c",
      "/c",
      false,
    ],
    ["\ufeffUser-agent: *\r\nDisallow: /mcp\r\n", "/mcp", false],
    ["<html>not found</html>", "/mcp", true],
  ])("%j for %s: %s", (text, path, allowed) => {
    expect(isAllowed(rules(text), path)).toBe(allowed);
  });

  test("may hold a pattern that would keep a regular expression busy", () => {
    const hostile = rules(`User-agent: *\nDisallow: /${"*a".repeat(900)}$`);
    expect(isAllowed(hostile, `/${"a".repeat(5_000)}b`)).toBe(true);
    expect(isAllowed(hostile, `/${"a".repeat(5_000)}`)).toBe(false);
  });

  test("is read once for a host, and its absence or failure allows everything", async () => {
    let reads = 0;
    const url = new URL(
      await serveHttp((_request, response) => {
        reads++;
        response.end("User-agent: placard\nDisallow: /closed");
      }),
    );
    expect(await mayCrawl(url, doorOf(true), signal)).toBe(true);
    expect(await mayCrawl(new URL("/closed/mcp", url), doorOf(true), signal)).toBe(false);
    expect(reads).toBe(1);
    for (const status of [404, 403, 500, 401]) {
      const other = await serveHttp((_request, response) =>
        response.writeHead(status).end("User-agent: *\nDisallow: /"),
      );
      expect(await mayCrawl(new URL(other), doorOf(true), signal)).toBe(true);
    }
    const large = await serveHttp((_request, response) => response.end("Disallow: /\n".repeat(1_000)));
    expect(await mayCrawl(new URL(large), doorOf(true), signal)).toBe(true);
    expect(await mayCrawl(new URL("http://127.0.0.1:9/"), doorOf(true), signal)).toBe(true);
  });

  test("that could not be read is tried again", async () => {
    let reads = 0;
    const url = new URL(
      await serveHttp((request, response) => {
        if (++reads === 1) request.socket.destroy();
        else response.end("User-agent: *\nDisallow: /");
      }),
    );
    expect(await mayCrawl(url, doorOf(true), signal)).toBe(true);
    expect(await mayCrawl(url, doorOf(true), signal)).toBe(false);
  });
});

test.each([
  [undefined, /^placard\/[\d.]+ \(MCP risk catalog; lists tools, calls none\)$/],
  ["https://example.com/bot", /^placard\/[\d.]+ \(\+https:\/\/example\.com\/bot\)$/],
  ["a)\r\nx: b\u202e", /^placard\/[\d.]+ \(\+ax:b\)$/],
])("the User-Agent with the contact %j", (contact, expected) => {
  expect(userAgent(contact)).toMatch(expected);
});
