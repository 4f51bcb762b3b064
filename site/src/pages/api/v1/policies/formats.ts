import { EXPORT_FORMATS } from "../../../../../../policy/export/index.ts";
import { endpoint } from "../../../../api/endpoint.ts";
import { listPolicyFormats } from "../../../../api/operations/policies.ts";
import { apiPolicyFormat } from "../../../../api/policies.ts";

/** The formats a policy can be had in: what loads each, how it was tried, what it cannot say. */
export const ALL = endpoint(listPolicyFormats, async () => ({
  items: EXPORT_FORMATS.map(apiPolicyFormat),
  nextCursor: null,
}));
