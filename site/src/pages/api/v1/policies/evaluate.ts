import { endpoint } from "../../../../api/endpoint.ts";
import { evaluateSent } from "../../../../api/evaluate.ts";
import { evaluatePolicy } from "../../../../api/operations/decide.ts";
import { problem } from "../../../../api/problem.ts";

export const ALL = endpoint(evaluatePolicy, async ({ body }) => {
  const answered = evaluateSent(body, Date.now());
  return answered.ok
    ? answered.value
    : problem(answered.status, answered.detail, { pointer: answered.pointer });
});
