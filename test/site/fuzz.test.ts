/**
 * Drives every operation that /api/v1/openapi.json has with valid, boundary and hostile requests: no answer is a fault of
 * ours, and each is one that the document says. PLACARD_FUZZ_SEED and PLACARD_FUZZ_REQUESTS try others and more.
 */
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { answerChecker, type FuzzAnswer } from "./_fuzz-answers.ts";
import { type Document, type FuzzRequest, requestsFor, type Target, targetsOf } from "./_fuzz-requests.ts";
import { knownValues, startFuzzSite } from "./_fuzz-site.ts";

const SEED = Number(process.env.PLACARD_FUZZ_SEED ?? 20_261_123);
const REQUESTS = Number(process.env.PLACARD_FUZZ_REQUESTS ?? 20_000);
const CONNECTIONS = 6;
/** A request without an answer for so long has hung. */
const HUNG_MS = 30_000;
const SHOWN = 10;

/** Nothing but the address, where that is all that is needed: of few requests none may be as plain. */
function plainRequests(target: Target): FuzzRequest[] {
  const isPlain = target.method === "GET" && !target.path.includes("{");
  return isPlain ? [{ target, method: "GET", address: target.path, headers: {} }] : [];
}

function isBulk({ operation }: Target): boolean {
  const types = Object.keys(operation.responses[200]?.content ?? {});
  return types.some((type) => /gzip|parquet|octet-stream/.test(type));
}

function ask(
  agent: Agent,
  url: string,
  { method, address, headers, body }: FuzzRequest,
): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        hostname,
        port,
        agent,
        method,
        path: sendable(method, address),
        headers: { ...headers, ...(body ? { "content-length": body.length } : {}) },
        timeout: HUNG_MS,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer in ${HUNG_MS} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/**
 * Node's client takes no address with spaces or beyond Latin-1; and its server refuses one beyond ASCII before it knows
 * that a HEAD must have no body.
 */
function sendable(method: string, address: string): string {
  const taken = method === "HEAD" ? /[^\x21-\x7e]/g : /[^\x21-\xff]/g;
  return address.replace(taken, (character) => encodeURIComponent(character.toWellFormed()));
}

test("whatever is asked, the answer is one that the document says", { timeout: 600_000 }, async () => {
  const url = await startFuzzSite();
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Document;
  const targets = targetsOf(document);
  expect(targets.length).toBeGreaterThan(20);
  const known = await knownValues(url, targets);
  // What answers with bytes gives the whole catalog: few of those say as much as many.
  const bulk = targets.filter(isBulk).length;
  const each = Math.ceil(REQUESTS / (targets.length - bulk));
  const countFor = (target: Target) => (isBulk(target) ? Math.ceil(each / 20) : each);
  const requests = targets.flatMap((target, index) => [
    ...plainRequests(target),
    ...fc.sample(requestsFor(target, known), { seed: SEED + index, numRuns: countFor(target) }),
  ]);
  const check = answerChecker(document, targets);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  onTestFinished(() => agent.destroy());
  const wrong: string[] = [];
  const seen = new Set<string>();
  const times: { ms: number; what: string }[] = [];
  const statuses = new Map<string, number>();
  let next = 0;
  const reader = async () => {
    while (next < requests.length && wrong.length < SHOWN) {
      const request = requests[next++] as FuzzRequest;
      const begun = performance.now();
      const answer = await ask(agent, url, request).catch((error: Error) => error.message);
      const what = `${request.method} ${request.address}`.slice(0, 200);
      times.push({ ms: performance.now() - begun, what });
      if (typeof answer !== "string")
        count(statuses, `${request.target.operation.operationId} ${answer.status}`);
      const problem = typeof answer === "string" ? answer : check(request, answer);
      const kind = `${request.target.operation.operationId} ${problem?.slice(0, 60)}`;
      if (problem && !seen.has(kind)) wrong.push(`${shown(request)}: ${problem}`);
      if (problem) seen.add(kind);
    }
  };
  // One after the other in another order, so that all kinds meet.
  requests.sort((a, b) => order(a) - order(b));
  await Promise.all(Array.from({ length: CONNECTIONS }, reader));
  const slowest = times.sort((a, b) => b.ms - a.ms).slice(0, 5);
  console.log(
    [
      `seed ${SEED}: ${times.length} requests to ${targets.length} operations; the slowest:`,
      ...slowest.map(({ ms, what }) => `  ${ms.toFixed(0)} ms  ${what}`),
    ].join("\n"),
  );
  expect(wrong).toEqual([]);
  expect(times.length).toBeGreaterThanOrEqual(REQUESTS);
  // What never succeeds has not been tried; a few hundred times are enough for that.
  for (const { operation } of each < 500 ? [] : targets) {
    expect([operation.operationId, statuses.get(`${operation.operationId} 200`) ?? 0]).toEqual([
      operation.operationId,
      expect.toSatisfy((found: number) => found > 0),
    ]);
  }
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
});

/** Scattered, and the same each time. */
function order({ address, method }: FuzzRequest): number {
  let hash = 0;
  for (const character of method + address) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** As it can be asked again. */
function shown({ method, address, headers, body }: FuzzRequest): string {
  return `${method} ${address} ${JSON.stringify(headers)}${body ? ` with ${JSON.stringify(body.subarray(0, 500).toString("latin1"))}` : ""}`;
}

test("what no client would send is refused in a sentence, and the next is answered", {
  timeout: 300_000,
}, async () => {
  const url = await startFuzzSite();
  const { port } = new URL(url);
  /** A status, and what is sent. */
  const LINES: [status: string, line: string][] = [
    ["400", "GET /api/v1/tools?text=\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["400", "GET /api/v1/tools?text=a\rX-Injected: yes HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["400", "GET /api/v1/tools HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n"],
    ["400", "GET /api/v1/tools HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n"],
    ["400", "GET /api/v1/tools HTTP/1.1\r\nHost : localhost\r\n\r\n"],
    ["400", "GET /api/v1/tools HTTP/9.9\r\nHost: localhost\r\n\r\n"],
    ["421", "GET /api/v1/tools\r\n\r\n"],
    ["421", "GET http://evil.example/api/v1/tools HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
    ["400", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["405", "CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["400", "\u0016\u0003\u0001\u0002\u0000"],
    ["400", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["431", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ["431", `GET / HTTP/1.1\r\nHost: localhost\r\n${"x: y\r\n".repeat(5_000)}\r\n`],
    ["400", "POST /api/v1/classify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["400", "POST /api/v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"],
    [
      "400",
      "POST /api/v1/classify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\nContent-Type: application/json\r\n\r\n0\r\n\r\n",
    ],
    [
      "200",
      "GET /api/v1/tools HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ],
  ];
  for (const [status, line] of LINES) {
    const said = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.end(line, "latin1"));
      let text = "";
      socket.setEncoding("latin1").on("data", (chunk: string) => {
        text += chunk;
      });
      socket.on("error", () => {});
      socket.once("close", () => resolve(text));
    });
    expect
      .soft([line.slice(0, 80), /^HTTP\/1\.1 (\d{3}) /.exec(said)?.[1] ?? said])
      .toEqual([line.slice(0, 80), status]);
    expect(said.toLowerCase()).not.toContain("\r\nx-injected");
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
  }
});
