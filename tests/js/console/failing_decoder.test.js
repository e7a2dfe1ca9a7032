/** A decoder that fails: made anew from the key frame before what is wanted, twice; then the screen says that it cannot. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { DecodedScreen } from "../../../sim/ui/console/js/decoded_screen.js";

const FRAMES = 30;
const INDEX = { codec: "avc1.64001f", description: "", size_wh: [64, 36], first_byte: 0, sizes: Array(FRAMES).fill(10), gaps: {}, keys: [0, 10, 20] };

/** What every decoder of a test was given, and which of them fail at which chunk, counted from 1. */
let decoders = [];
let failsAt = () => Infinity;

class FakeDecoder {
  state = "unconfigured";
  fed = [];

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

  decode({ type, timestamp }) {
    assert.ok(this.fed.length || type === "key", "decoding begins at a key frame");
    this.fed.push(timestamp / 1e5);
    const isFailing = this.fed.length >= failsAt(this.number);
    queueMicrotask(() => {
      if (this.state !== "configured") return;
      if (!isFailing) this.output({ timestamp, displayWidth: 64, displayHeight: 36, clone: () => ({ timestamp, close() {} }), close() {} });
      else {
        this.state = "closed";
        this.error(new DOMException("Decoder failure", "EncodingError"));
      }
    });
  }
}

beforeEach(() => {
  decoders = [];
  failsAt = () => Infinity;
  globalThis.VideoDecoder = FakeDecoder;
  globalThis.EncodedVideoChunk = class {
    constructor(chunk) {
      Object.assign(this, chunk);
    }
  };
  globalThis.fetch = async (url) => (url === "index" ? Response.json(INDEX) : new Response(new Uint8Array(10 * FRAMES), { status: 200 }));
});

afterEach(() => {
  for (const name of ["VideoDecoder", "EncodedVideoChunk", "fetch"]) delete globalThis[name];
});

/** A screen that is asked for a frame as often as a page is drawn. */
function open() {
  const troubles = [];
  const screen = new DecodedScreen({ fps: 10, onFrame: () => {}, onTrouble: (_screen, trouble) => troubles.push(trouble) });
  screen.load("clip", "index");
  const wait = async (frame) => {
    for (let round = 0; round < 40; round++) {
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

test("a clip that was closed meanwhile tells nothing", async () => {
  failsAt = () => 1;
  const { screen, troubles } = open();
  await new Promise((resolve) => setTimeout(resolve, 5));
  screen.show(5);
  screen.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([troubles, screen.isReopening], [[], false]);
});
