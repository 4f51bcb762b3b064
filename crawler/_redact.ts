/** What stands in place of a secret. */
const HIDDEN = "***";

const SECRET_FLAG = /^--?[a-z0-9-]*(token|key|secret|password|passwd|auth|credential|bearer)[a-z0-9-]*$/i;

/** A command line fit to be stored and shown: values of flags that sound like secrets, and passwords in URLs, are hidden. */
export function redactArguments(command: string[]): string[] {
  return command.map((argument, i) => {
    if (i > 0 && !argument.startsWith("-") && SECRET_FLAG.test(command[i - 1] ?? "")) return HIDDEN;
    const equals = argument.indexOf("=");
    if (equals > 0 && SECRET_FLAG.test(argument.slice(0, equals)))
      return `${argument.slice(0, equals)}=${HIDDEN}`;
    return argument.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, `$1${HIDDEN}@`);
  });
}

/** A URL fit to be stored and shown: no user, password, query or fragment, all of which may hold a token. */
export function redactUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
