/** More keys than this are left to the built-in sort, which is slower for few. */
const FEW = 12;

/**
 * Sorts a list in place; equal entries stay in their order. The built-in sort makes lists of its own even for two entries.
 *
 * @param compare as `Array.prototype.sort` takes it
 */
export function sortFew<Entry>(list: Entry[], compare: (one: Entry, other: Entry) => number): Entry[] {
  if (list.length > FEW) return list.sort(compare);
  for (let at = 1; at < list.length; at++) {
    const entry = list[at] as Entry;
    let to = at;
    for (; to > 0 && compare(list[to - 1] as Entry, entry) > 0; to--) list[to] = list[to - 1] as Entry;
    list[to] = entry;
  }
  return list;
}

/** The keys of an object, sorted by UTF-16 code units. */
export function sortedKeys(object: Record<string, unknown>): string[] {
  const keys = Object.keys(object);
  if (keys.length > FEW) return keys.sort();
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at] as string;
    let to = at;
    for (; to > 0 && (keys[to - 1] as string) > key; to--) keys[to] = keys[to - 1] as string;
    keys[to] = key;
  }
  return keys;
}
