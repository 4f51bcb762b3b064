import { endpoint } from "../../../api/endpoint.ts";
import { openApiDocument } from "../../../api/openapi.ts";
import { OPERATIONS } from "../../../api/operations/index.ts";
import { getOpenApi } from "../../../api/operations/service.ts";

let made: object | undefined;

/** Made once: the table is part of the build. */
export const ALL = endpoint(getOpenApi, async () => {
  made ??= openApiDocument(OPERATIONS);
  return made;
});
