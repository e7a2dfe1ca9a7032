/** A video element whose seeks do not end: begun again, then opened again, until the frame asked for is on screen. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Screen } from "../../../sim/ui/console/js/screen.js";

const FPS = 10;

/** A `<video>`: `lost` seeks and `deaf` loads have no end; the others end when a test says so. */
class FakeVideo extends EventTarget {
  readyState = 0;
  seeking = false;
  paused = true;
  ended = false;
  error = null;
  duration = 16;
  playbackRate = 1;
  lost = 0;
  deaf = 0;
  seeks = [];
  loads = 0;
  #timeS = 0;

  get currentTime() {
    return this.#timeS;
  }

  set currentTime(timeS) {
    this.#timeS = timeS;
    this.seeks.push(timeS);
    this.seeking = true;
  }

  load() {
    this.loads++;
    this.#timeS = 0;
    Object.assign(this, { seeking: false, readyState: 0 });
  }

  pause() {
    this.paused = true;
  }

  async play() {
    this.paused = false;
  }

  removeAttribute() {}

  /** What is under way comes to its end, unless it is lost. */
  answer() {
    if (this.readyState === 0) {
      if (this.deaf-- > 0) return;
      this.readyState = 4;
      for (const kind of ["loadedmetadata", "loadeddata"]) this.dispatchEvent(new Event(kind));
    } else if (this.seeking && this.lost-- <= 0) {
      this.seeking = false;
      this.dispatchEvent(new Event("seeked"));
    }
  }
}

beforeEach(() => {
  globalThis.HTMLMediaElement = { HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2, HAVE_FUTURE_DATA: 3 };
  globalThis.requestAnimationFrame = (run) => queueMicrotask(run);
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(() => {
  mock.timers.reset();
  delete globalThis.HTMLMediaElement;
  delete globalThis.requestAnimationFrame;
  delete globalThis.VideoFrame;
});

/** A screen on a clip that is loaded, and what the page's clock does to it for some seconds. */
async function open({ reader = null } = {}) {
  const video = new FakeVideo();
  // frames are told by the time alone, as where the browser has no callback for them
  globalThis.requestAnimationFrame = (run) => (run.name === "readTime" ? queueMicrotask(run) : 0);
  const screen = new Screen(video, { fps: FPS, reader, onFrame: () => {}, onTrouble: () => {} });
  screen.load("clip.mp4");
  const wait = async (seconds, frame) => {
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      screen.settle(frame);
      video.answer();
      await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(100);
    }
  };
  await wait(0.5, 0);
  assert.equal(screen.frame, 0);
  video.seeks.length = 0;
  return { video, screen, wait };
}

test("a seek that ends in time is one seek", async () => {
  const { video, screen, wait } = await open();
  await wait(5, 80);
  assert.deepEqual([screen.frame, video.seeks, video.loads, screen.reopened], [80, [8.05], 1, 0]);
});

test("a seek that has not ended in two seconds is begun again, where it is wanted by then", async () => {
  const { video, screen, wait } = await open();
  video.lost = Infinity;
  await wait(1.5, 80);
  assert.deepEqual([screen.frame, screen.isStandingOn(80), video.seeks], [0, false, [8.05]]);
  await wait(0.6, 90);
  assert.deepEqual([video.seeks, video.loads], [[8.05, 9.05], 1]);
  video.lost = 0;
  await wait(0.2, 90);
  assert.deepEqual([screen.frame, screen.isStandingOn(90), screen.reopened], [90, true, 0]);
});

test("a seek that is lost again has its clip opened again, at that time", async () => {
  const { video, screen, wait } = await open();
  video.lost = Infinity;
  await wait(3.9, 80);
  assert.deepEqual([video.seeks, video.loads, screen.isReopening], [[8.05, 8.05], 1, false]);
  await wait(0.2, 80);
  assert.deepEqual([video.loads, screen.isReopening], [2, true]);
  assert.deepEqual([screen.hasPicture, screen.source], [false, null], "the clip's beginning is not what was asked for");
  video.lost = 0;
  await wait(0.5, 80);
  assert.deepEqual([screen.frame, screen.isStandingOn(80), screen.isReopening, screen.reopened], [80, true, false, 1]);
});

test("the wall's last pixels stay on screen while its clip is opened again", async () => {
  const { video, screen, wait } = await open({ reader: { read: async () => null } });
  video.lost = Infinity;
  await wait(4.1, 80);
  assert.deepEqual([screen.isReopening, screen.frame], [true, 0]);
});

test("a clip that does not open again either is tried with more and more patience", async () => {
  const { video, screen, wait } = await open();
  video.lost = Infinity;
  video.deaf = Infinity;
  await wait(60, 80);
  assert.ok(video.loads >= 3 && video.loads <= 6, `${video.loads} loads in a minute`);
  video.deaf = video.lost = 0;
  await wait(20, 80);
  assert.deepEqual([screen.frame, screen.isReopening], [80, false]);
});

test("nothing is opened again once the screen is closed", async () => {
  const { video, screen, wait } = await open();
  video.lost = Infinity;
  await wait(1, 80);
  screen.close();
  const { loads } = video;
  mock.timers.tick(60_000);
  assert.deepEqual([video.loads, screen.reopened], [loads, 0]);
});

test("the clip that leads a clock is sought again too", async () => {
  const { video, screen } = await open();
  video.lost = Infinity;
  screen.seek(4.05);
  screen.seek(6.05);
  mock.timers.tick(2000);
  assert.deepEqual(video.seeks, [4.05, 6.05]);
});

/** What browsers stamp a picture with, whose time is the video's at most half a frame before. */
const STAMPS = {
  "its own time": (timeS) => (timeS - 0.05) * 1e6,
  "the video's time": (timeS) => timeS * 1e6,
  "its own time, rounded down": (timeS) => (timeS - 0.050_001) * 1e6,
  "whole seconds": (timeS) => Math.floor(timeS),
};
for (const [stamps, stamp] of Object.entries(STAMPS)) {
  test(`a picture stamped with ${stamps} is told by its frame`, async () => {
    globalThis.VideoFrame = class {
      constructor(video) {
        this.timestamp = stamp(video.currentTime);
      }

      close() {}
    };
    const { screen, wait } = await open({ reader: { read: async () => null } });
    for (const frame of [70, 41, 3, 159]) {
      await wait(0.5, frame);
      assert.deepEqual([screen.frame, screen.readFrame(), screen.isStandingOn(frame)], [frame, frame, true]);
    }
  });
}
