/** Where a click is meant to be: at a corner, in line with walls, at right angles. Pure; all in plan meters. */

const NEAR_M = 15;
const HALF_WALL_M = 0.1;

/**
 * @param {Point} point
 * @param {object} around
 * @param {Point[][]} around.outlines of the floor's spaces
 * @param {Point[]} around.own the corners that were clicked before
 * @param {number} around.reach meters
 * @returns {Point}
 */
export function snapCorner([x, y], { outlines, own, reach }) {
  const corners = [...own, ...outlines.flat()];
  const nearest = findNearest(corners, [x, y]);
  if (nearest && measure(nearest, [x, y]) < reach) return [nearest[0], nearest[1]];
  const near = [...own, ...outlines.flat().filter((corner) => measure(corner, [x, y]) < NEAR_M)];
  const lines = outlines.flatMap((outline) => listEdges(outline)).filter((edge) => measureToEdge([x, y], edge).away < reach);
  const xs = [...near.map((corner) => corner[0]), ...lines.filter(([a, b]) => Math.abs(a[0] - b[0]) < 0.05).map(([a]) => a[0])];
  const ys = [...near.map((corner) => corner[1]), ...lines.filter(([a, b]) => Math.abs(a[1] - b[1]) < 0.05).map(([a]) => a[1])];
  const [snappedX, snappedY] = [snapValue(x, xs, reach), snapValue(y, ys, reach)];
  if (snappedX === x && snappedY === y && lines.length > 0) return measureToEdge([x, y], lines[0]).at;
  return [snappedX, snappedY];
}

/**
 * The place in the nearest wall, and which way the wall runs; null where none is within reach.
 * @param {Point} point
 * @param {Point[][]} outlines
 * @param {number} reach meters
 */
export function snapToWall(point, outlines, reach) {
  let best = null;
  for (const edge of outlines.flatMap((outline) => listEdges(outline))) {
    const { away, at } = measureToEdge(point, edge);
    if (away < (best?.away ?? reach)) best = { away, at, along: direct(edge) };
  }
  return best;
}

/**
 * The plan's points that can also be told in a picture: corners of rooms, and both sides of doors, on the faces of walls
 * that a camera sees.
 * @param {Point[][]} outlines
 * @param {{at: Point, width_m: number}[]} doors
 * @param {Point} from where the camera hangs
 * @returns {Point[]}
 */
export function listFeatures(outlines, doors, from) {
  const sides = doors.flatMap(({ at, width_m }) => {
    const wall = snapToWall(at, outlines, 1.5);
    if (!wall) return [];
    const [alongX, alongY] = wall.along;
    const near = Math.sign(-alongY * (from[0] - wall.at[0]) + alongX * (from[1] - wall.at[1])) || 1;
    const face = [wall.at[0] - alongY * near * HALF_WALL_M, wall.at[1] + alongX * near * HALF_WALL_M];
    return [-1, 1].map((side) => [face[0] + (side * alongX * width_m) / 2, face[1] + (side * alongY * width_m) / 2]);
  });
  return [...outlines.flatMap((outline) => moveIn(outline)), ...sides];
}

/** The corners of a room between the faces of its walls. @param {Point[]} outline @returns {Point[]} */
function moveIn(outline) {
  const turn = Math.sign(listEdges(outline).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0)) || 1;
  return outline.map((corner, n) => {
    const before = direct([outline[(n + outline.length - 1) % outline.length], corner]);
    const after = direct([corner, outline[(n + 1) % outline.length]]);
    const share = (turn * HALF_WALL_M) / Math.max(0.3, 1 + before[0] * after[0] + before[1] * after[1]);
    return [corner[0] - share * (before[1] + after[1]), corner[1] + share * (before[0] + after[0])];
  });
}

/** @param {Point[]} points @param {Point} to */
export function findNearest(points, to) {
  /** @type {Point|null} */
  let best = null;
  for (const point of points) if (best === null || measure(point, to) < measure(best, to)) best = point;
  return best;
}

/** @param {Point} a @param {Point} b */
export function measure(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Whether a point is inside an outline. @param {Point} point @param {Point[]} outline */
export function isInside([x, y], outline) {
  let inside = false;
  outline.forEach(([x1, y1], n) => {
    const [x2, y2] = outline[(n + 1) % outline.length];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

/** @param {Point[]} outline @returns {[Point, Point][]} */
export function listEdges(outline) {
  return outline.map((corner, n) => [corner, outline[(n + 1) % outline.length]]);
}

/** @param {Point} point @param {[Point, Point]} edge */
function measureToEdge([x, y], [a, b]) {
  const length2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2 || 1;
  const share = Math.min(1, Math.max(0, ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / length2));
  const at = /** @type {Point} */ ([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
  return { at, away: measure(at, [x, y]) };
}

/** @param {[Point, Point]} edge @returns {Point} */
function direct([a, b]) {
  const length = measure(a, b) || 1;
  return [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
}

/** @param {number} value @param {number[]} candidates @param {number} reach */
function snapValue(value, candidates, reach) {
  let best = value;
  let away = reach;
  for (const candidate of candidates) if (Math.abs(candidate - value) < away) [best, away] = [candidate, Math.abs(candidate - value)];
  return best;
}
