/** Answers kept in memory until what they were made from changes, the longest unused one dropped first. */

/** What an answer is made from: one server, the catalog as a whole, the progress of crawls, or what nobody tells changes of. */
export type Part = { server: string } | "catalog" | "runs" | "moment";

/** What has changed, as `watchCatalog` tells it. */
export type Change = { server: string } | "all" | "runs";

/** Makes an answer, telling of each part that it reads, before or after it reads it. */
export type Make<Answer> = (onRead: (part: Part) => void) => Promise<Answer>;

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

/** Answers in memory; empty, and closed, at first: it keeps nothing until it is opened. */
export class RouteCache<Answer> {
  private readonly options: RouteCacheOptions<Answer>;
  private readonly entries = new Map<string, Entry<Answer>>();
  private readonly byTag = new Map<string, Set<string>>();
  private readonly making = new Map<string, Promise<Answer>>();
  /** What has changed since each answer in the making was begun. */
  private readonly changedSince = new Set<{ tags: Set<string>; all: boolean }>();
  private isOpen = false;
  private kept = 0;

  constructor(options: RouteCacheOptions<Answer>) {
    this.options = options;
  }

  /** Bytes of all answers kept. */
  get bytes(): number {
    return this.kept;
  }

  get(key: string): Answer | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (entry.until >= performance.now()) return entry.answer;
    this.drop(key);
    return undefined;
  }

  /**
   * The answer that is kept or being made under this key; else makes it, and keeps it where `weigh` says so. All who
   * ask for it meanwhile get the same.
   */
  async share(key: string, make: Make<Answer>): Promise<Answer> {
    return this.get(key) ?? this.making.get(key) ?? this.makeOnce(key, make);
  }

  /** Makes it for one who asks, shares it with nobody, and keeps it where `weigh` says so. */
  async note(key: string, make: Make<Answer>): Promise<Answer> {
    const changed = { tags: new Set<string>(), all: !this.isOpen };
    this.changedSince.add(changed);
    const tags = new Set<string>();
    let ofTheMoment = false;
    try {
      const answer = await make((part) => {
        if (part === "moment") ofTheMoment = true;
        else tags.add(typeof part === "string" ? part : serverTag(part.server));
      });
      if (!ofTheMoment && !changed.all && !sharesAny(changed.tags, tags)) this.keep(key, answer, tags);
      return answer;
    } finally {
      this.changedSince.delete(changed);
    }
  }

  /** Drops what is made from what has changed, also what is being made just now. */
  change(change: Change): void {
    if (change === "all") this.forget();
    else this.forget(change === "runs" ? [RUNS] : [serverTag(change.server), CATALOG]);
  }

  /** Whether answers may be kept: not while changes could be missed. */
  open(open: boolean): void {
    this.isOpen = open;
    if (!open) this.forget();
  }

  /** Counts an answer that has grown since it was kept, by so many bytes. */
  grow(key: string, answer: Answer, more: number): void {
    const entry = this.entries.get(key);
    if (entry?.answer !== answer) return;
    entry.bytes += more;
    this.kept += more;
    this.dropOldest();
  }

  private makeOnce(key: string, make: Make<Answer>): Promise<Answer> {
    const promise = this.note(key, make).finally(() => {
      if (this.making.get(key) === promise) this.making.delete(key);
    });
    this.making.set(key, promise);
    return promise;
  }

  private keep(key: string, answer: Answer, tags: Set<string>): void {
    const { limit, maxAge = MAX_AGE_MS } = this.options;
    const weight = this.options.weigh(answer);
    if (weight === undefined || weight > limit * LARGEST_SHARE) return;
    this.drop(key);
    const bytes = weight + 2 * key.length + OVERHEAD;
    this.entries.set(key, { answer, tags, bytes, until: performance.now() + maxAge });
    this.kept += bytes;
    for (const tag of tags) {
      const keys = this.byTag.get(tag) ?? new Set();
      this.byTag.set(tag, keys.add(key));
    }
    this.dropOldest();
  }

  /** Drops what holds one of the tags; undefined: everything. */
  private forget(tags?: string[]): void {
    // Whoever asks from now on must not get what was begun before.
    this.making.clear();
    for (const changed of this.changedSince) {
      if (tags) for (const tag of tags) changed.tags.add(tag);
      else changed.all = true;
    }
    const keys = tags ? tags.flatMap((tag) => [...(this.byTag.get(tag) ?? [])]) : [...this.entries.keys()];
    for (const key of keys) this.drop(key);
  }

  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      if (this.kept <= this.options.limit) return;
      this.drop(key);
    }
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.kept -= entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.byTag.delete(tag);
    }
  }
}

function sharesAny(some: Set<string>, others: Set<string>): boolean {
  for (const tag of some) if (others.has(tag)) return true;
  return false;
}

/** No server's id is taken for one of the words. */
function serverTag(id: string): string {
  return `server ${id}`;
}
