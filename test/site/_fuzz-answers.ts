/** Whether an answer is one that an OpenAPI document says. */

import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Document, DocumentResponse, FuzzRequest, Target } from "./_fuzz-requests.ts";

export interface FuzzAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const BASE = "https://placard.invalid/openapi.json";

/** @returns what is wrong with an answer, one sentence; undefined when nothing is */
export function answerChecker(
  document: Document,
  targets: readonly Target[],
): (request: FuzzRequest, answer: FuzzAnswer) => string | undefined {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: BASE, ...document });
  const schemas = new Map<string, ValidateFunction>();
  const validator = (pointer: string[]) => {
    const fragment = pointer
      .map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const known = schemas.get(fragment) ?? ajv.compile({ $ref: `${BASE}#/${fragment}` });
    schemas.set(fragment, known);
    return known;
  };
  const isProblem = validator(["components", "schemas", "Problem"]);

  return (request, answer) => {
    const { status, headers } = answer;
    if (status >= 500) return `the status is ${status}`;
    if ("x-injected" in headers) return "a header of ours was made by the request";
    if (headers["x-content-type-options"] !== "nosniff") return "the security headers are missing";
    const { pathname } = new URL(request.address, "http://localhost");
    // Steps upwards lead out of the API, to pages.
    if (!/^\/(api|v0\.1)(\/|$)/.test(pathname)) return undefined;
    if (status === 431 || (status === 400 && !headers["content-type"]?.includes("json")))
      return plainRefusal(answer);
    const target = targetAt(targets, pathname);
    if (request.method === "OPTIONS" && status === 204) return headers.allow ? undefined : "Allow is missing";
    if (status >= 400) return problemWith(request, answer, target);
    if (!target) return `there is nothing at ${pathname}, and the answer is a ${status}`;
    return goodWith(request, answer, target);
  };

  function problemWith(
    { method }: FuzzRequest,
    { status, headers, body }: FuzzAnswer,
    target?: Target,
  ): string | undefined {
    if (!headers["content-type"]?.includes("application/problem+json"))
      return `a ${status} is ${headers["content-type"]}`;
    const isDocumented = target?.operation.responses[status] !== undefined;
    const isOther = target !== undefined && (method === "HEAD" ? "GET" : method) !== target.method;
    // At an address that is no operation's, the query can be read before anybody sees that.
    const isElsewhere = target === undefined && [400, 404, 405].includes(status);
    if (!isDocumented && !isElsewhere && !(isOther && (status === 404 || status === 405)))
      return `a ${status} is not documented`;
    if (status === 405 && !headers.allow) return "a 405 does not say what is allowed";
    if (method === "HEAD") return undefined;
    const problem = JSON.parse(decoded(headers, body)) as { status: number; type: string };
    if (!isProblem(problem)) return `the problem is not as documented: ${ajv.errorsText(isProblem.errors)}`;
    return problem.status === status && problem.type.endsWith(`-${status}`)
      ? undefined
      : "the problem is another one";
  }

  function goodWith(
    { method }: FuzzRequest,
    { status, headers, body }: FuzzAnswer,
    target: Target,
  ): string | undefined {
    const { operation, path } = target;
    if ((method === "HEAD" ? "GET" : method) !== target.method)
      return `${method} was answered with ${status}`;
    const response = operation.responses[status];
    if (!response) return `a ${status} is not documented`;
    if (target.method === "GET" && !/^"[^"]+"$/.test(String(headers.etag)))
      return `the ETag is ${headers.etag}`;
    if (status === 304 || method === "HEAD") return body.length === 0 ? undefined : "there is a body";
    const type = String(headers["content-type"]).split(";")[0] ?? "";
    const content = resolved(response).content ?? {};
    if (!(type in content)) return `${type} is not documented`;
    if (!type.endsWith("json")) return undefined;
    const text = decoded(headers, body);
    const validate = validator([
      "paths",
      path,
      target.method.toLowerCase(),
      "responses",
      String(status),
      "content",
      type,
      "schema",
    ]);
    if (type !== "application/json" || validate(JSON.parse(text))) return undefined;
    return `the body is not as documented: ${ajv.errorsText(validate.errors).slice(0, 500)}: ${text.slice(0, 300)}`;
  }

  function resolved(response: DocumentResponse): DocumentResponse {
    const name = response.$ref?.split("/").at(-1);
    return name === undefined ? response : (document.components.responses[name] ?? {});
  }
}

/** Node itself could not read it as a request: it is no API's answer then. */
function plainRefusal({ headers }: FuzzAnswer): string | undefined {
  return headers["content-type"] === "text/plain; charset=utf-8" ? undefined : "a refusal is no plain text";
}

/** The operation whose path fits; the one with the fewest parameters where several do. */
function targetAt(targets: readonly Target[], pathname: string): Target | undefined {
  // A slash at the end makes no other address, but can be an empty name.
  const addresses = [pathname, pathname.replace(/\/+$/, "")];
  const fitting = targets.filter(({ path }) => {
    const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.]/g, "\\."));
    const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
    return addresses.some((address) => pattern.test(address));
  });
  const holes = ({ path }: Target) => path.split("{").length;
  return fitting.sort((a, b) => holes(a) - holes(b) || b.path.length - a.path.length)[0];
}

function decoded(headers: FuzzAnswer["headers"], body: Buffer): string {
  const coding = headers["content-encoding"];
  return String(coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body);
}
