/** Folding events: what a trainee goes on from after a reload, and what a replay shows at a moment. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { SharedCase } from "../../../sim/ui/console/js/exercise_case.js";
import { foldEvent, makeFirstState, readShownS, restoreWork, siteTimeAt } from "../../../sim/ui/console/js/work.js";
import { near } from "../near.js";

const MARK = { mark_id: "a", camera_id: "CAM-01", frame: 7, t_s: 0.7, x: 0.5, y: 0.5 };

test("with nothing stored and nothing waiting everything is as at the start", () => {
  assert.deepEqual(restoreWork({}, []), {
    marks: [],
    bookmarks: [],
    faults: [],
    choices: {},
    clips: {},
    own_view: [],
    calls: {},
    similar: { asked: 0, last: null, opened: [] },
    hints: 0,
    note: "",
    final_zone: null,
    not_on_camera: false,
    resume: { camera_id: null, t_s: 0, speed: 1, wall_s: null, timeline_s: null },
  });
});

/** What is restored when these events wait, after a state of the server's. */
function restore(state, ...events) {
  return restoreWork(state, events.map(([kind, payload, atMs = 0]) => ({ kind, payload, t_client_ms: atMs })));
}

test("marks that wait are made and taken back; one that is stored is not made again", () => {
  const other = { ...MARK, mark_id: "b" };
  const work = restore(
    { marks: [MARK] },
    ["mark", { ...MARK, x: 0.9 }],
    ["mark", other],
    ["unmark", { mark_id: "gone" }],
  );
  assert.deepEqual(work.marks, [MARK, other]);
  assert.deepEqual(restore({ marks: [MARK] }, ["unmark", { mark_id: "a" }]).marks, []);
});

test("answers, clips and calls that wait count", () => {
  const work = restore(
    { choices: { door: "east" }, clips: { old: { camera_id: "A", from_s: 1, to_s: 2 } }, calls: { one: { at_ms: 5, is_over: false } } },
    ["choice", { key: "door", value: "west" }],
    ["unclip", { clip_id: "old" }],
    ["clip", { clip_id: "new", camera_id: "B", from_s: 3, to_s: 4, on: ["B"] }],
    ["reply", { call_id: "one", value: "yes" }],
    ["call", { call_id: "two" }, 9000],
    ["missed", { call_id: "unknown" }],
  );
  assert.deepEqual(work.choices, { door: "west" });
  assert.deepEqual(work.clips, { new: { camera_id: "B", from_s: 3, to_s: 4, on: ["B"] } });
  assert.deepEqual(work.calls, { one: { at_ms: 5, is_over: true }, two: { at_ms: 9000, is_over: false } });
});

test("the view of one's own that is handed in outlasts a look at all cameras, and ends as it is removed", () => {
  const kept = restore({ own_view: ["A"] }, ["view", { name: "own", cameras: ["B", "C"] }], ["view", { name: "wall", layout: "4x4", cameras: ["A", "B", "C"] }]);
  assert.deepEqual(kept.own_view, ["B", "C"]);
  assert.deepEqual(restore({ own_view: ["A"] }, ["view", { name: "own", cameras: [] }]).own_view, []);
});

test("the time on screen is that of the newest event which tells it, not of what was noted", () => {
  const work = restore({ resume: { camera_id: "A", t_s: 4, speed: 2, wall_s: null, timeline_s: null } }, ["seek", { from_s: 4, t_s: 60 }], ["bookmark", { bookmark_id: "b", camera_id: "A", t_s: 10, text: "" }]);
  assert.deepEqual([work.resume.t_s, work.resume.speed, work.resume.camera_id], [60, 2, "A"]);
  assert.equal(readShownS({ kind: "mark", payload: MARK }), undefined);
});

test("back at all cameras no camera is large, after a reload and when the search is watched again", () => {
  const grid = ["view", { name: "grid", t_s: 7 }];
  const open = ["focus", { camera_id: "A", t_s: 4 }];
  assert.deepEqual([restore({}, open, grid).resume.camera_id, restore({}, open, grid).resume.t_s], [null, 7]);
  assert.equal(restore({}, open, grid, open).resume.camera_id, "A");
  const events = [open, grid].map(([kind, payload], place) => ({ t_ms: place * 1000, kind, payload }));
  const [opened, back] = [events.slice(0, 1), events].map((each) => each.reduce(foldEvent, makeFirstState(0)));
  assert.deepEqual([opened.cameraId, back.cameraId, back.timeS], ["A", null, 7]);
});

test("a pinned wall is brought back by whichever way, and the timeline's part is the last one shown", () => {
  const pinned = ["pin", { camera_id: "A", t_s: 9, wall_s: 8.5 }];
  assert.equal(restore({}, pinned).resume.wall_s, 8.5);
  assert.equal(restore({}, pinned, ["sync", { t_s: 9, to: "main" }]).resume.wall_s, null);
  assert.deepEqual(restore({}, ["view", { name: "timeline", from_s: 30, to_s: 90 }], ["view", { name: "plan" }]).resume.timeline_s, [30, 90]);
});

test("suggestions that were opened belong to the newest question", () => {
  const list = { number: 2, camera_id: "A", frame: 1, box: [0, 0, 1, 1], recognized: true, results: [] };
  const work = restore({ similar: { asked: 1, last: null, opened: [4] } }, ["similar", list], ["suggestion", { number: 1, rank: 3 }], ["suggestion", { number: 2, rank: 5 }]);
  assert.deepEqual(work.similar, { asked: 2, last: list, opened: [5] });
});

/** A replay's state after these events. */
function fold(...events) {
  return events.map(([atMs, kind, payload = {}]) => ({ t_ms: atMs, kind, payload })).reduce(foldEvent, makeFirstState(10));
}

test("time passes at the speed played, and stands while nothing plays", () => {
  const state = fold([1000, "play", { t_s: 10, speed: 2 }]);
  near(siteTimeAt(state, 3000), 14);
  const paused = fold([1000, "play", { t_s: 10, speed: 2 }], [3000, "pause", { t_s: 14 }]);
  near(siteTimeAt(paused, 9000), 14);
  near(siteTimeAt(fold([0, "play", { t_s: 10, speed: -1 }]), 4000), 6);
});

test("between two events the time is read off the line between both, unless that is a jump", () => {
  const state = fold([0, "play", { t_s: 10, speed: 1 }]);
  const late = { t_ms: 4000, kind: "pause", payload: { t_s: 12 } };
  near(siteTimeAt(state, 2000, late), 11);
  const sought = { t_ms: 4000, kind: "seek", payload: { from_s: 13, t_s: 90 } };
  near(siteTimeAt(state, 4000, sought), 13);
  near(siteTimeAt(state, 2000, { t_ms: 4000, kind: "pause", payload: { t_s: 30 } }), 12);
  near(siteTimeAt(state, 2000, { t_ms: 4000, kind: "pause", payload: { t_s: 5 } }), 12);
});

test("marks are made, put back and taken away in a replay", () => {
  const state = fold([1, "mark", MARK], [2, "mark", { ...MARK, mark_id: "b" }], [3, "unmark", { mark_id: "b" }]);
  assert.deepEqual(state.marks, [MARK]);
});

test("another camera is whole, and a page that opens again has its marks and its call", () => {
  const state = fold([1, "focus", { camera_id: "A", t_s: 10 }], [2, "zoom", { x: 0.2, y: 0.3, scale: 4 }], [3, "call", { call_id: "c" }], [4, "mark", MARK]);
  assert.deepEqual(state.zoom, { x: 0.2, y: 0.3, scale: 4 });
  assert.equal(fold([1, "zoom", { x: 0.2, y: 0.3, scale: 4 }], [2, "focus", { camera_id: "A", t_s: 10 }]).zoom, null);
  const again = foldEvent(state, { t_ms: 9, kind: "open", payload: { width: 1, height: 1, touch: false } });
  assert.deepEqual([again.cameraId, again.zoom, again.callId, again.marks], [null, null, "c", [MARK]]);
});

for (const [payload, changed] of [
  [{ name: "plan" }, { tab: "plan", side: "plan" }],
  [{ name: "both" }, { side: "both" }],
  [{ name: "found" }, { tab: "found" }],
  [{ name: "floor", floor: "2" }, { floor: "2" }],
  [{ name: "timeline", from_s: 1, to_s: 2 }, { timeline: { name: "timeline", from_s: 1, to_s: 2 } }],
  [{ name: "wall", layout: "2x2", cameras: ["A"] }, { tab: "wall", wall: { name: "wall", layout: "2x2", cameras: ["A"] } }],
  [{ name: "wall" }, { tab: "wall", wall: null }],
  [{ name: "unheard of" }, {}],
]) {
  test(`a replay shows the view ${JSON.stringify(payload)}`, () => {
    const before = makeFirstState(10);
    assert.deepEqual(foldEvent(before, { t_ms: 5, kind: "view", payload }), { ...before, atMs: 5, ...changed });
  });
}

test("what a newer version logs changes nothing but the time", () => {
  assert.deepEqual(fold([7, "unheard of", { t_s: 30 }]), { ...makeFirstState(30), atMs: 7 });
});

test("a floor that was looked at goes with the next camera, which shows its own", () => {
  const looked = [[1, "focus", { camera_id: "A", t_s: 10 }], [2, "view", { name: "floor", floor: "2" }]];
  assert.equal(fold(...looked).floor, "2");
  assert.equal(fold(...looked, [3, "focus", { camera_id: "B", t_s: 10 }]).floor, null);
});

/** An exercise's case as its leader has it, after news. */
function lead(...entries) {
  const shared = new SharedCase("lead");
  const fresh = shared.take(entries.map(([role, kind, payload], place) => ({ number: place + 1, role, kind, payload, at_ms: 1000 * place })));
  return { shared, fresh };
}

test("marks of two members never meet, and news that are known are no news", () => {
  const { shared, fresh } = lead(["viewer", "mark", MARK], ["map", "mark", MARK], ["lead", "mark", MARK]);
  assert.equal(fresh.length, 3);
  assert.deepEqual(shared.others.map((mark) => [mark.mark_id, mark.own_id, mark.role, mark.struck]), [["viewer a", "a", "viewer", false], ["map a", "a", "map", false]]);
  assert.deepEqual(shared.take([{ number: 3, role: "viewer", kind: "unmark", payload: { mark_id: "a" }, at_ms: 0 }]), []);
  assert.equal(shared.others.length, 2);
});

test("a mark is left out, and taken back by its maker", () => {
  const { shared } = lead(["viewer", "mark", MARK], ["lead", "strike", { role: "viewer", mark_id: "a", struck: true }], ["map", "unmark", { mark_id: "a" }]);
  assert.deepEqual(shared.others.map((mark) => mark.struck), [true]);
  shared.take([{ number: 5, role: "viewer", kind: "unmark", payload: { mark_id: "a" }, at_ms: 0 }]);
  assert.deepEqual(shared.others, []);
});

test("a request is taken over once, by who was first", () => {
  const ask = { ask_id: "q", camera_id: "A", at_site_s: 3, to: null, about: "look" };
  const { shared } = lead(["lead", "ask", ask], ["map", "take", { ask_id: "q" }], ["viewer", "take", { ask_id: "q" }], ["radio", "entry", { text: "seen" }]);
  assert.deepEqual([shared.openAsks, shared.asks.get("q").takenBy], [[], "map"]);
  assert.deepEqual(shared.lines, [{ role: "radio", atMs: 3000, text: "seen" }]);
});
