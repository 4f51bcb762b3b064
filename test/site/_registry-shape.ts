/**
 * What clients of the official registry rely on (its openapi.yaml of 2025-12-01: ServerList, ServerResponse,
 * ServerDetail, Package, transports), in our own words. It leaves room where that document does, and nowhere else.
 */
import { z } from "zod";

const text = (most: number) =>
  z.string().refine((value) => {
    const length = Array.from(value).length;
    return length >= 1 && length <= most;
  });
const address = z.string().regex(/^(https?:\/\/\S+|\{[a-zA-Z_][a-zA-Z0-9_]*\}\S*)$/);
const moment = z.iso.datetime({ offset: true });

const stdio = z.looseObject({ type: z.literal("stdio") });
const remote = z.looseObject({ type: z.enum(["streamable-http", "sse"]), url: address });
/** `latest` and ranges are no versions. */
const version = z
  .string()
  .min(1)
  .regex(/^(?!latest$)[^^~<>=* ]+$/);

const server = z.looseObject({
  $schema: z.url().optional(),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  description: text(100),
  title: text(100).optional(),
  version: version.max(255),
  websiteUrl: z.url().optional(),
  packages: z
    .array(
      z.looseObject({
        registryType: text(100),
        identifier: text(1_000),
        version: version.optional(),
        transport: z.union([stdio, remote]),
      }),
    )
    .optional(),
  remotes: z.array(remote).optional(),
});

export const entryShape = z.looseObject({
  server,
  _meta: z.looseObject({
    // Closed there too.
    "io.modelcontextprotocol.registry/official": z.strictObject({
      status: z.enum(["active", "deprecated", "deleted"]),
      statusMessage: text(500).optional(),
      statusChangedAt: moment.optional(),
      publishedAt: moment,
      updatedAt: moment,
      isLatest: z.boolean(),
    }),
  }),
});

export const listShape = z.looseObject({
  servers: z.array(entryShape),
  metadata: z.looseObject({ nextCursor: z.string().optional(), count: z.int().min(0) }),
});
