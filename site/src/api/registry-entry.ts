/** What endpoints that speak of one entry of the registry have in common: find it, or say what was not found. */
import type { RegistryRow } from "../../../db/index.ts";
import { absoluteUrls } from "../lib/head.ts";
import { askedName, REGISTRY_SERVERS, readRegistryPath, serverNamed } from "../lib/registry-names.ts";
import type { Call } from "./endpoint.ts";
import { problem } from "./problem.ts";
import type { Absolute } from "./registry.ts";

type Asked = Call<{ include_deleted?: boolean }>;

/** The entry that a path names. What is deleted is there for those who ask for it. */
export async function entryOf({
  catalog,
  pathname,
  query,
  context,
}: Asked): Promise<{ row: RegistryRow; version?: string; absolute: Absolute } | undefined> {
  const { name = "", version } = readRegistryPath(pathname) ?? {};
  const id = serverNamed(name);
  const row = id === undefined ? undefined : await catalog.registryEntry(id);
  if (!row || (row.withdrawn !== undefined && !query.include_deleted)) return undefined;
  return { row, version, absolute: wholeAddresses(context) };
}

/** Addresses that hold beyond this site; from its root where it does not know its own. */
export function wholeAddresses({ locals, request }: Call["context"]): Absolute {
  return absoluteUrls(locals, request) ?? ((address) => address);
}

/** The answer for what is not there. */
export function noEntry({ pathname }: Asked): Response {
  const { name = askedName(pathname), version } = readRegistryPath(pathname) ?? {};
  const what = version === undefined || version === "latest" ? "" : ` in version ${JSON.stringify(version)}`;
  const detail = `This registry has no server ${JSON.stringify(name)}${what}.`;
  return problem(404, `${detail} ${REGISTRY_SERVERS} lists those it has.`);
}
