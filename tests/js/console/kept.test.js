/** What is kept where the browser will not keep it, tokens that are renewed, and steps that belong to a profile. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { listCoachSteps, listGuideSteps } from "../../../sim/ui/console/js/guide.js";
import { Renewal } from "../../../sim/ui/console/js/attempt_link.js";
import { KeptStorage, PICTURE_PREFIX } from "../../../sim/ui/console/js/storage.js";

/** A browser's storage with room for so many letters; its keys are its own properties, as a browser's are. */
class Small {
  constructor(room) {
    Object.defineProperty(this, "room", { value: room, enumerable: false });
  }

  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    const others = Object.entries(this).filter(([name]) => name !== key);
    if (others.reduce((sum, [name, text]) => sum + name.length + text.length, 0) + key.length + value.length > this.room) throw new Error("full");
    this[key] = value;
  }

  removeItem(key) {
    delete this[key];
  }
}

test("small pictures make room for what matters", () => {
  const store = new Small(60);
  const kept = new KeptStorage(store);
  kept.setItem(`${PICTURE_PREFIX}a`, "x".repeat(30));
  kept.setItem("work", "y".repeat(40));
  assert.deepEqual([kept.getItem(`${PICTURE_PREFIX}a`), store.getItem("work").length], [null, 40]);
});

test("what has no room lasts as long as the page, and so does everything where storage is forbidden", () => {
  const full = new KeptStorage(new Small(5));
  full.setItem("work", "too long for it");
  assert.equal(full.getItem("work"), "too long for it");
  full.removeItem("work");
  assert.equal(full.getItem("work"), null);
  const none = new KeptStorage(null);
  none.setItem("work", "here");
  assert.equal(none.getItem("work"), "here");
});

test("a token that has run out is asked for until another comes, for twelve seconds at most", () => {
  let nowMs = 0;
  mock.method(performance, "now", () => nowMs);
  mock.timers.enable({ apis: ["setTimeout"] });
  const pass = (ms) => {
    nowMs += ms;
    mock.timers.tick(ms);
  };
  const asked = [];
  const failed = [];
  const renewal = new Renewal({ token: "old", refresh: () => asked.push(nowMs), onFailed: () => failed.push(nowMs) });
  renewal.ask();
  renewal.ask();
  pass(3000);
  assert.equal(renewal.meet("old"), false);
  assert.equal(renewal.meet("new"), true);
  pass(9000);
  assert.deepEqual([asked, failed], [[0, 3000], []]);
  renewal.ask();
  for (let round = 0; round < 10; round++) pass(3000);
  assert.deepEqual([asked.slice(2), failed], [[12_000, 15_000, 18_000, 21_000, 24_000], [27_000]]);
  mock.timers.reset();
  mock.restoreAll();
});

const FULL = { map: true, links: true, sync: true, jumps_s: [1, 10], speeds: [-1, 1, 2], keys: {} };
const SMALL = { map: false, links: false, sync: false, jumps_s: [1], speeds: [1, 2], keys: { togglePlay: "p" } };

test("the tour and the steps to get to know the console name only what the profile offers", () => {
  assert.deepEqual(listCoachSteps(SMALL).map(({ part }) => part), ["wall", "stage", "track", "found", "handIn"]);
  assert.match(listCoachSteps(SMALL)[0].text, /each where you left it/);
  assert.equal(listCoachSteps(FULL).length, 6);
  const names = new Set(listGuideSteps(SMALL).map(({ name }) => name));
  assert.deepEqual(listGuideSteps(FULL).map(({ name }) => name).filter((name) => !names.has(name)), ["backwards", "plan", "link"]);
  const [jump, play] = ["jump", "play"].map((wanted) => listGuideSteps(SMALL).find(({ name }) => name === wanted));
  assert.equal(jump.title, "Jump 1 seconds".replace("seconds", "second"));
  assert.equal(play.text, play.touch, "a console with other keys names none");
});

for (const [step, kind, payload, isDone] of [
  ["play", "play", { t_s: 1, speed: 1 }, true],
  ["play", "play", { t_s: 1, speed: 1, tick: true }, false],
  ["backwards", "speed", { t_s: 1, speed: -1 }, true],
  ["backwards", "play", { t_s: 1, speed: 1 }, false],
  ["time", "seek", { from_s: 10, t_s: 26 }, true],
  ["time", "seek", { from_s: 10, t_s: 20 }, false],
  ["wall", "view", { name: "wall" }, true],
  ["wall", "view", { name: "plan" }, false],
  ["zoom", "zoom", { x: 0.5, y: 0.5, scale: 1 }, false],
]) {
  test(`the step "${step}" is ${isDone ? "done" : "not done"} by ${kind} ${JSON.stringify(payload)}`, () => {
    assert.equal(listGuideSteps(FULL).find(({ name }) => name === step).isDone(kind, payload), isDone);
  });
}
