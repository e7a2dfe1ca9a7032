/** A browser's storage in memory. */

export function makeStorage(items = {}) {
  const kept = new Map(Object.entries(items));
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, String(value)),
    removeItem: (key) => kept.delete(key),
  };
}
