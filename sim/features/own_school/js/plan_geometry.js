/** The geometry of a drawing: its parts, what a click snaps to, and how a camera sees the plan. */

// Parts of the plan as they are drawn at first and moved together: floors above and below, rectangles, stairs. Pure.

const STEP_LINES = 9;
const STOREY_M = 3.6;
const LANDINGS_M = 2.6;
const LEAST_SLOPE = 1.2;
const TURNING_WIDTH_M = 2.4;

export function round(/** @type {Point} */ point) {
  return point.map((value) => Math.round(value * 1000) / 1000);
}

export function makeRectangle(/** @type {Point} */ from, /** @type {Point} */ to) {
  return [from, [to[0], from[1]], to, [from[0], to[1]]].map(round);
}

export function listFloors(/** @type {Record<string, DrawnFloor>} */ floors) {
  return Object.keys(floors).toSorted((a, b) => floors[a].elevation_m - floors[b].elevation_m);
}

export function findAbove(/** @type {Record<string, DrawnFloor>} */ floors, /** @type {string} */ floor) {
  const names = listFloors(floors);
  return names[names.indexOf(floor) + 1] ?? null;
}

export function findBelow(/** @type {Record<string, DrawnFloor>} */ floors, /** @type {string} */ floor) {
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
  /** @type {SchoolChange[]} */ const changes = [];
  for (const kind of /** @type {const} */ (["spaces", "doors", "things", "stairs", "cameras"])) {
    for (const [name, part] of Object.entries(drawing[kind])) {
      if (part.floor === floor || ("upper" in part && part.upper === floor)) changes.push({ kind, name, now: null });
    }
  }
  return [...changes, { kind: "floors", name: floor, now: null }];
}

/** Where stairs go up to and how, by their rectangle: along its long side, turning back where that is wide enough. @param {Point[]} polygon @param {number} rise meters */
export function guessStairs(polygon, rise) {
  const [wide, deep] = [0, 1].map((axis) => Math.abs(polygon[0][axis] - polygon[2][axis]));
  const isTurning = Math.min(wide, deep) >= TURNING_WIDTH_M && Math.max(wide, deep) >= LANDINGS_M + (LEAST_SLOPE * rise) / 2;
  return { up_deg: deep >= wide ? 90 : 0, shape: isTurning ? "left" : "straight" };
}

export function layStairs(/** @type {DrawnStairs} */ { polygon, up_deg, shape }) {
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
  /** @type {SchoolChange[]} */ const changes = [];
  for (const kind of /** @type {const} */ (["spaces", "things", "stairs"])) for (const [name, part] of Object.entries(drawing[kind])) if (part.floor === floor) changes.push({ kind, name, now: { ...part, polygon: part.polygon.map(move) } });
  for (const [name, part] of Object.entries(drawing.doors)) if (part.floor === floor) changes.push({ kind: "doors", name, now: { ...part, at: move(part.at) } });
  for (const [name, part] of Object.entries(drawing.cameras)) if (part.floor === floor) changes.push({ kind: "cameras", name, now: { ...part, at: move(part.at), points: part.points.map((point) => ({ ...point, at: move(point.at) })), found: null } });
  return changes;
}

/**
 * A floor shifted over the one below, or turned until its walls are level, its matched cameras with it. Furniture and
 * stairs, which are drawn level, stay so.
 * @param {SchoolDrawing} drawing
 * @param {string} floor
 * @param {(point: Point) => Point} move
 * @param {number} [turn] degrees counterclockwise
 * @returns {SchoolChange[]}
 */
export function carryFloor(drawing, floor, move, turn = 0) {
  const now = drawing.floors[floor];
  const parts = moveParts(drawing, floor, (point) => round(move(point))).map((change) => {
    if (change.kind === "things" || change.kind === "stairs") {
      const { polygon } = drawing[change.kind][change.name];
      const middle = [0, 1].map((axis) => polygon.reduce((sum, corner) => sum + corner[axis], 0) / polygon.length);
      const to = move(middle);
      return { ...change, now: { ...change.now, polygon: polygon.map((corner) => round(corner.map((value, axis) => value + to[axis] - middle[axis]))) } };
    }
    if (change.kind !== "cameras") return change;
    const { found, yaw_deg } = drawing.cameras[change.name];
    return { ...change, now: { ...change.now, yaw_deg: yaw_deg + turn, found: found && { ...found, at: round(move(found.at)), yaw_deg: found.yaw_deg + turn } } };
  });
  const { picture } = now;
  return [...(picture ? [{ kind: /** @type {const} */ ("floors"), name: floor, now: { ...now, picture: { ...picture, at: round(move(picture.at)), turn_deg: picture.turn_deg + turn } } }] : []), ...parts];
}

/** A point turned around another, degrees counterclockwise. @param {Point} point @param {Point} around @param {number} degrees @returns {Point} */
export function turnPoint(point, around, degrees) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [x, y] = [point[0] - around[0], point[1] - around[1]];
  return [around[0] + cos * x - sin * y, around[1] + sin * x + cos * y];
}

export function listPictureCorners(/** @type {PlanPicture} */ { size_wh, m_per_px, at, turn_deg }) {
  const [wide, high] = size_wh.map((size) => size * m_per_px);
  return [[0, 0], [wide, 0], [wide, high], [0, high]].map(([x, y]) => turnPoint([at[0] + x, at[1] + y], at, turn_deg));
}

/** How far a line is from level or upright, whichever is nearer, degrees. @param {Point} from @param {Point} to */
export function findTilt(from, to) {
  const degrees = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  return ((((degrees + 45) % 90) + 90) % 90) - 45;
}

// Where a click is meant to be: at a corner, in line with walls, at right angles. Pure; all in plan meters.

const NEAR_M = 15;

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
  const apart = reach * Math.SQRT1_2;
  const xs = [...near.map((corner) => corner[0]), ...lines.filter(([a, b]) => Math.abs(a[0] - b[0]) < 0.05).map(([a]) => a[0])];
  const ys = [...near.map((corner) => corner[1]), ...lines.filter(([a, b]) => Math.abs(a[1] - b[1]) < 0.05).map(([a]) => a[1])];
  const [snappedX, snappedY] = [snapValue(x, xs, apart), snapValue(y, ys, apart)];
  if (snappedX === x && snappedY === y && lines.length > 0) return measureToEdge([x, y], lines[0]).at;
  return [snappedX, snappedY];
}

/** The place in the nearest wall, and which way the wall runs; null where none is within reach. @param {Point} point @param {Point[][]} outlines @param {number} reach meters */
export function snapToWall(point, outlines, reach) {
  let best = null;
  for (const edge of outlines.flatMap((outline) => listEdges(outline))) {
    const { away, at } = measureToEdge(point, edge);
    if (away >= (best?.away ?? reach)) continue;
    const [a, b] = edge;
    const length = measure(a, b) || 1;
    best = { away, at, along: [(b[0] - a[0]) / length, (b[1] - a[1]) / length] };
  }
  return best;
}

export function findNearest(/** @type {Point[]} */ points, /** @type {Point} */ to) {
  /** @type {Point|null} */ let best = null;
  for (const point of points) if (best === null || measure(point, to) < measure(best, to)) best = point;
  return best;
}

export function measure(/** @type {Point} */ a, /** @type {Point} */ b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function isInside(/** @type {Point} */ [x, y], /** @type {Point[]} */ outline) {
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

function measureToEdge(/** @type {Point} */ [x, y], /** @type {[Point, Point]} */ [a, b]) {
  const length2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2 || 1;
  const share = Math.min(1, Math.max(0, ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / length2));
  const at = /** @type {Point} */ ([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
  return { at, away: measure(at, [x, y]) };
}

function snapValue(/** @type {number} */ value, /** @type {number[]} */ candidates, /** @type {number} */ reach) {
  let best = value;
  let away = reach;
  for (const candidate of candidates) if (Math.abs(candidate - value) < away) [best, away] = [candidate, Math.abs(candidate - value)];
  return best;
}

// From the plan to a camera's picture and back, as sim/site/camera.py does it. Pure.

const NEAREST_M = 0.15;

function makeAxes(/** @type {FoundCamera} */ { yaw_deg, pitch_deg, roll_deg }) {
  const [yaw, pitch, roll] = [yaw_deg, pitch_deg, roll_deg].map((degrees) => (degrees * Math.PI) / 180);
  const forward = [Math.cos(pitch) * Math.cos(yaw), Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch)];
  const right = [Math.sin(yaw), -Math.cos(yaw), 0];
  const up = [-Math.sin(pitch) * Math.cos(yaw), -Math.sin(pitch) * Math.sin(yaw), Math.cos(pitch)];
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  return { forward, right: right.map((value, n) => cos * value - sin * up[n]), up: up.map((value, n) => sin * right[n] + cos * value) };
}

function findWidth(/** @type {FoundCamera} */ { hfov_deg, k1 }) {
  return Math.tan((hfov_deg * Math.PI) / 360) * (1 + k1);
}

/**
 * Where a point is in the picture, shares of its width and height; null behind the camera.
 * @param {FoundCamera} camera
 * @param {number} ratio the picture's height by its width
 * @param {number[]} point x, y, and height over the floor, meters
 * @returns {[number, number]|null}
 */
export function projectPoint(camera, ratio, [x, y, z]) {
  const away = [x - camera.at[0], y - camera.at[1], z - camera.over_floor_m];
  const { forward, right, up } = makeAxes(camera);
  const depth = dot(away, forward);
  if (depth < NEAREST_M) return null;
  const wide = findWidth(camera);
  const [across, high] = [dot(away, right) / depth, dot(away, up) / depth];
  const r2 = (across ** 2 + high ** 2) / wide ** 2;
  const bend = camera.k1 === 0 ? 1 : 2 / (1 + Math.sqrt(1 - 4 * camera.k1 * r2));
  return [((across * bend) / wide + 1) / 2, (1 - (high * bend) / (wide * ratio)) / 2];
}

/** The place on the floor under a point of the picture; null above the horizon. @param {FoundCamera} camera @param {number} ratio @param {number[]} point shares @returns {[number, number]|null} */
export function findFloor(camera, ratio, [u, v]) {
  const [x, y] = [2 * u - 1, (1 - 2 * v) * ratio];
  const straight = findWidth(camera) / (1 + camera.k1 * (x * x + y * y));
  const { forward, right, up } = makeAxes(camera);
  const ray = forward.map((value, n) => value + right[n] * x * straight + up[n] * y * straight);
  if (ray[2] > -1e-4) return null;
  const far = -camera.over_floor_m / ray[2];
  return [camera.at[0] + ray[0] * far, camera.at[1] + ray[1] * far];
}

/** The outline of somebody who stands at a place and faces the camera, shares of the picture; [] where it is not seen. @param {FoundCamera} camera @param {number} ratio @param {number[]} place x, y @param {number} tall meters @returns {number[][]} */
export function makeGhost(camera, ratio, [x, y], tall) {
  const length = Math.hypot(x - camera.at[0], y - camera.at[1]) || 1;
  const side = [-(y - camera.at[1]) / length, (x - camera.at[0]) / length];
  const half = GHOST.map(([across, up]) => [across * tall, up * tall]);
  const around = [...half, ...half.slice().reverse().map(([across, up]) => [-across, up])];
  const points = around.map(([across, up]) => projectPoint(camera, ratio, [x + side[0] * across, y + side[1] * across, up]));
  return points.every((point) => point !== null) ? /** @type {number[][]} */ (points) : [];
}

/** Half of a person, shares of the height: from the feet along one side to the top of the head. */
const GHOST = [[0.07, 0], [0.09, 0.45], [0.14, 0.5], [0.14, 0.78], [0.1, 0.83], [0.035, 0.85], [0.055, 0.89], [0.06, 0.94], [0.035, 0.99], [0, 1]];

/** A line of the plan as it is seen in the picture, in pieces; what is behind the camera is left out. @param {FoundCamera} camera @param {number} ratio @param {number[]} from x, y, z @param {number[]} to x, y, z @returns {number[][][]} */
export function projectLine(camera, ratio, from, to) {
  const steps = Math.max(2, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]) / 0.5));
  /** @type {number[][][]} */ const pieces = [[]];
  for (let n = 0; n <= steps; n++) {
    const point = projectPoint(camera, ratio, from.map((value, axis) => value + ((to[axis] - value) * n) / steps));
    if (point !== null && Math.abs(point[0]) < 4 && Math.abs(point[1]) < 4) pieces[pieces.length - 1].push(point);
    else if (pieces[pieces.length - 1].length > 0) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

function dot(/** @type {number[]} */ a, /** @type {number[]} */ b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
