/** Pixels of decoded pictures: read only where a browser is known to hand them over in the order asked for. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CutCanvas, PixelReader, paintPart, paintWhole } from "../../../sim/ui/console/js/pixels.js";

const ORDERS = { RGBA: [0, 1, 2, 3], BGRA: [2, 1, 0, 3], BGRX: [2, 1, 0, 3] };
const BLUE = [10, 20, 240, 255];

/** Pictures of a browser that answers as asked, of one that answers in the picture's own order, or of one that refuses. */
function makeFrames(manner) {
  return class {
    static copies = 0;
    static open = 0;

    constructor(bytes, { format, codedWidth, codedHeight }) {
      Object.assign(this, { bytes, format, displayWidth: codedWidth, displayHeight: codedHeight });
      this.constructor.open++;
    }

    async copyTo(target, { format }) {
      this.constructor.copies++;
      if (manner === "refuses") throw new DOMException("no", "NotSupportedError");
      const order = ORDERS[manner === "own order" ? format : this.format];
      for (let place = 0; place < target.length; place++) target[place] = this.bytes[place - (place % 4) + order[place % 4]];
      return [{ offset: 0, stride: 4 * this.displayWidth }];
    }

    close() {
      this.constructor.open--;
    }
  };
}

/** A blue picture of 2x1 as a decoder keeps it. */
function makeBlue(Frame, format = "BGRA") {
  const pixel = ORDERS[format].map((place) => BLUE[place]);
  return new Frame(Uint8Array.from([...pixel, ...pixel]), { format, codedWidth: 2, codedHeight: 1 });
}

beforeEach(() => {
  globalThis.ImageData = class {
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  };
});

afterEach(() => {
  delete globalThis.ImageData;
  delete globalThis.VideoFrame;
  delete globalThis.document;
});

for (const format of ["BGRA", "BGRX", "RGBA"]) {
  test(`a browser that answers as asked is read, ${format}, and asked only once about what is known`, async () => {
    const Frame = (globalThis.VideoFrame = makeFrames("as asked"));
    const reader = new PixelReader();
    for (let count = 0; count < 3; count++) assert.deepEqual([...(await reader.read(makeBlue(Frame, format))).data], [...BLUE, ...BLUE]);
    assert.deepEqual([Frame.copies, Frame.open], [4, 3], "the known picture was read once, and closed");
  });
}

test("red and blue are not mixed up where the answer has the picture's own order", async () => {
  const Frame = (globalThis.VideoFrame = makeFrames("own order"));
  const reader = new PixelReader();
  assert.equal(await reader.read(makeBlue(Frame)), null);
  assert.equal(await reader.read(makeBlue(Frame)), null);
  assert.deepEqual([...(await reader.read(makeBlue(Frame, "RGBA"))).data], [...BLUE, ...BLUE], "that order is the one asked for");
  assert.equal(Frame.copies, 3);
});

test("a browser that refuses, and a format that nobody can build, are not read", async () => {
  const Frame = (globalThis.VideoFrame = makeFrames("refuses"));
  const reader = new PixelReader();
  assert.equal(await reader.read(makeBlue(Frame)), null);
  assert.equal(await reader.read(Object.assign(makeBlue(Frame), { format: "I444P10" })), null);
  assert.equal(Frame.copies, 1);
});

/** A pen that notes what is drawn with it. */
function makePen() {
  const pen = { drawn: [], drawImage: (...how) => pen.drawn.push(["draw", ...how]), putImageData: (...how) => pen.drawn.push(["put", ...how]) };
  return pen;
}

test("a picture is drawn once, whole, however many tiles are cut of it, and on one canvas", () => {
  const kept = makePen();
  const canvas = (kept.canvas = { width: 300, height: 150, getContext: () => kept });
  globalThis.document = { createElement: () => canvas };
  const [cut, tile] = [new CutCanvas(), makePen()];
  const [first, second] = [1, 2].map((number) => ({ number, displayWidth: 1280, displayHeight: 720 }));
  for (const picture of [first, first, second]) paintPart(tile, { cuttable: cut.hold(picture), pixels: null }, [320, 180, 320, 180]);
  assert.deepEqual(kept.drawn, [["draw", first, 0, 0, 1280, 720], ["draw", second, 0, 0, 1280, 720]]);
  assert.deepEqual(tile.drawn, Array.from({ length: 3 }, () => ["draw", canvas, 320, 180, 320, 180, 0, 0, 320, 180]));
  assert.deepEqual([canvas.width, canvas.height], [1280, 720]);
});

test("where pixels were read nothing is drawn", () => {
  const [pen, pixels] = [makePen(), { width: 640, height: 360 }];
  paintPart(pen, { cuttable: null, pixels }, [320, 180, 320, 180]);
  paintWhole(pen, { source: null, pixels, sizeWh: [640, 360] });
  assert.deepEqual(pen.drawn, [["put", pixels, -320, -180, 320, 180, 320, 180], ["put", pixels, 0, 0]]);
});
