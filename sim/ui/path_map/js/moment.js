/** What is true at one moment of site time. Pure. */

/**
 * Where the student is.
 *
 * @param {PathPoint[]} path ascending
 * @param {number} t_s
 * @returns {MapPlace|null} phase: "before" the first
 *   point, "on" the way, or "after" the last; null without a path
 */
export function findPlace(path, t_s) {
  if (path.length === 0) return null;
  const next = path.findIndex(([at]) => at > t_s);
  if (next === 0) return place("before", path[0], path[0], 0);
  const last = path[path.length - 1];
  if (next < 0) return place(t_s > last[0] ? "after" : "on", last, last, 0);
  const [before, after] = [path[next - 1], path[next]];
  return place("on", before, after, (t_s - before[0]) / (after[0] - before[0]));
}

/** @param {MapPlace["phase"]} phase @param {PathPoint} before @param {PathPoint} after @param {number} share */
function place(phase, before, after, share) {
  const isOneFloor = before[3] === after[3];
  const [x, y] = goAlong(before, after, isOneFloor ? share : 0);
  return { phase, x, y, floor: before[3] };
}

/**
 * A share of the way from one point to the next: x and y.
 * @param {PathPoint} before
 * @param {PathPoint} after
 * @param {number} share
 */
function goAlong(before, after, share) {
  return [before[1] + share * (after[1] - before[1]), before[2] + share * (after[2] - before[2])];
}

/**
 * The way up to a moment, in runs that are drawn in one stroke.
 *
 * @param {PathPoint[]} path
 * @param {number} untilS
 * @param {PathPoint[]} path
 * @param {number} untilS
 * @returns {MapRun[]}
 */
export function cutRuns(path, untilS) {
  /** @type {(MapRun & {endsAt: number})[]} */
  const runs = [];
  for (let n = 1; n < path.length && path[n - 1][0] < untilS; n++) {
    const [before, after] = [path[n - 1], path[n]];
    if (before[3] !== after[3]) continue;
    const share = Math.min(1, (untilS - before[0]) / (after[0] - before[0] || 1));
    const end = goAlong(before, after, share);
    const last = runs.at(-1);
    const goesOn = last && last.endsAt === n - 1 && last.floor === after[3] && last.isSeen === after[4];
    if (goesOn) last.points.push(end);
    else runs.push({ floor: after[3], isSeen: after[4], points: [goAlong(before, after, 0), end], endsAt: n });
    runs[runs.length - 1].endsAt = n;
  }
  return runs;
}

/** The spans that hold a moment, each camera once. @param {MapSpan[]} spans @param {number} t_s */
export function findSpans(spans, t_s) {
  const found = spans.filter((span) => span.from_s <= t_s && t_s <= span.to_s);
  return found.filter((span, n) => found.findIndex(({ id }) => id === span.id) === n);
}

/**
 * The mark nearest to a moment, at most `reachS` away, or null.
 * @param {MapMark[]} marks
 * @param {number} t_s
 * @param {number} reachS
 */
export function findMark(marks, t_s, reachS) {
  const near = marks.filter((mark) => Math.abs(mark.t_s - t_s) <= reachS);
  /** @type {MapMark|null} */
  let best = null;
  for (const mark of near) if (best === null || Math.abs(mark.t_s - t_s) < Math.abs(best.t_s - t_s)) best = mark;
  return best;
}
