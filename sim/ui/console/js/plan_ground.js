/** From a point in a camera's picture to the place on the plan where somebody stands there. */

const CHEST_M = 1.1;
const FARTHEST_M = 40;

/**
 * Where a person stands who is marked at a point of a picture: there the line of sight is at chest height. Above the
 * horizon or farther than 40 m it says little, and the place is that far away at most.
 *
 * @param {object} camera of the site in the console's data
 * @param {{x: number, y: number}} point shares of the picture
 * @returns {number[]} x and y, plan metres
 */
export function findGround(camera, { x, y }) {
  const { yaw_deg: yaw, pitch_deg: pitch, hfov_deg: hfov, k1, height_share: ratio, over_floor_m: overFloor } = camera;
  const across = 2 * x - 1;
  const up = (1 - 2 * y) * ratio;
  const straight = (Math.tan(toRadians(hfov) / 2) * (1 + k1)) / (1 + k1 * (across * across + up * up));
  const [right, lift] = [across * straight, up * straight];
  const [sinYaw, cosYaw] = [Math.sin(toRadians(yaw)), Math.cos(toRadians(yaw))];
  const [sinPitch, cosPitch] = [Math.sin(toRadians(pitch)), Math.cos(toRadians(pitch))];
  const ahead = cosPitch - lift * sinPitch;
  const fall = -(sinPitch + lift * cosPitch);
  const flat = Math.hypot(ahead, right);
  const reach = fall > 1e-6 ? ((overFloor - CHEST_M) / fall) * flat : FARTHEST_M;
  const metres = Math.min(Math.max(reach, 0), FARTHEST_M) / flat;
  return [camera.x + (ahead * cosYaw + right * sinYaw) * metres, camera.y + (ahead * sinYaw - right * cosYaw) * metres];
}

function toRadians(degrees) {
  return (degrees * Math.PI) / 180;
}
