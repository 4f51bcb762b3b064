/** What stands in place of a secret. */
const HIDDEN = "***";

const SECRET = "token|key|secret|password|passwd|auth|credential|bearer";
const SECRET_FLAG = new RegExp(`^--?[a-z0-9-]*(${SECRET})[a-z0-9-]*$`, "i");

/** Names before a `=` or `:` whose values are secret: `API_KEY=…`, `--token=…`, `Authorization: …`, `X-Api-Key: …`. */
const SECRET_NAME = new RegExp(`^([\\w-]*(?:${SECRET}|cookie)[\\w-]*)(=|:(?!//)\\s*)(?=.)`, "i");

/** User and password, query and fragment of a URL, wherever in an argument it stands. */
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi;
const QUERY = /\b([a-z][a-z0-9+.-]*:\/\/[^?#\s]*[?#])\S+/gi;

/** Tokens that give themselves away by how they begin: GitHub, GitLab, npm, Slack, OpenAI and others. */
const TOKEN = /\b(gh[pousr]_|github_pat_|glpat-|npm_|xox[a-z]-|sk-|sk_live_|hf_|ntn_|AKIA|eyJ)[\w.-]{12,}/g;

/** A command line fit to be stored and shown: what sounds or looks like a secret, and what URLs hold of them, is hidden. */
export function redactArguments(command: string[]): string[] {
  return command.map((argument, i) => {
    if (i > 0 && !argument.startsWith("-") && SECRET_FLAG.test(command[i - 1] ?? "")) return HIDDEN;
    const named = SECRET_NAME.exec(argument);
    if (named !== null) return `${named[1]}${named[2]}${HIDDEN}`;
    return argument
      .replace(USER_INFO, `$1${HIDDEN}@`)
      .replace(QUERY, `$1${HIDDEN}`)
      .replace(TOKEN, `$1${HIDDEN}`);
  });
}

/** A text without the values a user gave a server in its environment; short ones say nothing and occur everywhere. */
export function redactValues(text: string, environment: Record<string, string>): string {
  return Object.values(environment)
    .filter((value) => value.length >= 8)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, value) => shown.replaceAll(value, HIDDEN), text);
}

/** A URL fit to be stored and shown: no user, password, query or fragment, all of which may hold a token. */
export function redactUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
