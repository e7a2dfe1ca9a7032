/** Where motion begins, and how the levels of cameras are read and put together. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readBase64 } from "../../../sim/ui/console/js/dom.js";
import { findMotionStart, listMotionStarts, sumLevels } from "../../../sim/ui/console/js/motion.js";
import { makeDice } from "../dice.js";

for (const [levels, starts] of [
  [[0, 0, 30, 30, 0, 0, 40, 0], [2, 6]],
  [[30, 30, 0], [0]],
  [[0, 25, 25, 25], []],
  [[0, 26, 17, 26, 17, 26, 16, 26], [1, 7]],
  [[], []],
]) {
  test(`motion of ${JSON.stringify(levels)} begins after a quiet second`, () => assert.deepEqual(listMotionStarts(levels), starts));
}

/** The rule again, by the last second before that was moving or quiet: motion begins where that was quiet. */
function findStarts(levels) {
  return levels.flatMap((level, second) => {
    const decided = levels.slice(0, second).filter((each) => each >= 26 || each < 17);
    return level >= 26 && (decided.length === 0 || decided[decided.length - 1] < 17) ? [second] : [];
  });
}

test("the rule agrees with its twin", () => {
  const dice = makeDice(20261014);
  let count = 0;
  for (const size of [3, 20, 60, 200, 900]) {
    for (let round = 0; round < 12; round++) {
      const levels = Array.from({ length: size }, () => dice.whole(0, 44));
      const found = listMotionStarts(levels);
      assert.deepEqual(found, findStarts(levels));
      count += found.length;
    }
  }
  assert.ok(count > 500);
});

test("next and previous leave the motion that one stands on", () => {
  const levels = [0, 0, 30, 30, 0, 0, 40, 0];
  const asked = [[0, 1], [1, 1], [1.4, 1], [3, 1], [3, -1], [3.1, -1], [1, -1]];
  assert.deepEqual(asked.map(([timeS, way]) => findMotionStart(levels, 0.5, timeS, way)), [1, 3, 3, null, 1, 3, null]);
});

test("levels are read from base 64 and summed by the mean of their squares", () => {
  assert.deepEqual([...readBase64("AAv/")], [0, 11, 255]);
  // 30 and 40 make 50; 40 alone is 0.8 of that, and 255 times 0.8 is 204
  assert.deepEqual([...sumLevels([Uint8Array.of(0, 30, 40), Uint8Array.of(0, 40)])], [0, 255, 204]);
  assert.deepEqual([...sumLevels([])], []);
});
