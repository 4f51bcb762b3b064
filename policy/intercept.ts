/** Intercept's policy files, both ways. Pure: reading and writing YAML is the caller's. */
export { fromIntercept } from "./from-intercept.ts";
export { type InterceptLoss, toIntercept } from "./to-intercept.ts";
