/** What the wall shows: how many cameras at a time, and names that are told apart where there is little room. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { LAYOUTS, chooseLayout, findLayout, fitPhone, splitNames } from "../../../sim/ui/console/js/wall.js";

test("the wall begins with the smallest square that holds every camera, or the largest there is", () => {
  const began = [1, 4, 5, 9, 10, 16, 32].map((cameras) => chooseLayout(cameras, LAYOUTS).name);
  assert.deepEqual(began, ["2x2", "2x2", "3x3", "3x3", "4x4", "4x4", "4x4"]);
  assert.equal(chooseLayout(16, LAYOUTS.slice(0, 2)).name, "2x2");
});

test("a layout that is not offered is the usual one", () => {
  assert.equal(findLayout("3x3", LAYOUTS, LAYOUTS[3]).name, "3x3");
  assert.equal(findLayout("2x4", LAYOUTS, LAYOUTS[1]).name, "2x2");
  assert.equal(findLayout(undefined, LAYOUTS, LAYOUTS[3]).name, "4x4");
});

test("a phone has as many rows of two as there is height for, two to four", () => {
  const ratio = 16 / 9;
  assert.deepEqual([130, 280, 400, 900].map((height) => fitPhone(380, height, ratio).name), ["2x2", "2x3", "2x4", "2x4"]);
  assert.equal(fitPhone(0, 0, ratio).tiles, 4);
  assert.equal(fitPhone(0, 0, ratio, 4).tiles, 4);
});

test("a few cameras stand in one row where two would be flat", () => {
  const ratio = 16 / 9;
  assert.deepEqual([80, 100, 130, 280].map((height) => fitPhone(380, height, ratio, 4).name), ["4x1", "4x1", "2x2", "2x3"]);
  assert.equal(fitPhone(380, 100, ratio, 3).columns, 3);
  assert.equal(fitPhone(380, 80, ratio, 8).name, "2x2");
});

test("of every name the end stays that tells it from names with the same first letter", () => {
  const splits = splitNames(["Main street west", "Main street far west", "Front walk west", "Lobby", "A Hall south", "A Hall upper south", "B Hall south"]);
  assert.deepEqual(Object.fromEntries([...splits].map(([name, [, end]]) => [name, end])), {
    "Main street west": "street west",
    "Main street far west": "far west",
    "Front walk west": "west",
    Lobby: "Lobby",
    "A Hall south": "Hall south",
    "A Hall upper south": "upper south",
    "B Hall south": "south",
  });
  for (const [name, parts] of splits) assert.equal(parts.join(""), name);
});

test("names of one first letter that end alike keep all but their first word", () => {
  const splits = splitNames(["Stair upper", "South stair upper"]);
  assert.deepEqual([...splits.values()], [["Stair ", "upper"], ["South ", "stair upper"]]);
});
