/** The part of the recording that the timeline shows, and the ticks below it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { TimeWindow, chooseTickStep, listTicks, placeRows } from "../../../sim/ui/console/js/timeline_canvas.js";
import { makeDice } from "../dice.js";
import { near } from "../near.js";

/** A window after one more move that a person might make, wild ones among them. */
function moveAtRandom(shown, dice) {
  const atS = dice.between(-9, shown.durationS + 9);
  dice.pick([
    () => shown.zoomBy(Math.exp(dice.between(-2, 2)), atS),
    () => shown.panBy(dice.between(-2, 2) * shown.durationS),
    () => shown.centerOn(atS),
    () => shown.keepBetween(atS, 0.1, 0.9),
    () => shown.showSpan(atS, atS + dice.between(0, 2 * shown.durationS)),
  ])();
}

for (const durationS of [16, 30, 300, 3600]) {
  test(`of ${durationS} s the window stays inside and shows at least 30 seconds, whatever is done to it`, () => {
    const dice = makeDice(7 + durationS);
    const shown = new TimeWindow(durationS);
    for (let move = 0; move < 300; move++) {
      moveAtRandom(shown, dice);
      const { fromS, toS, spanS } = shown;
      assert.ok(fromS >= 0 && fromS < toS && toS <= durationS, `${fromS} to ${toS}`);
      assert.ok(spanS >= Math.min(30, durationS) - 1e-6);
      assert.equal(shown.isWhole, spanS === durationS);
      assert.equal(shown.isClosest, spanS <= Math.min(30, durationS) + 1e-6);
    }
  });
}

for (const [factor, aroundS, spanS] of [
  [2, 280, 75],
  [1.3, 350, 115.384615],
  [0.7, 330, 214.285714],
]) {
  test(`zooming by ${factor} leaves the time under the pointer where it is`, () => {
    const shown = new TimeWindow(600);
    shown.zoomBy(4, 300);
    assert.deepEqual([shown.fromS, shown.toS], [225, 375]);
    const share = shown.shareOf(aroundS);
    shown.zoomBy(factor, aroundS);
    near(shown.shareOf(aroundS), share);
    near(shown.spanS, spanS);
    near(shown.timeAt(share), aroundS);
  });
}

test("at an edge of the recording the window stops, and its span stays", () => {
  const shown = new TimeWindow(600);
  shown.showSpan(500, 560);
  shown.panBy(100);
  assert.deepEqual([shown.fromS, shown.toS], [540, 600]);
  shown.centerOn(10);
  assert.deepEqual([shown.fromS, shown.toS], [0, 60]);
});

test("a time is brought between two shares by the shortest way", () => {
  const shown = new TimeWindow(600);
  shown.showSpan(100, 200);
  shown.keepBetween(150, 0.1, 0.9);
  assert.deepEqual([shown.fromS, shown.toS], [100, 200]);
  shown.keepBetween(195, 0.1, 0.9);
  near(shown.fromS, 105);
  shown.keepBetween(106, 0.1, 0.9);
  near(shown.fromS, 96);
});

test("ticks keep the room they need, and stand on full steps of the wall clock", () => {
  const steps = [
    [300, 1100, 76],
    [30, 1100, 76],
    [12, 1100, 76],
    [300, 340, 52],
    [86400, 300, 76],
  ].map(([spanS, widthPx, roomPx]) => chooseTickStep(spanS, widthPx, () => roomPx));
  assert.deepEqual(steps, [30, 5, 1, 60, 3600]);
  assert.deepEqual(listTicks({ fromS: 0, toS: 60 }, 28805, 30), [25, 55]);
  assert.deepEqual(listTicks({ fromS: 10, toS: 12 }, 28800, 1), [10, 11, 12]);
  assert.deepEqual(listTicks({ fromS: 1, toS: 4 }, 28800, 30), []);
});

test("the rows of a track share its height two to one, above a ruler of 18 pixels", () => {
  assert.deepEqual(placeRows(100), {
    bar: { top: 0, height: 3 },
    own: { top: 6, height: 48 },
    all: { top: 57, height: 24 },
    ruler: { top: 82, height: 18 },
  });
});
