/** Boxes over the walk's footage: what a drag leaves, whatever it takes hold of. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fitBox, stretch } from "../../../sim/features/own_clips/js/box_layer.js";

const BOX = [0.4, 0.2, 0.6, 0.8];

/** @param {number[]} box */
const round = (box) => box.map((side) => Number(side.toFixed(6)));

for (const [words, sides, to, expected] of [
  ["its middle moves it", "all", { x: 0.6, y: 0.4 }, [0.5, 0.1, 0.7, 0.7]],
  ["it stays inside the picture", "all", { x: 1, y: 1 }, [0.8, 0.4, 1, 1]],
  ["a corner resizes it", "se", { x: 0.55, y: 0.55 }, [0.4, 0.2, 0.65, 0.85]],
  ["a side moves alone", "w", { x: 0.4, y: 0.9 }, [0.3, 0.2, 0.6, 0.8]],
  ["beside it a new one begins", "", { x: 0.3, y: 0.7 }, [0.3, 0.5, 0.5, 0.7]],
]) {
  test(`a drag: ${words}`, () => assert.deepEqual(round(stretch({ from: { x: 0.5, y: 0.5 }, box: BOX, sides, moved: true }, to)), expected));
}

test("without a box a drag draws one, from any corner", () => {
  assert.deepEqual(stretch({ from: { x: 0.9, y: 0.9 }, box: null, sides: "", moved: true }, { x: 0.1, y: 0.2 }), [0.1, 0.2, 0.9, 0.9]);
});

test("a box has its corners in order, lies inside the picture, and can be seen", () => {
  assert.deepEqual(fitBox([0.6, 0.8, 0.4, 0.2]), [0.4, 0.2, 0.6, 0.8]);
  assert.deepEqual(fitBox([-0.5, 0.2, 1.5, 0.8]), [0, 0.2, 1, 0.8]);
  const [x1, y1, x2, y2] = fitBox([1, 0.5, 1, 0.5]);
  assert.ok(x2 <= 1 && x2 - x1 > 0.005 && y2 - y1 > 0.005);
});
