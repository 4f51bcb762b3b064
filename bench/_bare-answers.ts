/** A server that only answers, always the same: what Node's own HTTP costs, for the same headers and the same body. */
import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

interface BareServer {
  port: number;
  close(): void;
}

/** Answers as this address does: 304 for whoever names its tag, else all of it. */
export async function serveBare(url: string): Promise<BareServer> {
  const given = await fetch(url, { headers: { "accept-encoding": "identity" } });
  const body = Buffer.from(await given.arrayBuffer());
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    [...given.headers].filter(([name]) => !["connection", "keep-alive", "date"].includes(name)),
  );
  const { "content-length": _, "content-type": __, ...known } = headers;
  const server = createServer((request, response) => {
    if (request.headers["if-none-match"] === headers.etag) response.writeHead(304, known).end();
    else response.writeHead(200, headers).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
