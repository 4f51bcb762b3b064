import type { connect } from "node:net";
import { expect, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { rawConnection, SHORT, startPages } from "./_raw.ts";

const HEAD = "Host: localhost\r\n";
const fine: PageHandler = (_incoming, response) => void response.end("fine");

/** Writes a piece again and again, until the other end closes. */
function drip(socket: ReturnType<typeof connect>, piece: string, everyMs: number): void {
  const timer = setInterval(() => socket.writable && socket.write(piece), everyMs);
  socket.once("close", () => clearInterval(timer));
}

test("a head that comes letter by letter is given up", async () => {
  const server = await startPages(fine, { patience: SHORT });
  const { socket, text, closed } = rawConnection(server, `GET / HTTP/1.1\r\n${HEAD}X-Slow: `);
  drip(socket, "a", 50);
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
});

test("a connection that says nothing is closed", async () => {
  const server = await startPages(fine, { patience: SHORT });
  const { text, closed } = rawConnection(server);
  await closed;
  expect(text()).not.toContain("200");
});

test("a body that stops is given up with a 408, and one that drips", async () => {
  const server = await startPages(fine, { patience: SHORT });
  const post = `POST /api/v1/classify HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`;
  const stopped = rawConnection(server, post);
  const dripping = rawConnection(server, post);
  drip(dripping.socket, " ", 20);
  await Promise.all([stopped.closed, dripping.closed]);
  for (const { text } of [stopped, dripping]) {
    expect(text()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text()).toContain("did not arrive whole in time");
  }
});

test("the body of a GET, which nobody reads, does not hold a connection either", async () => {
  const server = await startPages(fine, { patience: SHORT });
  const { socket, text, closed } = rawConnection(
    server,
    `GET / HTTP/1.1\r\n${HEAD}Content-Length: 100000\r\n\r\n`,
  );
  drip(socket, " ", 20);
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test("who does not take an answer is dropped, one long answer as well as one in parts", async () => {
  let dropped = 0;
  const server = await startPages(
    async (incoming, response, _next, locals) => {
      response.once("close", () => {
        if (!response.writableFinished) dropped += 1;
      });
      response.writeHead(200, { "content-type": "application/octet-stream" });
      const part = Buffer.alloc(256 * 1024, 7);
      if (incoming.url === "/long") return void response.end(Buffer.alloc(32 * 2 ** 20));
      const { drained } = locals as { drained: () => Promise<void> };
      while (!response.destroyed) {
        response.write(part);
        await drained();
      }
    },
    { patience: SHORT },
  );
  for (const path of ["/long", "/endless"]) {
    const { socket, closed } = rawConnection(server, `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`);
    socket.pause();
    const gone = new Promise((resolve) => socket.once("error", resolve));
    while (dropped === (path === "/long" ? 0 : 1)) await new Promise((resolve) => setTimeout(resolve, 20));
    // What had arrived can still be read; then comes the end.
    socket.resume();
    await Promise.race([closed, gone]);
  }
  expect(dropped).toBe(2);
});

test("an answer that is made bit by bit waits for its reader", async () => {
  let made = 0;
  const part = Buffer.alloc(64 * 1024, 7);
  const server = await startPages(async (_incoming, response, _next, locals) => {
    const { drained } = locals as { drained: () => Promise<void> };
    response.writeHead(200, { "content-type": "application/octet-stream" });
    for (made = 0; made < 2_000 && !response.destroyed; made += 1) {
      response.write(part);
      await drained();
    }
    response.end();
  });
  const { socket, text } = rawConnection(server, `GET / HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
  socket.pause();
  let before = -1;
  while (made === 0 || made !== before) {
    before = made;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  expect(made).toBeLessThan(1_000);
  socket.resume();
  await new Promise((resolve) => socket.once("close", resolve));
  expect(made).toBe(2_000);
  expect(text().length).toBeGreaterThan(2_000 * part.length);
});

test("a slow but steady sender and a page that takes its time are waited for", async () => {
  const server = await startPages(
    async (incoming, response) => {
      await new Promise((resolve) => setTimeout(resolve, 3 * SHORT.stallMs));
      response.end(`${(incoming as { body?: Uint8Array }).body?.length ?? 0} bytes`);
    },
    { patience: { ...SHORT, requestMs: 20_000 } },
  );
  const body = "x".repeat(60_000);
  const { socket, text } = rawConnection(
    server,
    `POST /api/v1/x HTTP/1.1\r\n${HEAD}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  for (let from = 0; from < body.length; from += 6_000) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    socket.write(body.slice(from, from + 6_000));
  }
  await new Promise((resolve) => socket.once("close", resolve));
  expect(text()).toMatch(/60000 bytes/);
});

test("connections beyond the cap are refused, and taken again when others have ended", async () => {
  const server = await startPages(fine, {
    patience: {
      ...SHORT,
      idleMs: 60_000,
      stallMs: 60_000,
      headersMs: 60_000,
      requestMs: 60_000,
      connectionsEach: 3,
    },
  });
  const ask = `GET / HTTP/1.1\r\n${HEAD}\r\n`;
  const held = [0, 1, 2].map(() => rawConnection(server, ask));
  for (const { text } of held)
    while (!text().includes("fine")) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = rawConnection(server, ask);
  await refused.closed;
  expect(refused.text()).toBe("");
  held[0]?.socket.destroy();
  await held[0]?.closed;
  for (;;) {
    const next = rawConnection(server, `GET / HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
    await next.closed;
    if (next.text().includes("fine")) break;
  }
});
