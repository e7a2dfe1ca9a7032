/** Marks: in legs, one before the other, made and taken back, and files named after them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { MarkList, findNeighbor } from "../../../sim/ui/console/js/marking.js";
import { groupLegs } from "../../../sim/ui/console/js/found.js";
import { nameSnapshot } from "../../../sim/ui/console/js/notes.js";
import { makeStorage } from "../stores.js";

test("marks are one leg on one camera, up to half a minute apart", () => {
  const marks = [["A", 0], ["A", 30], ["A", 60.5], ["B", 61], ["A", 62]].map(([camera_id, t_s]) => ({ camera_id, t_s }));
  assert.deepEqual(groupLegs(marks).map((leg) => [leg.camera_id, leg.marks.map((mark) => mark.t_s)]), [
    ["A", [0, 30]],
    ["A", [60.5]],
    ["B", [61]],
    ["A", [62]],
  ]);
  assert.deepEqual(groupLegs([]), []);
});

const MARKS = [{ mark_id: "a", frame: 10 }, { mark_id: "b", frame: 20 }, { mark_id: "c", frame: 20 }, { mark_id: "d", frame: 30 }];

for (const [words, current, frame, direction, found] of [
  ["after the one that is shown, though of one frame", MARKS[1], 20, 1, "c"],
  ["before the one that is shown", MARKS[1], 20, -1, "a"],
  ["after the last", MARKS[3], 30, 1, null],
  ["before the first", MARKS[0], 10, -1, null],
  ["after a frame without a mark", null, 15, 1, "b"],
  ["before a frame without a mark", null, 25, -1, "c"],
  ["before a frame that is before all", null, 5, -1, null],
]) {
  test(`the mark ${words}`, () => assert.equal(findNeighbor(MARKS, current, frame, direction)?.mark_id ?? null, found));
}

/** A list of marks, and what it sends. */
function makeList(storage = makeStorage()) {
  const sent = [];
  const list = new MarkList({ fps: 10, storage, attemptId: "one", send: (kind, payload) => sent.push([kind, payload]), onChange: () => {} });
  return { list, sent };
}

test("a mark has the time of its frame, and four decimals of a place", () => {
  const { list, sent } = makeList();
  const mark = list.add("CAM-01", { x: 0.123456, y: 0.98765, frame: 73 });
  assert.deepEqual({ ...mark, mark_id: "" }, { mark_id: "", camera_id: "CAM-01", frame: 73, t_s: 7.3, x: 0.1235, y: 0.9877 });
  assert.deepEqual(sent, [["mark", mark]]);
});

test("marks are listed by their times, and undone in the order they were made", () => {
  const { list, sent } = makeList();
  const late = list.add("A", { x: 0, y: 0, frame: 50 });
  const early = list.add("B", { x: 0, y: 0, frame: 20 });
  assert.deepEqual(list.all, [early, late]);
  list.remove(late);
  assert.deepEqual(list.undo(), { kind: "removal", mark: late });
  assert.deepEqual(list.all, [early, late]);
  assert.deepEqual(list.undo(), { kind: "mark", mark: early });
  assert.deepEqual(list.undo(), { kind: "mark", mark: late });
  assert.equal(list.undo(), null);
  assert.deepEqual(sent.map(([kind]) => kind), ["mark", "mark", "unmark", "mark", "unmark", "unmark"]);
});

test("after a reload only those steps are undone that lead to the marks there are", () => {
  const storage = makeStorage();
  const { list } = makeList(storage);
  const [first, second, third] = [1, 2, 3].map((frame) => list.add("A", { x: 0, y: 0, frame }));
  list.remove(second);
  const again = makeList(storage).list;
  again.restore([second, third]);
  assert.deepEqual(again.undo(), { kind: "mark", mark: third });
  assert.deepEqual(again.undo(), { kind: "mark", mark: second });
  assert.equal(again.undo(), null);
  assert.equal(first.frame, 1);
});

test("names become safe file names", () => {
  assert.equal(nameSnapshot('../The "Gym": é\\n?*', "8:05:10 AM"), "sightline_the-gym-e-n_8-05-10-am");
  assert.equal(nameSnapshot("", "8:05"), "sightline_8-05");
  assert.equal(nameSnapshot("体育館", "8:05"), "sightline_体育館_8-05");
});
