/** From a point of a picture to a place on the plan. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findGround, keepInSight } from "../../../sim/ui/console/js/plan_drawing.js";
import { near } from "../near.js";

/**
 * Cameras of the shipped school; where a chest at 1.1 m over the floor is in their pictures, by `compute_pixels` of
 * sim/site/camera.py: 4, 9 and 15 m away, straight ahead, 20 degrees to the left and 25 to the right.
 */
const ENTRANCE = { x: 40.5, y: -0.6, yaw_deg: 232, pitch_deg: -22, roll_deg: 0, hfov_deg: 98, k1: -0.14, over_floor_m: 2.95, height_share: 0.5625 };
const HALL = { x: 29.2, y: 6.1, yaw_deg: 183, pitch_deg: -20, roll_deg: 0, hfov_deg: 78, k1: 0, over_floor_m: 2.7, height_share: 0.5625 };

for (const [name, camera, points] of [
  ["a lens that bends lines", ENTRANCE, [[0.5, 0.5443, 38.037, -3.752], [0.3217, 0.3504, 37.719, -9.16], [0.7316, 0.2806, 27.135, -7.41]]],
  ["a camera that hangs askew", { ...HALL, roll_deg: 6 }, [[0.502, 0.5343, 25.205, 5.891], [0.2669, 0.3631, 20.915, 2.583], [0.777, 0.1876, 15.292, 11.719]]],
  ["a lens that does not", HALL, [[0.5, 0.5345, 25.205, 5.891], [0.2763, 0.3205, 20.915, 2.583], [0.7938, 0.2408, 15.292, 11.719]]],
]) {
  test(`a mark on a chest is placed where the person stands, through ${name}`, () => {
    for (const [x, y, atX, atY] of points) near(findGround(camera, { x, y }), [atX, atY], 0.03);
  });
}

test("above the horizon a place is 40 m away, straight under the line of sight", () => {
  const [x, y] = findGround({ ...HALL, yaw_deg: 0, pitch_deg: 0 }, { x: 0.5, y: 0.2 });
  near([x, y], [69.2, 6.1]);
});

/** A room 10 m by 10 m in which a pillar of 2 m hides what is in it. */
const ROOM = { x: 0, y: 0, cone: [[[0, -5], [10, -5], [10, 5], [0, 5]], [[4, -1], [6, -1], [6, 1], [4, 1]]] };

test("a place in sight stays, one behind a wall comes to the wall, one in a hole in front of it", () => {
  assert.deepEqual(keepInSight(ROOM, [8, 3]), [8, 3]);
  near(keepInSight(ROOM, [20, 0]), [10, 0], 0.11);
  near(keepInSight(ROOM, [5.5, 0]), [4, 0], 0.11);
});

test("a place on no way in sight is left where it is", () => {
  assert.deepEqual(keepInSight(ROOM, [-8, 0]), [-8, 0]);
});
