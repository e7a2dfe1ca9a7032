/** Boxes that are to be painted out of a picture. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { takeBoxClick } from "../../../sim/features/own_school/js/camera_match.js";

const BOX = [0.1, 0.1, 0.2, 0.3];

test("two clicks draw a box, in any order of its corners", () => {
  const first = takeBoxClick([BOX], [], [0.9, 0.8]);
  assert.deepEqual(first, { boxes: [BOX], trail: [[0.9, 0.8]] });
  assert.deepEqual(takeBoxClick([BOX], first.trail, [0.6, 0.95]).boxes, [BOX, [0.6, 0.8, 0.9, 0.95]]);
});

test("a click on a box takes it away, unless another is under way", () => {
  assert.deepEqual(takeBoxClick([BOX], [], [0.15, 0.2]), { boxes: [], trail: [] });
  assert.equal(takeBoxClick([BOX], [[0.05, 0.05]], [0.15, 0.2]).boxes.length, 2);
});

test("a box without area is none", () => {
  assert.deepEqual(takeBoxClick([], [[0.5, 0.5]], [0.5, 0.9]), { boxes: [], trail: [] });
});
