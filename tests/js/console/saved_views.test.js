/** Views of the wall that the browser keeps, and cameras that are found by their names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findCameras, listCameras } from "../../../sim/ui/console/js/camera_finder.js";
import { SavedViews } from "../../../sim/ui/console/js/storage.js";
import { makeStorage } from "../stores.js";

const KEY = "sightline-views-s";

function open(storage, attemptId = "one", cameraIds = ["A", "B"]) {
  return new SavedViews({ storage, siteId: "s", attemptId, cameraIds });
}

for (const stored of [null, "no JSON", '{"schema_version": 1, "walls": 7, "views": []}', '{"schema_version": 1, "walls": [null]}']) {
  test(`what a wall shows is kept for its drill, and for eight of them, after ${stored}`, () => {
    const storage = makeStorage(stored === null ? {} : { [KEY]: stored });
    assert.deepEqual(open(storage).wall, {});
    open(storage).setWall({ view: "all", layout: "1" });
    const beside = open(storage, "two");
    open(storage).setWall({ view: "mine", layout: "2x2" });
    beside.setWall({ view: "all", layout: "3x3" });
    assert.deepEqual(open(storage).wall, { attempt: "one", view: "mine", layout: "2x2" });
    assert.deepEqual(open(storage, "two").wall, { attempt: "two", view: "all", layout: "3x3" });
    assert.deepEqual(open(storage, "three").wall, {});
    for (let number = 0; number < 20; number++) open(storage, `later ${number}`).setWall({ view: "all", layout: "1" });
    assert.deepEqual(open(storage).wall, {});
    assert.equal(JSON.parse(storage.getItem(KEY)).walls.length, 8);
  });
}

test("the arrangement that an older version kept is not taken up", () => {
  const old = '{"schema_version": 1, "views": [], "last": {"view": "all", "layout": "1"}, "numbers": "views"}';
  const views = open(makeStorage({ [KEY]: old }));
  assert.deepEqual([views.wall, views.numbersOpenViews], [{}, true]);
});

test("a view loses cameras that the site has no more, and doubles; one without any is gone", () => {
  const stored = {
    schema_version: 1,
    views: [
      { id: "1", name: "Ways out", layout: "2x2", cameras: ["B", "Z", "B", "A"] },
      { id: "2", name: "Old wing", layout: "1", cameras: ["Z"] },
      { id: 3, name: "No id", layout: "1", cameras: ["A"] },
      null,
    ],
  };
  const views = open(makeStorage({ [KEY]: JSON.stringify(stored) }));
  assert.deepEqual(views.all, [{ id: "1", name: "Ways out", layout: "2x2", cameras: ["B", "A"] }]);
});

test("a view is kept with a name of its own, and why it is not is said", () => {
  const views = open(makeStorage());
  const kept = views.keep({ name: "  Ways \n out ", layout: "1", cameras: ["A"] });
  assert.equal(kept.name, "Ways out");
  const refuse = (wanted) => views.refuse({ name: "Other", layout: "1", cameras: ["A"], ...wanted });
  assert.equal(refuse({}), null);
  assert.equal(refuse({ name: " " }), "Give the view a name.");
  assert.equal(refuse({ cameras: [] }), "Choose at least one camera.");
  assert.equal(refuse({ name: "ways OUT" }), "There is a view named ways OUT already.");
  assert.equal(refuse({ name: "ways OUT", id: kept.id }), null);
  for (let number = 0; number < 29; number++) views.keep({ name: `View ${number}`, layout: "1", cameras: ["A"] });
  assert.equal(refuse({}), "There are 30 views already. Remove one first.");
  views.remove(kept.id);
  assert.deepEqual([refuse({}), views.find(kept.id)], [null, null]);
});

test("what a newer version keeps is not changed", () => {
  const storage = makeStorage({ [KEY]: '{"schema_version": 2}' });
  const views = open(storage);
  assert.match(views.refuse({ name: "Mine", layout: "1", cameras: ["A"] }), /^A newer Sightline keeps views/);
  views.setNumbers(true);
  assert.equal(storage.getItem(KEY), '{"schema_version": 2}');
});

const SITE = {
  floors: [{ floor_id: "1", name: "Ground floor" }, { floor_id: "2", name: "Upstairs" }],
  cameras: [{ camera_id: "CAM-01", floor: "1" }, { camera_id: "CAM-02", floor: "1" }, { camera_id: "CAM-12", floor: "2" }],
};
const NAMES = { "CAM-01": "Main entrance", "CAM-02": "Gym entrance", "CAM-12": "Library" };
const NUMBERS = new Map([["CAM-01", 1], ["CAM-02", 2], ["CAM-12", 12]]);
const CAMERAS = listCameras(SITE, NUMBERS, (cameraId) => NAMES[cameraId]);

test("cameras are listed with their numbers and floors", () => {
  assert.deepEqual(CAMERAS[2], { number: 12, camera_id: "CAM-12", name: "Library", floor: "Upstairs" });
});

for (const [text, found] of [
  ["", ["CAM-01", "CAM-02", "CAM-12"]],
  ["entr", ["CAM-01", "CAM-02"]],
  ["gym", ["CAM-02"]],
  ["RAR", ["CAM-12"]],
  ["gym main", []],
  ["entrance main", ["CAM-01"]],
  ["1", ["CAM-01", "CAM-12"]],
  ["12", ["CAM-12"]],
  ["cam-2", ["CAM-02"]],
  ["roof", []],
]) {
  test(`"${text}" means ${found.join(" and ") || "no camera"}`, () => {
    assert.deepEqual(findCameras(CAMERAS, text).map((camera) => camera.camera_id), found);
  });
}

test("what another tab kept meanwhile stays", () => {
  const storage = makeStorage();
  const [here, there] = [open(storage), open(storage, "two")];
  const view = there.keep({ name: "Ways out", layout: "2x2", cameras: ["A"] });
  here.setWall({ view: "all", layout: "1" });
  here.setNumbers(true);
  here.keep({ name: "Doors", layout: "1", cameras: ["B"] });
  assert.deepEqual(open(storage, "three").all.map((each) => each.name), ["Ways out", "Doors"]);
  there.remove(view.id);
  const now = open(storage, "three");
  assert.deepEqual([now.all.map((each) => each.name), now.numbersOpenViews], [["Doors"], true]);
});
