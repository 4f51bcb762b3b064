import { z } from "zod";

/** A DATABASE_URL in parts for the driver. */
export interface Address {
  /** For the driver: without a folder of unix sockets, which it does not understand there. */
  url: string;
  /** Folder of the unix socket, when the URL names one. */
  host?: string;
  /** For people: without the password and the options. */
  description: string;
}

/**
 * Reads `postgres://user:password@host:port/database`; a folder of unix sockets is written `?host=/folder`, or
 * percent-encoded in the host's place (as in libpq, 32.1.1.2).
 */
export function parseAddress(text: string): { ok: true; address: Address } | { ok: false; reason: string } {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !isDecodable(url.hostname)) {
    const reason =
      "Reading DATABASE_URL: it is not the address of a PostgreSQL database. Write it as postgres://user:password@host:5432/database.";
    return { ok: false, reason };
  }
  if (![url.username, url.password, url.pathname].every(isDecodable)) {
    const reason =
      "Reading DATABASE_URL: its user, password or database holds a % that stands for itself. In an address it must be written %25 (and @ as %40, : as %3A, / as %2F).";
    return { ok: false, reason };
  }
  const folder =
    url.searchParams.get("host") ??
    (/^%2f/i.test(url.hostname) ? decodeURIComponent(url.hostname) : undefined);
  const user = url.username === "" ? "" : `${url.username}@`;
  const description = `${url.protocol}//${user}${folder ?? url.host}${url.pathname}`;
  if (folder === undefined) return { ok: true, address: { url: text, description } };
  url.searchParams.delete("host");
  if (url.hostname !== "") url.hostname = "socket";
  return { ok: true, address: { url: url.href, host: folder, description } };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** One sentence on why a PostgreSQL server could not be used. Never holds the password. */
export function connectionFailure(description: string, error: unknown): string {
  const doing = `Connecting to the database ${description}`;
  const { code, message } = z
    .object({ code: z.string().catch(""), message: z.string().catch("") })
    .catch({ code: "", message: String(error) })
    .parse(error);
  const advice = ADVICE[code];
  return advice
    ? `${doing}: ${advice}`
    : `${doing}: ${message || code}. Look at DATABASE_URL and at the server's log.`;
}

/** By the driver's, the system's or PostgreSQL's code (Appendix A of its manual). */
const ADVICE: Record<string, string> = {
  ECONNREFUSED: "nothing answers there. Is the server running, and are host and port in DATABASE_URL right?",
  ENOENT: "there is no unix socket there. Is the server running, and is the folder in DATABASE_URL right?",
  ENOTFOUND: "there is no host of that name. Look at the host in DATABASE_URL.",
  EAI_AGAIN: "the host's name could not be looked up. Look at the host in DATABASE_URL and at the network.",
  EHOSTUNREACH: "the host cannot be reached. Look at the host in DATABASE_URL and at the network.",
  ECONNRESET:
    "the server closed the connection. Look at its log, and whether it wants TLS (?sslmode=require).",
  CONNECT_TIMEOUT:
    "no answer in time that PostgreSQL would give. Look at host and port in DATABASE_URL, at firewalls, and whether the server wants TLS (?sslmode=require).",
  CONNECTION_CLOSED:
    "the server closed the connection. Look at its log, and whether it wants TLS (?sslmode=require).",
  "28P01": "the server refused the password. Look at user and password in DATABASE_URL.",
  "28000":
    "the server does not let this user in. Look at the user in DATABASE_URL and at the server's pg_hba.conf.",
  "3D000":
    "the server has no database of that name. Make it (CREATE DATABASE …), or look at the end of DATABASE_URL.",
  "42501": "the user may not make tables there. Grant it CREATE on the database and its schema public.",
  "53300": "the server takes no more connections. Stop some clients, or raise its max_connections.",
  "25006": "the server is read-only. Name the primary server in DATABASE_URL.",
};
