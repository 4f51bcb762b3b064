/** What the policy builder's form sends, as the query of an address to keep. */

const FIELD = "name ";

/** The form's field for the name of a server. */
export const nameField = (server: string): string => `${FIELD}${server}`;

/**
 * What the builder's form sends, as the parameters of an address to keep; undefined when these are no form's.
 * In a form every server has a field for its name, empty fields are sent too, and line ends are sent as CR LF.
 */
export function fromForm(params: URLSearchParams): { params: URLSearchParams; isMade: boolean } | undefined {
  const pressed = params.get("do");
  if (pressed === null) return undefined;
  const isMade = pressed === "make";
  const kept = new URLSearchParams();
  const chosen = new Set(params.getAll("server").map(plain));
  for (const id of chosen) if (id !== "") kept.append("server", id);
  for (const [name, value] of params) {
    const server = name.startsWith(FIELD) ? plain(name.slice(FIELD.length)) : undefined;
    if (server !== undefined) {
      if (value.trim() !== "" && chosen.has(server)) kept.append("alias", `${server}=${value.trim()}`);
    } else if (value !== "" && name !== "do" && name !== "server" && !(name === "find" && isMade)) {
      kept.append(name, plain(value));
    }
  }
  return { params: kept, isMade };
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
