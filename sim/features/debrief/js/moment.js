/** What is true at one moment of site time. Pure. */

/** Where the student is: before the first point of a path, on the way, or after the last. @returns {MapPlace|null} */
export function findPlace(/** @type {PathPoint[]} */ path, /** @type {number} */ t_s) {
  if (path.length === 0) return null;
  const next = path.findIndex(([at]) => at > t_s);
  if (next === 0) return makePlace("before", path[0], path[0], 0);
  const last = path[path.length - 1];
  if (next < 0) return makePlace(t_s > last[0] ? "after" : "on", last, last, 0);
  const [before, after] = [path[next - 1], path[next]];
  return makePlace("on", before, after, (t_s - before[0]) / (after[0] - before[0]));
}

function makePlace(/** @type {MapPlace["phase"]} */ phase, /** @type {PathPoint} */ before, /** @type {PathPoint} */ after, /** @type {number} */ share) {
  const isOneFloor = before[3] === after[3];
  const [x, y] = goAlong(before, after, isOneFloor ? share : 0);
  return { phase, x, y, floor: before[3] };
}

function goAlong(/** @type {PathPoint} */ before, /** @type {PathPoint} */ after, /** @type {number} */ share) {
  return [before[1] + share * (after[1] - before[1]), before[2] + share * (after[2] - before[2])];
}

/** The way up to a moment, in runs that are drawn in one stroke. @returns {MapRun[]} */
export function cutRuns(/** @type {PathPoint[]} */ path, /** @type {number} */ untilS) {
  /** @type {(MapRun & {endsAt: number})[]} */ const runs = [];
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

export function findSpans(/** @type {MapSpan[]} */ spans, /** @type {number} */ t_s) {
  const found = spans.filter((span) => span.from_s <= t_s && t_s <= span.to_s);
  return found.filter((span, n) => found.findIndex(({ id }) => id === span.id) === n);
}

export function findMark(/** @type {MapMark[]} */ marks, /** @type {number} */ t_s, /** @type {number} */ reachS) {
  const near = marks.filter((mark) => Math.abs(mark.t_s - t_s) <= reachS);
  /** @type {MapMark|null} */ let best = null;
  for (const mark of near) if (best === null || Math.abs(mark.t_s - t_s) < Math.abs(best.t_s - t_s)) best = mark;
  return best;
}

// Everything the map says.

export function writeClock(/** @type {number} */ dayS, /** @type {number} */ t_s) {
  const whole = Math.floor(dayS + t_s + 1e-6) % 86400;
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${hours % 12 || 12}:${two(minutes)}:${two(seconds)} ${hours < 12 ? "AM" : "PM"}`;
}

export function writeStudent(/** @type {MapPlace|null} */ place, /** @type {MapSpan[]} */ spans) {
  if (place === null) return "The student is on no camera in this time.";
  if (place.phase === "before") return "The student is not on camera yet.";
  if (place.phase === "after") return "The student does not come on camera again.";
  if (spans.length === 0) return "The student is off camera here.";
  return `The student is on ${join(spans)}.`;
}

export function writeWatched(/** @type {MapSpan[]} */ spans) {
  return spans.length === 0 ? "You did not watch this moment." : `You watched ${join(spans)}.`;
}

export function writeMark(/** @type {MapMark|null} */ mark) {
  if (mark === null) return "";
  return `Your mark ${mark.number} on ${mark.camera}: ${mark.words}${mark.count > 1 ? ` (${mark.count} marks)` : ""}.`;
}

export function titlePlan(/** @type {string} */ name, /** @type {boolean} */ hasFloors) {
  return `${hasFloors ? `Map of ${name}` : "Map"} with the student's actual path and your marks`;
}

function join(/** @type {MapSpan[]} */ spans) {
  const names = spans.map(({ name }) => name);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
