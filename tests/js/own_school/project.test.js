/** From the plan to a camera's picture, where clicks snap, and steps on their way to the server. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findFloor, isInside, makeGhost, projectLine, projectPoint, snapCorner, snapToWall } from "../../../sim/features/own_school/js/plan_geometry.js";
import { near } from "../near.js";

const LENS = { at: [2, 1], over_floor_m: 2.8, yaw_deg: 30, pitch_deg: -15, roll_deg: 4, hfov_deg: 88, k1: -0.1 };
const RATIO = 9 / 16;
const ROOMS = [[[0, 0], [10, 0], [10, 6], [0, 6]]];

test("a point is where sim/site/camera.py has it", () => {
  // make_view(CameraSpec(...), size_wh=(1600, 900)).compute_pixels([[7, 4.5, 0.9]]) / (1600, 900)
  near(projectPoint(LENS, RATIO, [7, 4.5, 0.9]), [0.45381507, 0.54783352], 1e-6);
  assert.equal(projectPoint(LENS, RATIO, [-3, -2, 1]), null);
});

test("the floor under a point is the point whose picture it is", () => {
  near(findFloor(LENS, RATIO, projectPoint(LENS, RATIO, [6.2, 3.3, 0])), [6.2, 3.3], 1e-9);
  assert.equal(findFloor(LENS, RATIO, [0.5, 0.02]), null);
});

test("a ghost stands on its place and is taller when taller", () => {
  const feet = projectPoint(LENS, RATIO, [7, 4, 0])[1];
  const [small, tall] = [1.2, 1.75].map((height) => makeGhost(LENS, RATIO, [7, 4], height).map(([, v]) => v));
  near(Math.max(...small), feet, 0.01);
  assert.ok(Math.min(...tall) < Math.min(...small));
  assert.deepEqual(makeGhost(LENS, RATIO, [-5, -5], 1.7), []);
});

test("a line that begins behind the camera is cut", () => {
  const [piece, ...more] = projectLine(LENS, RATIO, [-4, -4, 0], [9, 6, 0]);
  assert.equal(more.length, 0);
  assert.ok(piece.length > 2);
});

test("a corner takes the neighbor's, or lines up with it, or is as it was clicked", () => {
  const around = { outlines: ROOMS, own: [], reach: 0.5 };
  assert.deepEqual(snapCorner([10.3, 6.2], around), [10, 6]);
  assert.deepEqual(snapCorner([14, 6.3], around), [14, 6]);
  assert.deepEqual(snapCorner([14, 8], around), [14, 8]);
  assert.deepEqual(snapCorner([14.2, 3], { ...around, own: [[14, 8]] }), [14, 3]);
});

test("a click is moved by no more than the reach, and with none it stays where it was", () => {
  const around = { outlines: ROOMS, own: [[14, 8]] };
  for (let x = 9; x < 15; x += 0.13) {
    for (let y = 5; y < 9; y += 0.13) {
      const [toX, toY] = snapCorner([x, y], { ...around, reach: 0.4 });
      assert.ok(Math.hypot(toX - x, toY - y) <= 0.4, `${x} ${y}`);
      assert.deepEqual(snapCorner([x, y], { ...around, reach: 0 }), [x, y]);
    }
  }
});

test("a door goes into the nearest wall, or nowhere", () => {
  assert.deepEqual(snapToWall([4, 6.4], ROOMS, 1.5)?.at, [4, 6]);
  assert.equal(snapToWall([4, 9], ROOMS, 1.5), null);
});

test("inside is inside", () => {
  assert.equal(isInside([5, 3], ROOMS[0]), true);
  assert.equal(isInside([5, 7], ROOMS[0]), false);
});
