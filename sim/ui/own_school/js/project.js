/** From the plan to a camera's picture and back, as sim/site/camera.py does it. Pure. */

const NEAREST_M = 0.15;

/** @param {FoundCamera} camera */
function makeAxes({ yaw_deg, pitch_deg, roll_deg }) {
  const [yaw, pitch, roll] = [yaw_deg, pitch_deg, roll_deg].map((degrees) => (degrees * Math.PI) / 180);
  const forward = [Math.cos(pitch) * Math.cos(yaw), Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch)];
  const right = [Math.sin(yaw), -Math.cos(yaw), 0];
  const up = [-Math.sin(pitch) * Math.cos(yaw), -Math.sin(pitch) * Math.sin(yaw), Math.cos(pitch)];
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  return { forward, right: right.map((value, n) => cos * value - sin * up[n]), up: up.map((value, n) => sin * right[n] + cos * value) };
}

/** @param {FoundCamera} camera */
function findWidth({ hfov_deg, k1 }) {
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

/**
 * The place on the floor under a point of the picture; null above the horizon.
 * @param {FoundCamera} camera
 * @param {number} ratio
 * @param {number[]} point shares
 * @returns {[number, number]|null}
 */
export function findFloor(camera, ratio, [u, v]) {
  const [x, y] = [2 * u - 1, (1 - 2 * v) * ratio];
  const straight = findWidth(camera) / (1 + camera.k1 * (x * x + y * y));
  const { forward, right, up } = makeAxes(camera);
  const ray = forward.map((value, n) => value + right[n] * x * straight + up[n] * y * straight);
  if (ray[2] > -1e-4) return null;
  const far = -camera.over_floor_m / ray[2];
  return [camera.at[0] + ray[0] * far, camera.at[1] + ray[1] * far];
}

/**
 * The outline of somebody who stands at a place and faces the camera, shares of the picture; [] where it is not seen.
 * @param {FoundCamera} camera
 * @param {number} ratio
 * @param {number[]} place x, y
 * @param {number} tall meters
 * @returns {number[][]}
 */
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

/**
 * A line of the plan as it is seen in the picture, in pieces; what is behind the camera is left out.
 * @param {FoundCamera} camera
 * @param {number} ratio
 * @param {number[]} from x, y, z
 * @param {number[]} to x, y, z
 * @returns {number[][][]}
 */
export function projectLine(camera, ratio, from, to) {
  const steps = Math.max(2, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]) / 0.5));
  /** @type {number[][][]} */
  const pieces = [[]];
  for (let n = 0; n <= steps; n++) {
    const point = projectPoint(camera, ratio, from.map((value, axis) => value + ((to[axis] - value) * n) / steps));
    if (point !== null && Math.abs(point[0]) < 4 && Math.abs(point[1]) < 4) pieces[pieces.length - 1].push(point);
    else if (pieces[pieces.length - 1].length > 0) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** @param {number[]} a @param {number[]} b */
function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
