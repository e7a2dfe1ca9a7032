/** Where the student was: the nearest moment, and what is said of it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findNear, tellPlace } from "../../../sim/ui/console/js/replayer.js";

/** @type {GhostLog} */
const GHOST = {
  path: [[1, 2, 3, "f1"]],
  boxes: { "CAM-02": [[1, 0, 0, 1, 1], [1.2, 0, 0, 1, 1], [9, 0, 0, 1, 1]], "CAM-05": [[9, 0, 0, 1, 1]] },
};

test("the nearest moment within reach is found", () => {
  const entries = GHOST.boxes["CAM-02"];
  assert.equal(findNear(entries, 1.15, 0.25), entries[1]);
  assert.equal(findNear(entries, 0.8, 0.25), entries[0]);
  assert.equal(findNear(entries, 9.2, 0.25), entries[2]);
  assert.equal(findNear(entries, 5, 0.25), undefined);
  assert.equal(findNear([], 5, 0.25), undefined);
});

test("cameras are told by their numbers, none too", () => {
  const cameras = new Map([["CAM-01", 1], ["CAM-02", 2], ["CAM-05", 5]]);
  assert.equal(tellPlace(GHOST, cameras, 1.1), "The student is on camera 2 now.");
  assert.equal(tellPlace(GHOST, cameras, 9), "The student is on cameras 2 and 5 now.");
  assert.equal(tellPlace(GHOST, cameras, 5), "The student is on no camera now.");
});
