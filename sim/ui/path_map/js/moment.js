/** What is true at one moment of site time. Pure. */

/**
 * Where the student is.
 *
 * @param {Array} path [t_s, x, y, floor, isSeen], ascending
 * @param {number} t_s
 * @returns {{phase: string, x: number, y: number, floor: string} | null} phase: "before" the first
 *   point, "on" the way, or "after" the last; null without a path
 */
export function findPlace(path, t_s) {
  if (path.length === 0) return null;
  const next = path.findIndex(([at]) => at > t_s);
  if (next === 0) return place("before", path[0], path[0], 0);
  if (next < 0) return place(t_s > path.at(-1)[0] ? "after" : "on", path.at(-1), path.at(-1), 0);
  const [before, after] = [path[next - 1], path[next]];
  return place("on", before, after, (t_s - before[0]) / (after[0] - before[0]));
}

function place(phase, before, after, share) {
  const isOneFloor = before[3] === after[3];
  const [x, y] = isOneFloor ? [1, 2].map((n) => before[n] + share * (after[n] - before[n])) : before.slice(1, 3);
  return { phase, x, y, floor: before[3] };
}

/**
 * The way up to a moment, in runs that are drawn in one stroke.
 *
 * @returns {Array<{floor: string, isSeen: boolean, points: number[][]}>}
 */
export function cutRuns(path, untilS) {
  const runs = [];
  for (let n = 1; n < path.length && path[n - 1][0] < untilS; n++) {
    const [before, after] = [path[n - 1], path[n]];
    if (before[3] !== after[3]) continue;
    const share = Math.min(1, (untilS - before[0]) / (after[0] - before[0] || 1));
    const end = [1, 2].map((k) => before[k] + share * (after[k] - before[k]));
    const last = runs.at(-1);
    const goesOn = last && last.endsAt === n - 1 && last.floor === after[3] && last.isSeen === after[4];
    if (goesOn) last.points.push(end);
    else runs.push({ floor: after[3], isSeen: after[4], points: [before.slice(1, 3), end], endsAt: n });
    runs.at(-1).endsAt = n;
  }
  return runs;
}

/** The spans that hold a moment, each camera once. */
export function findSpans(spans, t_s) {
  const found = spans.filter((span) => span.from_s <= t_s && t_s <= span.to_s);
  return found.filter((span, n) => found.findIndex(({ id }) => id === span.id) === n);
}

/** The mark nearest to a moment, at most `reachS` away, or null. */
export function findMark(marks, t_s, reachS) {
  const near = marks.filter((mark) => Math.abs(mark.t_s - t_s) <= reachS);
  return near.reduce((best, mark) => (best && Math.abs(best.t_s - t_s) <= Math.abs(mark.t_s - t_s) ? best : mark), null);
}
