import { expect, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { MOST_BODY } from "../../site/src/api/body.ts";
import { EXPOSED_HEADERS } from "../../site/src/api/exposed-headers.ts";
import { rawConnection, SHORT, startPages } from "./_raw.ts";

const HEAD = "Host: localhost\r\n";
const LONGER = MOST_BODY + 1;

/** Says how many bytes of a body it was given. */
const count: PageHandler = (incoming, response) => {
  response.end(`${incoming.method} with ${(incoming as { body?: Uint8Array }).body?.length ?? "no"} bytes`);
};

test("a body is handed over whole; one of the longest is taken", async () => {
  const server = await startPages(count);
  const url = `${server.url}/api/v1/classify`;
  expect(await (await fetch(url, { method: "POST", body: "ä".repeat(5) })).text()).toBe("POST with 10 bytes");
  expect(await (await fetch(url, { method: "POST", body: "x".repeat(MOST_BODY) })).text()).toBe(
    `POST with ${MOST_BODY} bytes`,
  );
  expect(await (await fetch(url, { method: "POST" })).text()).toBe("POST with no bytes");
});

test("a length over the limit is refused before anything of the body is read, on every path", async () => {
  const server = await startPages(count);
  for (const path of ["/api/v1/classify", "/mcp", "/tools"]) {
    const { text, closed } = rawConnection(
      server,
      `POST ${path} HTTP/1.1\r\n${HEAD}Content-Length: 10485760\r\n\r\n`,
    );
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(text()).toContain("content-type: application/problem+json");
    expect(JSON.parse(text().split("\r\n\r\n")[1] ?? "")).toEqual({
      type: "/docs/api#problem-413",
      title: "The body is too large",
      status: 413,
      detail: "The body is longer than the 1,048,576 bytes that are taken. Send less of it at a time.",
    });
  }
});

test("where pages of other origins may ask, they may read why they were refused", async () => {
  const server = await startPages(count, { rateLimit: 3, patience: SHORT }, ["catalog.example.com"]);
  const ask = async (host: string, framing: string) => {
    const { text, closed } = rawConnection(
      server,
      `POST /api/v1/classify HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${framing}\r\n\r\n`,
    );
    await closed;
    const exposed = /^access-control-expose-headers: (.*)\r$/m.exec(text())?.[1];
    return [
      text().split(" ")[1],
      /^access-control-allow-origin: \*\r$/m.test(text()),
      exposed === EXPOSED_HEADERS,
    ];
  };
  const tooLong = `Content-Length: ${LONGER}`;
  expect(await ask("catalog.example.com", tooLong)).toEqual(["413", true, true]);
  expect(await ask("localhost", tooLong)).toEqual(["413", false, false]);
  expect(await ask("catalog.example.com", "Content-Length: 5")).toEqual(["408", true, true]);
  expect(await ask("localhost", "Content-Length: 5")).toEqual(["408", false, false]);
  expect(await ask("catalog.example.com", "Content-Length: 0")).toEqual(["200", true, true]);
  expect(await ask("catalog.example.com", "Content-Length: 0")).toEqual(["429", true, true]);
});

test("who asks whether it may send a body is told before it sends it", async () => {
  const server = await startPages(count);
  const ask = (length: number) =>
    rawConnection(
      server,
      `POST /api/v1/classify HTTP/1.1\r\n${HEAD}Expect: 100-continue\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`,
    );
  const refused = ask(LONGER);
  await refused.closed;
  expect(refused.text()).toMatch(/^HTTP\/1\.1 413 /);
  const taken = ask(5);
  while (!taken.text().startsWith("HTTP/1.1 100 Continue\r\n\r\n")) await tick();
  taken.socket.write("12345");
  await taken.closed;
  expect(taken.text()).toMatch(/POST with 5 bytes/);
});

test("who expects something else is answered as everybody", async () => {
  const server = await startPages(count);
  const { text, closed } = rawConnection(
    server,
    `POST /api/v1/classify HTTP/1.1\r\n${HEAD}Expect: more\r\nConnection: close\r\nContent-Length: 5\r\n\r\n12345`,
  );
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*POST with 5 bytes$/s);
  expect(text()).toContain("x-content-type-options: nosniff");
});

test("a body without an end is cut at the limit, and its sender still reads why", async () => {
  const server = await startPages(count);
  const { socket, text, closed } = rawConnection(
    server,
    `POST /api/v1/classify HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  let sent = 0;
  const more = () => {
    while (socket.writable) {
      sent += 65_536;
      if (!socket.write(chunk)) return void socket.once("drain", more);
    }
  };
  more();
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
  expect(text()).toMatch(/connection: close/i);
  expect(sent).toBeGreaterThan(MOST_BODY);
});

test("a GET with a body is answered as one without; the next request on the connection too", async () => {
  const server = await startPages(count);
  const { socket, text, closed } = rawConnection(
    server,
    `GET /a HTTP/1.1\r\n${HEAD}Content-Length: 5\r\n\r\n12345GET /b HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  );
  await closed;
  expect(text().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(text().match(/GET with no bytes/g)).toHaveLength(2);
  socket.destroy();
});

test("a sender who goes away in the middle does no harm", async () => {
  const errors: unknown[] = [];
  const server = await startPages((incoming, response) => {
    errors.push(incoming.url);
    response.end();
  });
  const { socket } = rawConnection(
    server,
    `POST /api/v1/classify HTTP/1.1\r\n${HEAD}Content-Length: 500\r\n\r\nabc`,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  expect((await fetch(`${server.url}/b`)).status).toBe(200);
  expect(errors).toEqual(["/b"]);
});

test("two lengths, or a length beside chunks, are no request", async () => {
  const server = await startPages(count);
  for (const framing of [
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
  ]) {
    const { text, closed } = rawConnection(
      server,
      `POST /api/v1/x HTTP/1.1\r\n${HEAD}${framing}\r\n\r\n0\r\n\r\n`,
    );
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  }
});

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));
