/** Where signs on the plan lie: at their anchors, inside, and never on each other. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { placeApart } from "../../../sim/ui/console/js/plan_drawing.js";
import { makeDice } from "../dice.js";

test("a box alone stands over its anchor, or as near as the bounds let it", () => {
  const bounds = { left: 0, top: 40, right: 800, bottom: 440 };
  const size = { width: 120, height: 30 };
  assert.deepEqual(placeApart([{ x: 400, y: 200, ...size }], bounds), [{ left: 340, top: 170 }]);
  assert.deepEqual(placeApart([{ x: 790, y: 20, ...size }], bounds), [{ left: 680, top: 40 }]);
});

test("two boxes on one spot go apart by the shorter way, four pixels between them", () => {
  const bounds = { left: 0, top: 0, right: 800, bottom: 440 };
  const placed = placeApart([{ x: 400, y: 200, width: 100, height: 20 }, { x: 400, y: 200, width: 100, height: 20 }], bounds);
  assert.deepEqual(placed, [{ left: 350, top: 168 }, { left: 350, top: 192 }]);
});

test("eight boxes anywhere are put apart and inside", () => {
  const dice = makeDice(7);
  const bounds = { left: 0, top: 40, right: 800, bottom: 440 };
  for (let round = 0; round < 100; round++) {
    const boxes = Array.from({ length: 8 }, () => ({ x: dice.between(0, 800), y: dice.between(0, 450), width: 120, height: 30 }));
    const placed = placeApart(boxes, bounds);
    for (const { left, top } of placed) assert.ok(left >= 0 && left <= 680 && top >= 40 && top <= 410);
    placed.forEach((a, index) => {
      for (const b of placed.slice(index + 1)) assert.ok(Math.abs(a.left - b.left) >= 119 || Math.abs(a.top - b.top) >= 29);
    });
  }
});

test("ten thousand boxes that have no room beside each other stay over their anchors, inside", () => {
  const bounds = { left: 2, top: 2, right: 300, bottom: 200 };
  const boxes = Array.from({ length: 10_000 }, (_, index) => ({ x: (index * 7) % 300, y: (index * 11) % 200, width: 20, height: 20 }));
  placeApart(boxes, bounds).forEach(({ left, top }, index) => {
    assert.equal(left, Math.min(280, Math.max(2, boxes[index].x - 10)));
    assert.equal(top, Math.min(180, Math.max(2, boxes[index].y - 20)));
  });
});
