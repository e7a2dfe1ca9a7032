/** What is true at one moment on the debrief's map, and the words for it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { cutRuns, findMark, findPlace, findSpans, titlePlan, writeClock, writeMark, writeStudent, writeWatched } from "../../../sim/features/debrief/js/moment.js";

/** Up a corridor on camera, on unseen, upstairs, and on there. */
const PATH = [
  [10, 0, 0, "1", true],
  [14, 8, 0, "1", true],
  [20, 8, 6, "1", false],
  [30, 8, 6, "2", true],
  [40, 18, 6, "2", true],
];

for (const [words, t_s, place] of [
  ["before the first point", 5, { phase: "before", x: 0, y: 0, floor: "1" }],
  ["at the first point", 10, { phase: "on", x: 0, y: 0, floor: "1" }],
  ["a quarter of the way", 11, { phase: "on", x: 2, y: 0, floor: "1" }],
  ["on the stairs, where it waits below", 25, { phase: "on", x: 8, y: 6, floor: "1" }],
  ["at the last point", 40, { phase: "on", x: 18, y: 6, floor: "2" }],
  ["after the last point", 41, { phase: "after", x: 18, y: 6, floor: "2" }],
]) {
  test(`the student's place ${words}`, () => assert.deepEqual(findPlace(PATH, t_s), place));
}

test("without a way there is no place", () => assert.equal(findPlace([], 5), null));

/** Runs of the way up to a time, as floor, seen or not, and points. */
function cut(untilS) {
  return cutRuns(PATH, untilS).map(({ floor, isSeen, points }) => [floor, isSeen, points]);
}

test("the way is cut into runs by floor and by being seen, up to the very moment", () => {
  assert.deepEqual(cut(10), []);
  assert.deepEqual(cut(12), [["1", true, [[0, 0], [4, 0]]]]);
  assert.deepEqual(cut(17), [["1", true, [[0, 0], [8, 0]]], ["1", false, [[8, 0], [8, 3]]]]);
  assert.deepEqual(cut(Infinity), [
    ["1", true, [[0, 0], [8, 0]]],
    ["1", false, [[8, 0], [8, 6]]],
    ["2", true, [[8, 6], [18, 6]]],
  ]);
});

test("points at one time are no division by nought", () => {
  assert.deepEqual(cutRuns([[5, 0, 0, "1", true], [5, 1, 0, "1", true]], 9).map(({ points }) => points), [[[0, 0], [1, 0]]]);
});

const SPANS = [
  { id: "A", name: "A Gate", from_s: 0, to_s: 10 },
  { id: "B", name: "B Hall", from_s: 8, to_s: 20 },
  { id: "A", name: "A Gate", from_s: 9, to_s: 12 },
];

test("spans hold both their ends, and a camera is named once", () => {
  assert.deepEqual([5, 8, 10, 20, 21].map((t_s) => findSpans(SPANS, t_s).map(({ id }) => id).join("")), ["A", "AB", "AB", "B", ""]);
});

test("the nearest mark within reach, of two as near the first", () => {
  const marks = [{ number: 1, t_s: 10 }, { number: 2, t_s: 12 }, { number: 3, t_s: 12 }];
  assert.deepEqual([10.9, 11, 12, 13.1, 8].map((t_s) => findMark(marks, t_s, 1)?.number ?? null), [1, 1, 2, null, null]);
});

test("the clock is that of the cameras, over noon and midnight too", () => {
  assert.deepEqual(
    [[28_800, 0], [43_199, 1], [43_199, 0.5], [86_399, 2], [28_800, 3725.2]].map(([dayS, t_s]) => writeClock(dayS, t_s)),
    ["8:00:00 AM", "12:00:00 PM", "11:59:59 AM", "12:00:01 AM", "9:02:05 AM"],
  );
});

for (const [place, spans, words] of [
  [null, [], "The student is on no camera in this time."],
  [{ phase: "before" }, [], "The student is not on camera yet."],
  [{ phase: "after" }, [], "The student does not come on camera again."],
  [{ phase: "on" }, [], "The student is off camera here."],
  [{ phase: "on" }, SPANS.slice(0, 1), "The student is on A Gate."],
  [{ phase: "on" }, [...SPANS.slice(0, 2), { name: "C Yard" }], "The student is on A Gate, B Hall and C Yard."],
]) {
  test(`"${words}"`, () => assert.equal(writeStudent(place, spans), words));
}

test("what was watched and marked is said", () => {
  assert.equal(writeWatched([]), "You did not watch this moment.");
  assert.equal(writeWatched(SPANS.slice(0, 2)), "You watched A Gate and B Hall.");
  const mark = { number: 3, camera: "B Hall", words: "wrong person", count: 1 };
  assert.equal(writeMark(null), "");
  assert.equal(writeMark(mark), "Your mark 3 on B Hall: wrong person.");
  assert.equal(writeMark({ ...mark, count: 4 }), "Your mark 3 on B Hall: wrong person (4 marks).");
});

test("a plan's title names its floor where there is more than one", () => {
  assert.equal(titlePlan("Upstairs", true), "Map of Upstairs with the student's actual path and your marks");
  assert.equal(titlePlan("Upstairs", false), "Map with the student's actual path and your marks");
});
