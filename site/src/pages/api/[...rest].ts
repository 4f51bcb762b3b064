import { endpoint } from "../../api/endpoint.ts";
import { problem } from "../../api/problem.ts";

export const ALL = endpoint(async ({ pathname }) =>
  problem(404, `There is nothing at ${pathname.slice(0, 200)}. /docs/api lists what there is.`),
);
