/** A decoder that fails: made anew from the key frame before what is wanted, twice; then the screen says that it cannot. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { DecodedScreen } from "../../../sim/ui/console/js/decoded_screen.js";

const FRAMES = 30;
const INDEX = { codec: "avc1.64001f", description: "", size_wh: [64, 36], first_byte: 0, sizes: Array(FRAMES).fill(10), gaps: {}, keys: [0, 10, 20] };

/** What every decoder of a test was given, and which of them fail at which chunk, counted from 1. */
let decoders = [];
let failsAt = () => Infinity;
/** How many pictures each holds back until more is fed, or it is flushed. */
let heldBack = 0;

class FakeDecoder {
  state = "unconfigured";
  fed = [];
  #waiting = [];

  constructor({ output, error }) {
    Object.assign(this, { output, error, number: decoders.push(this) });
  }

  configure(config) {
    this.config = config;
    this.state = "configured";
  }

  reset() {
    this.state = "unconfigured";
  }

  close() {
    this.state = "closed";
  }

  async flush() {
    if (heldBack === Infinity) await new Promise(() => {});
    for (const picture of this.#waiting.splice(0)) this.output(picture);
    this.fed = [];
  }

  decode({ type, timestamp }) {
    assert.ok(this.fed.length || type === "key", "decoding begins at a key frame");
    this.fed.push(timestamp / 1e5);
    const isFailing = this.fed.length >= failsAt(this.number);
    queueMicrotask(() => {
      if (this.state !== "configured") return;
      if (!isFailing) {
        this.#waiting.push({ timestamp, displayWidth: 64, displayHeight: 36, clone: () => ({ timestamp, close() {} }), close() {} });
        while (this.#waiting.length > heldBack) this.output(this.#waiting.shift());
      } else {
        this.state = "closed";
        this.error(new DOMException("Decoder failure", "EncodingError"));
      }
    });
  }
}

beforeEach(() => {
  decoders = [];
  failsAt = () => Infinity;
  heldBack = 0;
  globalThis.VideoDecoder = FakeDecoder;
  globalThis.EncodedVideoChunk = class {
    constructor(chunk) {
      Object.assign(this, chunk);
    }
  };
  globalThis.fetch = async (url) => (url === "index" ? Response.json(INDEX) : new Response(new Uint8Array(10 * FRAMES), { status: 200 }));
});

afterEach(() => {
  mock.restoreAll();
  for (const name of ["VideoDecoder", "EncodedVideoChunk", "fetch"]) delete globalThis[name];
});

/** A screen that is asked for a frame as often as a page is drawn, `roundMs` apart. */
function open({ roundMs = 20 } = {}) {
  let nowMs = 0;
  mock.method(performance, "now", () => nowMs);
  const troubles = [];
  const screen = new DecodedScreen({ fps: 10, onFrame: () => {}, onTrouble: (_screen, trouble) => troubles.push(trouble) });
  screen.load("clip", "index");
  const wait = async (frame) => {
    for (let round = 0; round < 40; round++) {
      nowMs += roundMs;
      screen.show(frame);
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { screen, troubles, wait };
}

test("after a failure another decoder goes on from the key frame, and the frame comes", async () => {
  const { screen, troubles, wait } = open();
  await wait(3);
  failsAt = (number) => (number === 1 ? 0 : Infinity);
  await wait(24);
  assert.deepEqual([screen.frame, screen.trouble, troubles, screen.isReopening, screen.reopened], [24, null, [], false, 1]);
  assert.deepEqual([decoders.length, decoders[1].fed[0], decoders[1].config.hardwareAcceleration], [2, 20, "prefer-software"]);
});

test("the second new one may be of another kind, which later clips keep", async () => {
  failsAt = (number) => (number <= 2 ? 3 : Infinity);
  const { screen, wait } = open();
  await wait(12);
  assert.deepEqual([screen.frame, decoders.length, screen.reopened], [12, 3, 2]);
  assert.deepEqual(decoders.map(({ config }) => config.hardwareAcceleration), ["prefer-software", "prefer-software", "no-preference"]);
});

test("the third failure in a row is told, once, and no fourth decoder is made", async () => {
  failsAt = () => 2;
  const { screen, troubles, wait } = open();
  await wait(15);
  assert.deepEqual([troubles, decoders.length], [["undecodable"], 3]);
  assert.ok(!screen.isStandingOn(15));
});

test("failures that are mended do not add up", async () => {
  const { screen, troubles, wait } = open();
  for (const [count, frame] of [25, 4, 15, 29, 1, 12].entries()) {
    await wait(frame);
    assert.equal(screen.frame, frame);
    const broken = decoders.length;
    failsAt = (number) => (number === broken ? 0 : Infinity);
    assert.ok(count < 10);
  }
  assert.deepEqual([troubles, screen.reopened], [[], 5]);
});

test("a decoder that throws when it is set up, or fed, is one that fails", async () => {
  for (const name of ["configure", "decode"]) {
    decoders = [];
    globalThis.VideoDecoder = class extends FakeDecoder {
      [name]() {
        throw new DOMException("no", "NotSupportedError");
      }
    };
    const { troubles, wait } = open();
    await wait(5);
    assert.deepEqual([troubles, decoders.length], [["undecodable"], 3], name);
  }
});

test("a clip that is closed after the last failure tells nothing", async () => {
  const { screen, troubles, wait } = open();
  failsAt = (number) => {
    if (number === 3) setImmediate(() => screen.close());
    return 0;
  };
  mock.timers.enable({ apis: ["setTimeout"] });
  for (let round = 0; round < 20; round++) {
    mock.timers.tick(decoders.length < 3 ? 1 : 0);
    screen.show(5);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(screen.url, null);
  mock.timers.tick(1000);
  mock.timers.reset();
  await wait(5);
  assert.deepEqual([troubles, decoders.length, screen.isReopening], [[], 3, false]);
});

test("a decoder that waits for more is told that nothing comes, as at the end of a clip", async () => {
  heldBack = 7;
  const { screen, troubles, wait } = open({ roundMs: 100 });
  for (const frame of [29, 28, 3, 29]) {
    await wait(frame);
    assert.equal(screen.frame, frame);
  }
  assert.deepEqual([troubles, decoders.length], [[], 1]);
});

test("a decoder that gives nothing at all has failed", async () => {
  heldBack = Infinity;
  const { screen, troubles, wait } = open({ roundMs: 250 });
  await wait(12);
  assert.deepEqual([decoders[0].state, decoders.length, screen.isReopening], ["closed", 2, true]);
  await wait(12);
  await wait(12);
  assert.deepEqual([troubles, decoders.length], [["undecodable"], 3]);
});

test("a decoder that was taken away because it was idle is no failure", async () => {
  const { screen, troubles, wait } = open();
  for (const [count, frame] of [3, 24, 12, 5, 29].entries()) {
    await wait(frame);
    assert.equal(screen.frame, frame);
    assert.equal(decoders.length, count + 1);
    const decoder = decoders.at(-1);
    decoder.close();
    decoder.error(new DOMException("Codec reclaimed due to inactivity.", "QuotaExceededError"));
  }
  assert.deepEqual([troubles, screen.reopened], [[], 0]);
});
