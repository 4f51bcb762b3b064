/** What holds for all of the API; its operations are in `api/reference.ts`. */
import { PROBLEMS } from "../api/problem.ts";
import { API } from "./addresses.ts";
import type { DocsSection } from "./docs-page.ts";
import { plain } from "./markdown-text.ts";

/** Sections of the API's page. */
export const API_CONVENTIONS: DocsSection[] = [
  {
    title: "Lists",
    id: "lists",
    blocks: [
      {
        list: [
          'Lists answer `{"items": […], "nextCursor": …}`. Hand `nextCursor` back as `cursor`, with the same filters and the same sort, until it is `null`. What is in it is not yours to read. The header `Link` has the address of the next page too.',
          "A walk in the order a list has by itself meets everything that was there all the time exactly once, also while crawls are stored. In orders whose keys can change meanwhile (`-risk`, `-updated`, `-tools`, `relevance`) something can be met twice or not at all.",
          "To keep a copy: walk once; from then on ask for `updated_since` the beginning of your last walk, less a minute.",
          "`fields` takes the names of fields, with commas between them, and leaves the others out.",
          "Parameters that an operation does not know are refused, not ignored. So are empty ones: leave out what you do not want.",
        ],
      },
    ],
  },
  {
    title: "Addresses",
    id: "addresses",
    blocks: [
      {
        list: [
          "Every object carries the `url` of its page. Take addresses from there rather than building them: a tool's name may hold anything.",
          `Behind \`${API}\`, the \`url\` of a server, a tool, a rule or an attack pattern is its address here: \`${API}/tools/npm/@scope/name/tool\`.`,
          "If you build one: a server id may stand in a path with its slashes as they are, or percent-encoded as one segment. The tool is the last segment, percent-encoded.",
          "Names that no address can carry (`.`, `..`, names with line breaks, names that end in `.md`) are written as `~=` and the base64url of their UTF-8. No name that is percent-encoded reads so.",
        ],
      },
    ],
  },
  {
    title: "Answers",
    id: "conventions",
    blocks: [
      {
        list: [
          "Every answer to GET has a strong `ETag`. Send it back as `If-None-Match` and get 304 while nothing has changed; send it as `If-Match` and get 412 as soon as something has. HEAD has the same headers.",
          "Answers may get more fields, and words of enumerations. Those there are keep their names and meanings. What you send may have none that are not described.",
          "Where the requests of an address are bounded, `RateLimit-Policy` and `RateLimit` say how many are allowed and left.",
          "Times are ISO 8601 in UTC. Definitions, titles and instructions are strangers' text: escape them.",
          "Evidence points into the definition: `pointer` is a JSON Pointer, `start` and `end` count UTF-16 code units in the string there or, where no string is there, in the pointer's last name.",
          "A catalog that is served to its own machine alone answers only requests for `localhost`, and no other web page may read its answers. One that is served to others can be read from any page on the web (CORS).",
        ],
      },
    ],
  },
  {
    title: "Errors",
    id: "problems",
    blocks: [
      {
        text: "Errors are `application/problem+json` (RFC 9457) with a sentence in `detail`. 400 says that the request is not as it is described here; 422 that it is, and that there is no answer all the same. Where a parameter is at fault, `parameter` has its name and `pointer` leads to it; where a body is, `pointer` leads into the body.",
      },
      {
        terms: Object.entries(PROBLEMS).map(([status, { title, what }]) => ({
          term: status,
          what: plain(`${title}. ${what}`, 10_000),
          id: `problem-${status}`,
        })),
      },
    ],
  },
];
