/** Parts of the plan as they are drawn at first and moved together: floors above and below, rectangles, stairs. Pure. */

const STEP_LINES = 9;
const STOREY_M = 3.6;
const LANDINGS_M = 2.6;
const LEAST_SLOPE = 1.2;
const TURNING_WIDTH_M = 2.4;

/** @param {Point} point @returns {Point} */
export function round(point) {
  return point.map((value) => Math.round(value * 1000) / 1000);
}

/** A rectangle of two opposite corners. @param {Point} from @param {Point} to @returns {Point[]} */
export function makeRectangle(from, to) {
  return [from, [to[0], from[1]], to, [from[0], to[1]]].map(round);
}

/** The floors by height, the lowest first. @param {Record<string, DrawnFloor>} floors @returns {string[]} */
export function listFloors(floors) {
  return Object.keys(floors).toSorted((a, b) => floors[a].elevation_m - floors[b].elevation_m);
}

/** @param {Record<string, DrawnFloor>} floors @param {string} floor @returns {string|null} */
export function findAbove(floors, floor) {
  const names = listFloors(floors);
  return names[names.indexOf(floor) + 1] ?? null;
}

/** @param {Record<string, DrawnFloor>} floors @param {string} floor @returns {string|null} */
export function findBelow(floors, floor) {
  const names = listFloors(floors);
  return names[names.indexOf(floor) - 1] ?? null;
}

/** A floor over all others. @param {Record<string, DrawnFloor>} floors @returns {SchoolChange} */
export function makeFloor(floors) {
  let number = Object.keys(floors).length + 1;
  while (String(number) in floors) number++;
  const highest = Math.max(...Object.values(floors).map(({ elevation_m }) => elevation_m));
  return { kind: "floors", name: String(number), now: { name: `Floor ${number}`, elevation_m: Math.round((highest + STOREY_M) * 100) / 100, height_m: 3, picture: null } };
}

/** A floor and all that is on it, taken away. @param {SchoolDrawing} drawing @param {string} floor @returns {SchoolChange[]} */
export function removeFloor(drawing, floor) {
  /** @type {SchoolChange[]} */
  const changes = [];
  for (const kind of /** @type {const} */ (["spaces", "doors", "things", "stairs", "cameras"])) {
    for (const [name, part] of Object.entries(drawing[kind])) {
      if (part.floor === floor || ("upper" in part && part.upper === floor)) changes.push({ kind, name, now: null });
    }
  }
  return [...changes, { kind: "floors", name: floor, now: null }];
}

/**
 * Where stairs go up to and how, by their rectangle: along its long side, turning back where that is wide enough.
 * @param {Point[]} polygon
 * @param {number} rise meters
 */
export function guessStairs(polygon, rise) {
  const [wide, deep] = [0, 1].map((axis) => Math.abs(polygon[0][axis] - polygon[2][axis]));
  const isTurning = Math.min(wide, deep) >= TURNING_WIDTH_M && Math.max(wide, deep) >= LANDINGS_M + (LEAST_SLOPE * rise) / 2;
  return { up_deg: deep >= wide ? 90 : 0, shape: isTurning ? "left" : "straight" };
}

/** The lines of the steps, and the way up, of stairs as they are drawn. @param {DrawnStairs} stairs */
export function layStairs({ polygon, up_deg, shape }) {
  const corners = [0, 1].map((axis) => polygon.map((corner) => corner[axis]));
  const [low, high] = [corners.map((values) => Math.min(...values)), corners.map((values) => Math.max(...values))];
  const [up, across] = Math.abs(Math.round(Math.cos((up_deg * Math.PI) / 180))) === 1 ? [0, 1] : [1, 0];
  const isBack = Math.round(Math.cos((up_deg * Math.PI) / 180)) + Math.round(Math.sin((up_deg * Math.PI) / 180)) < 0;
  /** Share along the way up, share across to the left of somebody who goes up. @param {number} along @param {number} left @returns {Point} */
  const place = (along, left) => {
    const isLeftHigh = (up === 0) !== isBack;
    const shares = [];
    shares[up] = isBack ? 1 - along : along;
    shares[across] = isLeftHigh ? left : 1 - left;
    return shares.map((share, axis) => low[axis] + share * (high[axis] - low[axis]));
  };
  const steps = Array.from({ length: STEP_LINES }, (_, n) => 0.2 + (0.6 * n) / (STEP_LINES - 1)).map((along) => [place(along, 0), place(along, 1)]);
  if (shape === "straight") return { steps, arrow: [place(0.05, 0.5), place(0.95, 0.5)] };
  const [first, second] = shape === "left" ? [0.25, 0.75] : [0.75, 0.25];
  return { steps: [...steps, [place(0.15, 0.5), place(0.8, 0.5)]], arrow: [place(0.05, first), place(0.9, first), place(0.9, second), place(0.05, second)] };
}

/** All that is drawn on a floor, moved or grown; a camera that moves is no longer matched. @param {SchoolDrawing} drawing @param {string} floor @param {(point: Point) => Point} move @returns {SchoolChange[]} */
export function moveParts(drawing, floor, move) {
  /** @type {SchoolChange[]} */
  const changes = [];
  for (const kind of /** @type {const} */ (["spaces", "things", "stairs"])) for (const [name, part] of Object.entries(drawing[kind])) if (part.floor === floor) changes.push({ kind, name, now: { ...part, polygon: part.polygon.map(move) } });
  for (const [name, part] of Object.entries(drawing.doors)) if (part.floor === floor) changes.push({ kind: "doors", name, now: { ...part, at: move(part.at) } });
  for (const [name, part] of Object.entries(drawing.cameras)) if (part.floor === floor) changes.push({ kind: "cameras", name, now: { ...part, at: move(part.at), points: part.points.map((point) => ({ ...point, at: move(point.at) })), found: null } });
  return changes;
}

/** A floor shifted over the one below, its matched cameras with it. @param {SchoolDrawing} drawing @param {string} floor @param {Point} by @returns {SchoolChange[]} */
export function shiftFloor(drawing, floor, by) {
  /** @param {Point} point */
  const move = (point) => round([point[0] + by[0], point[1] + by[1]]);
  const now = drawing.floors[floor];
  const parts = moveParts(drawing, floor, move).map((change) => {
    const found = change.kind === "cameras" ? drawing.cameras[change.name].found : null;
    return found ? { ...change, now: { ...change.now, found: { ...found, at: move(found.at) } } } : change;
  });
  return [...(now.picture ? [{ kind: /** @type {const} */ ("floors"), name: floor, now: { ...now, picture: { ...now.picture, at: move(now.picture.at) } } }] : []), ...parts];
}
