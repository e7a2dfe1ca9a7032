/** Keys: what they are called, which may be chosen, and what a person's own choice does to the table. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { KeyMap, isUndoKey, nameDigit, nameKey, refuseKey, showKey } from "../../../sim/ui/console/js/key_map.js";
import { KEY_TABLE, WHILE_HELD, findAction } from "../../../sim/ui/console/js/keys.js";
import { listProfileKeys } from "../../../sim/ui/console/js/profile.js";
import { makeStorage } from "../stores.js";

test("no key and no action is in the table twice", () => {
  const keys = KEY_TABLE.flatMap((row) => row.keys);
  assert.ok(keys.length > 40);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(new Set(KEY_TABLE.map((row) => row.action)).size, KEY_TABLE.length);
});

test("no key of the table is the browser's, Esc apart", () => {
  for (const key of KEY_TABLE.flatMap((row) => row.keys)) assert.equal(key === "Escape" || refuseKey(key) === null, true, key);
});

test("an action is found by its key, large or small", () => {
  assert.deepEqual(["Z", "z", "ArrowLeft", "", "@"].map(findAction), ["undo", "undo", "arrowLeft", undefined, undefined]);
});

/** A press of a key, with what is held. */
function press(key, held = {}) {
  const none = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, isComposing: false };
  return { key, code: "", ...none, ...held, getModifierState: (name) => name === "AltGraph" && held.altGraph === true };
}

for (const [words, event, name] of [
  ["a capital", press("A", { shiftKey: true }), "a"],
  ["a named key", press("ArrowUp"), "ArrowUp"],
  ["with Ctrl", press("a", { ctrlKey: true }), null],
  ["with Cmd", press("a", { metaKey: true }), null],
  ["with Alt", press("a", { altKey: true }), null],
  ["a sign made with AltGr, which some systems report as Ctrl and Alt", press("[", { ctrlKey: true, altKey: true, altGraph: true }), "["],
  ["a letter under way", press("a", { isComposing: true }), null],
]) {
  test(`the name of ${words}`, () => assert.equal(nameKey(event), name));
}

test("digits are read off the key where they need Shift, as in France", () => {
  assert.equal(nameDigit(press("&", { code: "Digit1" })), "1");
  assert.equal(nameDigit(press("1", { code: "Digit1", shiftKey: true })), null);
  assert.equal(nameDigit(press("à", { code: "Digit0" })), null);
});

test("undo is Ctrl or Cmd with Z, not both, and not redo", () => {
  const held = [{ ctrlKey: true }, { metaKey: true }, { ctrlKey: true, metaKey: true }, { ctrlKey: true, shiftKey: true }, {}];
  assert.deepEqual(held.map((each) => isUndoKey(press("z", each))), [true, true, false, false, false]);
});

test("keys are shown as people read them", () => {
  assert.deepEqual([" ", "-", "a", "é", "Enter", "PageUp"].map(showKey), ["Space", "−", "A", "É", "Enter", "Page up"]);
});

for (const [key, words] of [
  [null, "Keys with Ctrl, Alt or Cmd belong to the browser. Press another key."],
  ["F5", "F5 belongs to the browser. Press another key."],
  ["Tab", "Tab belongs to the browser. Press another key."],
  ["Dead", "That key only begins a letter on this keyboard. Press another key."],
  ["F2", null],
]) {
  test(`whether ${key} may be given to an action`, () => assert.equal(refuseKey(key), words));
}

const TABLE = [
  { keys: ["a"], action: "first", words: "The first" },
  { keys: ["b", "="], action: "second", words: "The second" },
  { keys: ["F2"], action: "third", words: "The third" },
];
const KEY = "sightline-keys";

test("a key that another action has is swapped with it, and both are said", () => {
  const map = new KeyMap({ table: TABLE, storage: makeStorage() });
  assert.equal(map.assign("first", "F2"), "F2 is now for: The first. A is for: The third.");
  assert.deepEqual([map.actionOf("F2"), map.actionOf("a")], ["first", "third"]);
  assert.equal(map.assign("first", "F2"), "F2 does that already.");
  assert.equal(map.assign("first", "F5"), "F5 belongs to the browser. Press another key.");
});

test("of several keys an action keeps the others", () => {
  const map = new KeyMap({ table: TABLE, storage: makeStorage() });
  assert.equal(map.assign("first", "b"), "B is now for: The first. = is for: The second.");
  assert.deepEqual([map.showAll("second"), map.actionOf("a")], ["=", null]);
});

test("own keys outlast the page, single ones can be off, and all can be as in the table again", () => {
  const storage = makeStorage();
  const map = new KeyMap({ table: TABLE, storage });
  map.assign("first", "x");
  map.setSingles(false);
  const again = new KeyMap({ table: TABLE, storage });
  assert.deepEqual([again.isOwn, again.actionOf("x"), again.actionOf("F2"), again.show("first"), again.showAll("first")], [true, null, "third", "", "X"]);
  again.reset();
  again.setSingles(true);
  assert.deepEqual([again.isOwn, again.actionOf("a"), again.actionOf("x")], [false, "first", null]);
});

for (const [words, stored] of [
  ["no JSON", "{"],
  ["null", "null"],
  ["another version's", '{"schema_version": 7, "keys": {"first": ["x"]}}'],
  ["keys that are none", '{"schema_version": 1, "keys": {"first": [7], "second": "b", "third": ["F5"]}}'],
]) {
  test(`what is stored is not believed: ${words}`, () => {
    const map = new KeyMap({ table: TABLE, storage: makeStorage({ [KEY]: stored }) });
    assert.deepEqual([map.isOwn, map.actionOf("a"), map.actionOf("F2")], [false, "first", "third"]);
  });
}

test("what a newer version keeps is not written over", () => {
  const stored = '{"schema_version": 7}';
  const storage = makeStorage({ [KEY]: stored });
  new KeyMap({ table: TABLE, storage }).assign("first", "x");
  assert.equal(storage.getItem(KEY), stored);
});

test("the sheet of keys says what a profile offers, with its own jumps", () => {
  const profile = { map: false, speeds: [1, 2], jumps_s: [10], keys: {}, buttons: {} };
  const rows = new Map(listProfileKeys(KEY_TABLE, profile).map((row) => [row.action, row.words]));
  assert.deepEqual([rows.has("togglePlan"), rows.has("shuttleBack"), rows.has("shuttleForward")], [false, false, true]);
  assert.equal(rows.get("arrowLeft"), "10 seconds back; moves the cross");
  const all = new Map(listProfileKeys(KEY_TABLE, { map: true, speeds: [-1, 1], jumps_s: [1, 30], keys: {}, buttons: {} }).map((row) => [row.action, row.words]));
  assert.equal(all.get("arrowRight"), "1 second on, with Shift 30 seconds; moves the cross");
  assert.equal(all.size, KEY_TABLE.length);
});

test("a profile has keys and names of its own; a key that it takes is no other action's", () => {
  const profile = { map: true, speeds: [-1, 1], jumps_s: [5, 30], keys: { togglePlay: "p", pinTime: "Home" }, buttons: { bookmark: "Flag" } };
  const table = listProfileKeys(KEY_TABLE, profile);
  const rows = new Map(table.map((row) => [row.action, row]));
  assert.deepEqual(["togglePlay", "pinTime", "pause"].map((action) => rows.get(action).keys), [["p"], ["Home"], ["k"]]);
  assert.equal(rows.get("bookmark").words, "Flag");
  const map = new KeyMap({ table, storage: makeStorage() });
  assert.deepEqual(["p", " ", "Home"].map((key) => map.actionOf(key)), ["togglePlay", null, "pinTime"]);
  const taken = listProfileKeys(KEY_TABLE, { ...profile, keys: { togglePlay: "p" } });
  assert.deepEqual(taken.find((row) => row.action === "pinTime").keys, []);
});

test("what goes on while a key is held are known actions, and none that changes an answer or switches something", () => {
  const known = new Set(KEY_TABLE.map((row) => row.action));
  assert.deepEqual([...WHILE_HELD].filter((action) => !known.has(action)), []);
  for (const action of ["undo", "bookmark", "togglePlay", "crossMark", "saveData", "number1"]) assert.equal(WHILE_HELD.has(action), false, action);
});
