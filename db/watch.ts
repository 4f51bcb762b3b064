import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { openAgain } from "./_pool.ts";
import type { Database } from "./client.ts";

/** What of the catalog has changed: one server, anything, or how far the crawls are. */
export type CatalogChange = { server: string } | "all" | "runs";

export interface Watcher {
  /** Told of what any process has changed, some milliseconds after it was committed. */
  onChange(change: CatalogChange): void;
  /**
   * Told when changes are heard of and when not any more; at first they are not. Whenever some may have been missed,
   * `onChange` is told that anything may have changed.
   */
  onHearing(hears: boolean): void;
}

export interface WatchOptions {
  /** Milliseconds between the signs of life that are sent through the database. */
  beatMs?: number;
}

/** Triggers send to it (`migrations/0007_catalog-notices.sql`). */
const CHANNEL = "placard_catalog";
const SERVER = "server ";
const BEAT = "beat ";

/**
 * Listens for changes of the catalog. A sign of life goes through the database and back all the time: where it is not
 * heard (the connection hangs, a pooler that cannot listen stands between), we are deaf and say so.
 * @returns stops it; call it before the database is closed.
 */
export function watchCatalog(
  { db }: Database,
  watcher: Watcher,
  { beatMs = 5_000 }: WatchOptions = {},
): () => Promise<void> {
  const beat = BEAT + randomUUID();
  let hears = false;
  let heardAt = performance.now();
  let stopped = false;
  let ear = listen();

  function listen(): postgres.Sql {
    // The driver gives up listening when it fails to connect again once, so each attempt of ours is a client of its own.
    const client = openAgain({ ...db.$client.options, max: 1 });
    const onNotice = (notice: string) => {
      if (client === ear) hear(notice);
    };
    const onListen = () => {
      // The driver connects again by itself; what was said meanwhile is lost.
      watcher.onChange("all");
      sendBeat();
    };
    client.listen(CHANNEL, onNotice, onListen).catch(() => {});
    return client;
  }

  function hear(notice: string): void {
    if (stopped) return;
    if (notice.startsWith(SERVER)) watcher.onChange({ server: notice.slice(SERVER.length) });
    else if (notice === "runs") watcher.onChange("runs");
    else if (notice === beat) heardBeat();
    else if (!notice.startsWith(BEAT)) watcher.onChange("all");
  }

  function heardBeat(): void {
    heardAt = performance.now();
    if (hears) return;
    hears = true;
    watcher.onChange("all");
    watcher.onHearing(true);
  }

  function lost(): void {
    if (hears) watcher.onHearing(false);
    hears = false;
    heardAt = performance.now();
    void ear.end({ timeout: 0 });
    ear = listen();
  }

  function tick(): void {
    if (performance.now() - heardAt > 2.5 * beatMs) lost();
    sendBeat();
  }

  function sendBeat(): void {
    if (!stopped) db.$client.notify(CHANNEL, beat).catch(() => {});
  }

  const timer = setInterval(tick, beatMs);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await ear.end({ timeout: 0 });
  };
}
