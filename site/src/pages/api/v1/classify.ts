import { classifySent } from "../../../api/classify.ts";
import { endpoint } from "../../../api/endpoint.ts";
import { classifyTools } from "../../../api/operations/decide.ts";
import { problem } from "../../../api/problem.ts";

export const ALL = endpoint(classifyTools, async ({ body, context }) => {
  const answered = await classifySent(body, context.locals.judge);
  return answered.ok ? answered.value : problem(400, answered.detail, { pointer: answered.pointer });
});
