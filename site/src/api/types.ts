/**
 * What API v1 answers: types of its own, so that rooms behind it can change. Zod schemas are the one source; OpenAPI
 * and JSON Schemas come from them. Definitions are strangers' JSON and stay as served.
 */
export * from "./change-types.ts";
export * from "./common-types.ts";
export * from "./server-types.ts";
export * from "./service-types.ts";
export * from "./tool-types.ts";
export * from "./verdict-types.ts";
