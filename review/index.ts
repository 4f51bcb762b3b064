export { type Endpoint, readEndpoint } from "./endpoint.ts";
export { hardFloor } from "./floor.ts";
export { openReviewer, type Reviewer, type ReviewerOptions } from "./reviewer.ts";
export {
  type Judgement,
  OUTCOMES,
  type Outcome,
  type Review,
  type ReviewEvidence,
  type ReviewedVerdict,
  type ReviewProgress,
} from "./types.ts";
