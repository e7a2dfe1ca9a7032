/** From a point in a camera's picture to the place on the plan where somebody stands there. */

const CHEST_M = 1.1;
const FARTHEST_M = 40;
const STEP_M = 0.1;

/**
 * Where a person stands who is marked at a point of a picture: there the line of sight is at chest height. Above the
 * horizon or farther than 40 m it says little, and the place is that far away at most.
 *
 * @param {PlanCamera} camera of the site in the console's data
 * @param {{x: number, y: number}} point shares of the picture
 * @returns {number[]} x and y, plan meters
 */
export function findGround(camera, { x, y }) {
  const { yaw_deg: yaw, pitch_deg: pitch, roll_deg: roll, hfov_deg: hfov, k1, height_share: ratio } = camera;
  const across = 2 * x - 1;
  const up = (1 - 2 * y) * ratio;
  const straight = (Math.tan(toRadians(hfov) / 2) * (1 + k1)) / (1 + k1 * (across * across + up * up));
  const [sinRoll, cosRoll] = [Math.sin(toRadians(roll)), Math.cos(toRadians(roll))];
  const right = (across * cosRoll + up * sinRoll) * straight;
  const lift = (up * cosRoll - across * sinRoll) * straight;
  const [sinYaw, cosYaw] = [Math.sin(toRadians(yaw)), Math.cos(toRadians(yaw))];
  const [sinPitch, cosPitch] = [Math.sin(toRadians(pitch)), Math.cos(toRadians(pitch))];
  const ahead = cosPitch - lift * sinPitch;
  const fall = -(sinPitch + lift * cosPitch);
  const flat = Math.hypot(ahead, right);
  const reach = fall > 1e-6 ? ((camera.over_floor_m - CHEST_M) / fall) * flat : FARTHEST_M;
  const meters = Math.min(Math.max(reach, 0), FARTHEST_M) / flat;
  return [camera.x + (ahead * cosYaw + right * sinYaw) * meters, camera.y + (ahead * sinYaw - right * cosYaw) * meters];
}

/**
 * The place nearest to one, on the way to the camera, that the camera shows. On stairs a line of sight meets its floor
 * far behind the wall that it really ends at.
 *
 * @param {PlanCamera} camera of the site in the console's data
 * @param {number[]} at x and y, plan meters
 */
export function keepInSight(camera, [x, y]) {
  const length = Math.hypot(x - camera.x, y - camera.y);
  for (let share = 1; share > 0; share -= STEP_M / Math.max(length, STEP_M)) {
    const place = [camera.x + (x - camera.x) * share, camera.y + (y - camera.y) * share];
    if (isInside(camera.cone, place)) return place;
  }
  return [x, y];
}

/**
 * Whether a point lies in the area that rings enclose; a ring in a ring is a hole.
 * @param {Point[][]} rings
 * @param {Point} point
 */
function isInside(rings, [x, y]) {
  let crossed = 0;
  for (const ring of rings) {
    ring.forEach(([x1, y1], index) => {
      const [x2, y2] = ring[(index + 1) % ring.length];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) crossed++;
    });
  }
  return crossed % 2 === 1;
}

/** @param {number} degrees */
function toRadians(degrees) {
  return (degrees * Math.PI) / 180;
}
