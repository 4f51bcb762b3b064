/** Errors of the API: RFC 9457 problem details, with the parameter that caused them. */
import { z } from "zod";

export const problemSchema = z.object({
  /** A URI reference that names the kind of problem. */
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** One sentence: what was asked, what is wrong, what to try. */
  detail: z.string(),
  /** The query parameter at fault. */
  parameter: z.string().optional(),
  /** The same as a JSON Pointer into the parameters: `/limit`. */
  pointer: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

const TITLES: Record<number, string> = {
  400: "A parameter can't be taken",
  404: "Not in the catalog",
  405: "Method not allowed",
  422: "The policy can't be written so",
  500: "That went wrong",
  503: "That takes too long",
};

/** The answer for an error. `extra` headers are added. */
export function problem(
  status: 400 | 404 | 405 | 422 | 500 | 503,
  detail: string,
  parameter?: string,
  extra: Record<string, string> = {},
): Response {
  const body: Problem = {
    type: `/docs/api#problem-${status}`,
    title: TITLES[status] ?? "Problem",
    status,
    detail,
    ...(parameter ? { parameter, pointer: `/${parameter}` } : {}),
  };
  const headers = { "content-type": "application/problem+json; charset=utf-8", ...extra };
  return new Response(`${JSON.stringify(body)}\n`, { status, headers });
}
