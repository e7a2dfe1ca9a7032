/** The part of a picture that a mark's small picture shows. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { cutAround, cutAroundBox } from "../../../sim/ui/console/js/pixels.js";
import { near } from "../near.js";

test("around a point a quarter of the width is cut, four by three, inside the picture", () => {
  near(cutAround({ x: 0.5, y: 0.5 }, 16 / 9), [0.38, 0.34, 0.24, 0.32]);
  near(cutAround({ x: 0.01, y: 0.99 }, 16 / 9), [0, 0.68, 0.24, 0.32]);
  near(cutAround({ x: 0.5, y: 0.5 }, 8), [0.38, 0, 0.24, 1]);
});

for (const box of [
  [0.4, 0.1, 0.6, 0.95],
  [0, 0, 0.1, 0.5],
  [0.49, 0.49, 0.51, 0.51],
  [0, 0, 1, 1],
  [0.9, 0.2, 1, 1],
]) {
  test(`a small picture has the whole person in it: ${box}`, () => {
    const point = { x: (box[0] + box[2]) / 2, y: box[1] + 0.2 * (box[3] - box[1]) };
    const [left, top, width, height] = cutAroundBox(point, box, 16 / 9);
    assert.ok(left >= 0 && left <= box[0] + 1e-9 && top >= 0 && top <= box[1] + 1e-9);
    assert.ok(left + width >= box[2] - 1e-9 && left + width <= 1 + 1e-9);
    assert.ok(top + height >= box[3] - 1e-9 && top + height <= 1 + 1e-9);
  });
}

test("a person who fits needs no wider picture", () => {
  const point = { x: 0.5, y: 0.5 };
  assert.deepEqual(cutAroundBox(point, [0.45, 0.4, 0.55, 0.6], 16 / 9), cutAround(point, 16 / 9));
});
