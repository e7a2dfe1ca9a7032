/** Where signs over the picture and on the plan lie: at their anchors, inside, and never on each other. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findAnchor, findClock, placeApart } from "../../../sim/ui/console/js/link_places.js";
import { makeDice } from "../dice.js";

for (const [words, zone, anchor] of [
  ["near the left edge", { x: 0.1, y: 0.6, above_y: 0.4 }, { x: 0, y: 0.4 }],
  ["near the right edge", { x: 0.85, y: 0.6, above_y: 0.4 }, { x: 1, y: 0.4 }],
  ["near the lower edge", { x: 0.4, y: 0.95, above_y: 0.5 }, { x: 0.4, y: 1 }],
  ["in a corner, nearer to the side", { x: 0.05, y: 0.9, above_y: 0.5 }, { x: 0, y: 0.5 }],
  ["in the middle", { x: 0.5, y: 0.6, above_y: 0.3 }, { x: 0.5, y: 0.3 }],
  ["in the middle with heads over the picture's top", { x: 0.5, y: 0.6, above_y: -0.2 }, { x: 0.5, y: 0 }],
]) {
  test(`the anchor of a zone ${words}`, () => assert.deepEqual(findAnchor(zone), anchor));
}

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

test("no box covers the clock in the picture's lower left corner", () => {
  const clock = findClock({ left: 0, top: 0, right: 800, bottom: 450 });
  assert.deepEqual([clock.left, Math.round(clock.top), clock.right, clock.bottom], [0, 412, 234, 450]);
  const dice = makeDice(11);
  const bounds = { left: 6, top: 38, right: 794, bottom: 444 };
  for (let round = 0; round < 100; round++) {
    const boxes = Array.from({ length: 4 }, () => ({ x: dice.between(0, 300), y: dice.between(380, 450), width: 60, height: 24 }));
    for (const { left, top } of placeApart(boxes, bounds, [clock])) assert.ok(left >= clock.right || top + 24 <= clock.top, `${left}, ${top}`);
  }
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
