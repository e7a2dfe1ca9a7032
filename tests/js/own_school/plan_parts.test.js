/** Floors, stairs and what moves with a floor. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { carryFloor, findAbove, findBelow, findTilt, guessStairs, layStairs, listFloors, makeFloor, makeRectangle, moveParts, removeFloor, turnPoint } from "../../../sim/features/own_school/js/plan_geometry.js";
import { near } from "../near.js";

const FLOORS = { 1: { name: "Main", elevation_m: 0, picture: null }, 2: { name: "Upper", elevation_m: 3.6, picture: { size_wh: [900, 500], m_per_px: 0.05, at: [1, 2], turn_deg: 0 } }, 3: { name: "Basement", elevation_m: -3.2, picture: null } };
const BLOCK = makeRectangle([20, 4], [24, 11]);
const CAMERA = { floor: "2", name: "Hall", at: [1, 1], points: [{ at: [2, 2], z_m: 0, u: 0.5, v: 0.5 }], found: { at: [1.1, 1] } };
const DRAWING = {
  floors: FLOORS,
  spaces: { "hall-1": { floor: "1", polygon: [[0, 0]] }, "hall-2": { floor: "2", polygon: [[0, 0]] } },
  doors: { "door-2": { floor: "2", at: [3, 0] } },
  things: {},
  stairs: { "stairs-1": { floor: "1", upper: "2", polygon: BLOCK } },
  cameras: { "CAM-01": CAMERA },
};

test("floors are in the order of their height, and a new one goes on top", () => {
  assert.deepEqual(listFloors(FLOORS), ["3", "1", "2"]);
  assert.deepEqual([findBelow(FLOORS, "3"), findBelow(FLOORS, "1"), findAbove(FLOORS, "1"), findAbove(FLOORS, "2")], [null, "3", "2", null]);
  const { name, now } = makeFloor(FLOORS);
  assert.deepEqual([name, now.elevation_m], ["4", 7.2]);
});

test("the foot and the top of stairs lie where sim/site/stairs.py lays them", () => {
  const ends = (up_deg, shape) => {
    const { arrow } = layStairs({ polygon: BLOCK, up_deg, shape });
    return [arrow[0], arrow.at(-1)];
  };
  // of make_stairwell(...).openings: the foot is on the right of somebody who will turn back to the left
  near(ends(90, "left").flat(), [23, 4.35, 21, 4.35], 1e-9);
  near(ends(90, "right").flat(), [21, 4.35, 23, 4.35], 1e-9);
  near(ends(270, "left").flat(), [21, 10.65, 23, 10.65], 1e-9);
  near(ends(0, "straight").flat(), [20.2, 7.5, 23.8, 7.5], 1e-9);
  near(ends(0, "left").flat(), [20.2, 5.75, 20.2, 9.25], 1e-9);
  near(ends(180, "left").flat(), [23.8, 9.25, 23.8, 5.75], 1e-9);
});

test("stairs go along their long side, and turn back where there is room", () => {
  assert.deepEqual(guessStairs(BLOCK, 3.6), { up_deg: 90, shape: "left" });
  assert.deepEqual(guessStairs(makeRectangle([0, 0], [9, 2]), 3.6), { up_deg: 0, shape: "straight" });
});

test("a floor that is shifted takes what is on it along, its matched cameras too", () => {
  const changes = carryFloor(DRAWING, "2", ([x, y]) => [x + 1, y - 1]);
  const now = Object.fromEntries(changes.map((change) => [change.name, change.now]));
  assert.deepEqual(Object.keys(now).toSorted(), ["2", "CAM-01", "door-2", "hall-2"]);
  assert.deepEqual([now["2"].picture.at, now["door-2"].at, now["CAM-01"].points[0].at, now["CAM-01"].found.at], [[2, 1], [4, -1], [3, 1], [2.1, 0]]);
});

test("a floor that is straightened turns with all that is on it, and what is drawn level stays so", () => {
  const wall = [turnPoint([5, 5], [1, 2], 1.9), turnPoint([25, 5], [1, 2], 1.9)];
  near([findTilt(...wall), findTilt([0, 0], [0.1, -9]), findTilt([9, 0], [0, 0])], [1.9, (Math.atan2(0.1, 9) * 180) / Math.PI, 0], 1e-9);
  const tilted = { ...DRAWING, spaces: { hall: { floor: "2", polygon: wall } }, things: { desk: { floor: "2", polygon: makeRectangle([9, 8], [11, 9]) } }, cameras: { "CAM-01": { ...CAMERA, yaw_deg: 30, found: { at: [1, 1], yaw_deg: 31.9 } } } };
  const now = Object.fromEntries(carryFloor(tilted, "2", (point) => turnPoint(point, [1, 2], -1.9), -1.9).map((change) => [change.name, change.now]));
  near(now.hall.polygon.flat(), [5, 5, 25, 5], 1e-3);
  assert.deepEqual([now["2"].picture.turn_deg, now["2"].picture.at], [-1.9, [1, 2]]);
  near([now["CAM-01"].yaw_deg, now["CAM-01"].found.yaw_deg], [28.1, 30], 1e-9);
  const [a, b, c] = now.desk.polygon;
  near([b[1] - a[1], c[0] - b[0], b[0] - a[0], c[1] - b[1]], [0, 0, 2, 1], 2e-3);
});

test("a floor that grows leaves its cameras to be matched again", () => {
  const [, , camera] = moveParts(DRAWING, "2", ([x, y]) => [2 * x, 2 * y]);
  assert.deepEqual([camera.now.at, camera.now.found], [[2, 2], null]);
});

test("a floor is deleted with all that is on it and the stairs to it", () => {
  assert.deepEqual(removeFloor(DRAWING, "2").map(({ name }) => name), ["hall-2", "door-2", "stairs-1", "CAM-01", "2"]);
});
