/** Errors of the API: RFC 9457 problem details, with what of the request caused them. */
import { z } from "zod";
import { jsonPointer } from "../../../classifier/json-pointer.ts";
import { named } from "./named.ts";

export const problemSchema = named(
  "Problem",
  "What went wrong (RFC 9457).",
  z.object({
    type: z
      .string()
      .meta({ format: "uri-reference" })
      .describe("Names the kind of problem: where it is described."),
    title: z.string().describe("The kind of problem in a few words."),
    status: z.number().int().describe("The HTTP status."),
    detail: z.string().describe("What was asked, what is wrong with it, and what to try."),
    parameter: z.string().optional().describe("The query parameter at fault."),
    pointer: z
      .string()
      .optional()
      .describe(
        "A JSON Pointer to what is at fault: into the body where one was sent, else into the query's parameters (/limit).",
      ),
  }),
);
export type Problem = z.infer<typeof problemSchema>;

/** Kinds of problems: a title, and what it means for whoever meets it. */
export const PROBLEMS = {
  400: {
    title: "The request can't be taken",
    what: "It is not as described: a parameter, a key or a word that nobody knows, a number or a list out of its bounds, an empty value, a cursor of another list, a body that is not JSON.",
  },
  404: { title: "Not in the catalog", what: "The server, the tool or the address is not there." },
  405: { title: "Method not allowed", what: "The header Allow names the methods there are." },
  408: { title: "The body took too long", what: "The body did not arrive in time. Send it at once." },
  412: {
    title: "Not what you know",
    what: "If-Match names no tag of what is there now: it has changed, or is another.",
  },
  413: { title: "The body is too large", what: "The sentence says how many bytes are taken." },
  415: { title: "Not a media type that is read", what: "Send JSON, as application/json." },
  416: {
    title: "The file has no such part",
    what: "The Range begins behind its end; the header Content-Range says how many bytes it has.",
  },
  421: {
    title: "Not a host that is answered here",
    what: "The request asks for another host than this machine or those that the server was told to answer for.",
  },
  422: {
    title: "Understood, but it can't be done",
    what: "It is as described, and still there is no answer: a format that cannot hold the policy, a server that lists no tools, calls that take too much work. The sentence says what to try.",
  },
  429: { title: "Too many requests", what: "The headers RateLimit and Retry-After say when to come back." },
  500: { title: "That went wrong", what: "The fault is Placard's or the database's." },
  503: {
    title: "Not at the moment",
    what: "The catalog is not ready, or a list takes too long to find: add a word or a filter, or try again later.",
  },
} as const satisfies Record<number, { title: string; what: string }>;
export type ProblemStatus = keyof typeof PROBLEMS;

/** What is at fault: the name of a query parameter, or a place in the body as a JSON Pointer. */
export type Fault = string | { pointer: string };

/** The answer for an error. `extra` headers are added. */
export function problem(
  status: ProblemStatus,
  detail: string,
  fault?: Fault,
  extra: Record<string, string> = {},
): Response {
  const body: Problem = {
    type: `/docs/api#problem-${status}`,
    title: PROBLEMS[status].title,
    status,
    detail,
    ...placeOf(fault),
  };
  const headers = {
    "content-type": "application/problem+json; charset=utf-8",
    // Others may keep a 404 unless they are told (RFC 9110 §15.1), and what is missing can be crawled the next minute.
    "cache-control": "no-store",
    ...extra,
  };
  return new Response(`${JSON.stringify(body)}\n`, { status, headers });
}

function placeOf(fault: Fault | undefined): Pick<Problem, "parameter" | "pointer"> {
  if (!fault) return {};
  if (typeof fault === "object") return fault;
  return { parameter: fault, pointer: jsonPointer([fault]) };
}
