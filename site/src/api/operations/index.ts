/** All operations of the API: the one table that requests are read by, and that is described to people and programs. */
import { GROUPS, type Operation } from "../operation.ts";
import { BULK } from "./bulk.ts";
import { CHANGES } from "./changes.ts";
import { DECIDE } from "./decide.ts";
import { KNOWLEDGE } from "./knowledge.ts";
import { POLICIES } from "./policies.ts";
import { REGISTRY } from "./registry.ts";
import { SERVERS } from "./servers.ts";
import { SERVICE } from "./service.ts";
import { TOOLS } from "./tools.ts";

const TABLES: readonly (readonly unknown[])[] = [
  TOOLS,
  SERVERS,
  POLICIES,
  DECIDE,
  CHANGES,
  KNOWLEDGE,
  BULK,
  REGISTRY,
  SERVICE,
];

/** In the order of the reference page. */
export const OPERATIONS: readonly Operation[] = (TABLES.flat() as Operation[]).toSorted(
  (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group),
);
