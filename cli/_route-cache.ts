/** Answers kept in memory until what they were made from changes, the longest unused one dropped first. */

/** What an answer is made from: one server, the catalog as a whole, the progress of crawls, or what nobody tells changes of. */
export type Part = { server: string } | "catalog" | "runs" | "moment";

/** What has changed, as `watchCatalog` tells it. */
export type Change = { server: string } | "all" | "runs";

export interface RouteCache<Answer> {
  get(key: string): Answer | undefined;
  /**
   * The answer that is kept or being made under this key; else makes it, and keeps it where `weigh` says so. All who
   * ask for it meanwhile get the same.
   * @param make told where to note what it reads, before or after it reads it
   */
  share(key: string, make: (onRead: (part: Part) => void) => Promise<Answer>): Promise<Answer>;
  /** Makes it for one who asks, shares it with nobody, and keeps it where `weigh` says so. */
  note(key: string, make: (onRead: (part: Part) => void) => Promise<Answer>): Promise<Answer>;
  /** Drops what is made from what has changed, also what is being made just now. */
  change(change: Change): void;
  /** Whether answers may be kept: not while changes could be missed. */
  open(open: boolean): void;
  /** Counts an answer that has grown since it was kept. */
  grow(key: string, answer: Answer, bytes: number): void;
  /** Of all answers kept. */
  readonly bytes: number;
}

export interface RouteCacheOptions<Answer> {
  /** Most that is kept, in bytes. */
  limit: number;
  /** How many bytes an answer takes; undefined when it must not be kept. */
  weigh(answer: Answer): number | undefined;
  /** Milliseconds that an answer is kept at most: what similar tools others have is told by nobody. */
  maxAge?: number;
}

interface Entry<Answer> {
  answer: Answer;
  tags: Set<string>;
  bytes: number;
  until: number;
}

const CATALOG = "catalog";
const RUNS = "runs";
const MAX_AGE_MS = 5 * 60_000;
/** One answer may take this share of the whole. */
const LARGEST_SHARE = 1 / 8;
/** For keys, tags and the objects around them. */
const OVERHEAD = 500;

/** An empty cache, which keeps nothing until it is opened. */
export function createRouteCache<Answer>({
  limit,
  weigh,
  maxAge = MAX_AGE_MS,
}: RouteCacheOptions<Answer>): RouteCache<Answer> {
  const entries = new Map<string, Entry<Answer>>();
  const byTag = new Map<string, Set<string>>();
  const making = new Map<string, Promise<Answer>>();
  /** What has changed since each answer in the making was begun. */
  const changedSince = new Set<{ tags: Set<string>; all: boolean }>();
  let bytes = 0;
  let isOpen = false;

  function drop(key: string): void {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    bytes -= entry.bytes;
    for (const tag of entry.tags) {
      const keys = byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) byTag.delete(tag);
    }
  }

  function dropOldest(): void {
    for (const key of entries.keys()) {
      if (bytes <= limit) return;
      drop(key);
    }
  }

  function keep(key: string, answer: Answer, tags: Set<string>): void {
    const weight = weigh(answer);
    if (weight === undefined || weight > limit * LARGEST_SHARE) return;
    drop(key);
    const entry = {
      answer,
      tags,
      bytes: weight + 2 * key.length + OVERHEAD,
      until: performance.now() + maxAge,
    };
    entries.set(key, entry);
    bytes += entry.bytes;
    for (const tag of tags) {
      const keys = byTag.get(tag) ?? new Set();
      byTag.set(tag, keys.add(key));
    }
    dropOldest();
  }

  async function makeAndKeep(key: string, make: (onRead: (part: Part) => void) => Promise<Answer>) {
    const changed = { tags: new Set<string>(), all: !isOpen };
    changedSince.add(changed);
    const tags = new Set<string>();
    let ofTheMoment = false;
    try {
      const answer = await make((part) => {
        if (part === "moment") ofTheMoment = true;
        else tags.add(typeof part === "string" ? part : serverTag(part.server));
      });
      if (!ofTheMoment && !changed.all && !sharesAny(changed.tags, tags)) keep(key, answer, tags);
      return answer;
    } finally {
      changedSince.delete(changed);
    }
  }

  function makeOnce(key: string, make: (onRead: (part: Part) => void) => Promise<Answer>): Promise<Answer> {
    const promise = makeAndKeep(key, make).finally(() => {
      if (making.get(key) === promise) making.delete(key);
    });
    making.set(key, promise);
    return promise;
  }

  /** Drops what holds one of the tags; undefined: everything. */
  function forget(tags?: string[]): void {
    // Whoever asks from now on must not get what was begun before.
    making.clear();
    for (const changed of changedSince) {
      if (tags) for (const tag of tags) changed.tags.add(tag);
      else changed.all = true;
    }
    const keys = tags ? tags.flatMap((tag) => [...(byTag.get(tag) ?? [])]) : [...entries.keys()];
    for (const key of keys) drop(key);
  }

  function get(key: string): Answer | undefined {
    const entry = entries.get(key);
    if (!entry) return undefined;
    entries.delete(key);
    entries.set(key, entry);
    if (entry.until >= performance.now()) return entry.answer;
    drop(key);
    return undefined;
  }

  return {
    get,
    note: makeAndKeep,
    async share(key, make) {
      return get(key) ?? making.get(key) ?? makeOnce(key, make);
    },
    change(change) {
      if (change === "all") forget();
      else forget(change === "runs" ? [RUNS] : [serverTag(change.server), CATALOG]);
    },
    open(open) {
      isOpen = open;
      if (!open) forget();
    },
    grow(key, answer, more) {
      const entry = entries.get(key);
      if (entry?.answer !== answer) return;
      entry.bytes += more;
      bytes += more;
      dropOldest();
    },
    get bytes() {
      return bytes;
    },
  };
}

function sharesAny(some: Set<string>, others: Set<string>): boolean {
  for (const tag of some) if (others.has(tag)) return true;
  return false;
}

/** No server's id is taken for one of the words. */
function serverTag(id: string): string {
  return `server ${id}`;
}
