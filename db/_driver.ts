import { makePgArray, parsePgArray } from "drizzle-orm/pg-core/utils/array";
import type postgres from "postgres";

type DriverOptions = postgres.Options<Record<string, postgres.PostgresType>>;

/** Object id of text[] (PostgreSQL, pg_type.dat). */
const TEXT_ARRAY = 1009;

/** How every connection of ours is made. Nothing the server notes is worth a line in the terminal: "already exists, skipping" and the like. */
export const DRIVER_OPTIONS: DriverOptions = {
  onnotice: () => {},
  connect_timeout: 10,
  connection: { application_name: "placard" },
  // Else the driver asks for the types of arrays by a query nobody awaits: a server that goes away at that moment ends
  // our process. The one kind we have, text[], is spelled out instead.
  fetch_types: false,
  types: {
    texts: {
      to: TEXT_ARRAY,
      from: [TEXT_ARRAY],
      serialize: (texts: string | string[]) => (typeof texts === "string" ? texts : makePgArray(texts)),
      parse: parsePgArray,
    },
  },
};
