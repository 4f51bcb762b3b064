/** The catalog as a whole, and the API itself. */
import { z } from "zod";
import { API, openApiUrl, schemaUrl } from "../../lib/addresses.ts";
import { operation } from "../operation.ts";
import {
  healthSchema,
  progressSchema,
  readySchema,
  schemaListSchema,
  statsSchema,
} from "../service-types.ts";
import { ok } from "./_parameters.ts";

export const getStats = operation({
  id: "getStats",
  group: "Service",
  method: "GET",
  path: "/api/v1/stats",
  summary: "Counts by status, category, risk and facet",
  query: z.object({}),
  answers: ok("The counts.", statsSchema),
  example: { address: `${API}/stats` },
});

export const getProgress = operation({
  id: "getProgress",
  group: "Service",
  method: "GET",
  path: "/api/v1/progress",
  summary: "The newest run of crawls, server by server",
  query: z.object({}),
  answers: ok("The run.", progressSchema),
  example: { address: `${API}/progress` },
});

export const getHealth = operation({
  id: "getHealth",
  group: "Service",
  method: "GET",
  path: "/api/v1/health",
  summary: "Whether the process answers (liveness)",
  description: "It asks nobody else: start the process anew when this fails.",
  query: z.object({}),
  answers: ok("It does.", healthSchema),
  example: { address: `${API}/health` },
});

export const getReady = operation({
  id: "getReady",
  group: "Service",
  method: "GET",
  path: "/api/v1/ready",
  summary: "Whether the catalog can be asked (readiness)",
  description:
    "The database answers, and its tables are those of this version. Otherwise a 503: send requests elsewhere meanwhile.",
  query: z.object({}),
  answers: ok("It can.", readySchema),
  problems: [503],
  example: { address: `${API}/ready` },
});

export const getOpenApi = operation({
  id: "getOpenApi",
  group: "Service",
  method: "GET",
  path: "/api/v1/openapi.json",
  summary: "This API, for programs (OpenAPI 3.1)",
  query: z.object({}),
  answers: ok("The OpenAPI document.", z.looseObject({ openapi: z.string() })),
  example: { address: openApiUrl() },
});

export const listSchemas = operation({
  id: "listSchemas",
  group: "Service",
  method: "GET",
  path: "/api/v1/schemas",
  summary: "The JSON Schemas of what the API answers and reads",
  query: z.object({}),
  answers: ok("All schemas, on one page.", schemaListSchema),
  example: { address: `${API}/schemas` },
});

export const getSchema = operation({
  id: "getSchema",
  group: "Service",
  method: "GET",
  path: "/api/v1/schemas/{name}.json",
  summary: "One JSON Schema (2020-12)",
  description: "Its $id is its address, and it refers to others by theirs.",
  params: z.object({
    name: z
      .string()
      .describe("Name of a schema.")
      .meta({ examples: ["Tool"] }),
  }),
  query: z.object({}),
  answers: {
    200: {
      description: "The schema.",
      content: { "application/schema+json": z.looseObject({ $id: z.string() }) },
    },
  },
  example: { address: schemaUrl("Tool") },
});

export const SERVICE = [getStats, getProgress, getHealth, getReady, getOpenApi, listSchemas, getSchema];
