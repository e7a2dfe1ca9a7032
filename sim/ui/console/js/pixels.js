/**
 * The pixels of decoded pictures, read out once each, so that a canvas only has to copy its part of them.
 *
 * Drawing a picture that a decoder or a video holds changes its colours for every canvas, and without a graphics
 * card Chromium keeps about a hundred copies of each canvas drawn that way (docs/decisions/010).
 */

import { clamp, getPen, must } from "./dom.js";

/** @type {VideoFrameCopyToOptions} */ const AS_RGBA = { format: "RGBA", colorSpace: "srgb" };
const KNOWN_PX = 16;
const KNOWN_RGB = [220, 40, 40];
/** The same in BT.709. */
const KNOWN_YUV = [83, 110, 207];
/** What tells red from blue and from brightness, not one matrix of colors from another. */
const SLACK = 60;

/**
 * The bytes of a picture of one color, by how pictures are stored.
 * @type {Partial<Record<VideoPixelFormat, () => number[]>>}
 */
const KNOWN = {
  I420: () => KNOWN_YUV.flatMap((level, plane) => repeat([level], KNOWN_PX ** 2 / (plane ? 4 : 1))),
  NV12: () => [...repeat([KNOWN_YUV[0]], KNOWN_PX ** 2), ...repeat(KNOWN_YUV.slice(1), KNOWN_PX ** 2 / 4)],
  RGBA: makeRgba,
  RGBX: makeRgba,
  BGRA: makeBgra,
  BGRX: makeBgra,
};

function makeRgba() {
  return repeat([...KNOWN_RGB, 255], KNOWN_PX ** 2);
}

function makeBgra() {
  return repeat([KNOWN_RGB[2], KNOWN_RGB[1], KNOWN_RGB[0], 255], KNOWN_PX ** 2);
}

function repeat(/** @type {number[]} */ levels, /** @type {number} */ times) {
  return Array.from({ length: times }, () => levels).flat();
}

export class PixelReader {
  /** @type {(ImageData|null)[]} */ #images = [null, null];
  #turn = 0;
  /** @type {Map<VideoPixelFormat|null, Promise<boolean>>} */ #canRead = new Map();

  /** The pixels, until the call after the next; null where the browser cannot hand them over. */
  async read(/** @type {VideoFrame} */ picture) {
    const { format, displayWidth: width, displayHeight: height } = picture;
    if (!this.#canRead.has(format)) this.#canRead.set(format, readsKnown(format));
    if (!(await this.#canRead.get(format))) return null;
    this.#turn = 1 - this.#turn;
    const kept = this.#images[this.#turn];
    const image = kept?.width === width && kept.height === height ? kept : new ImageData(width, height);
    this.#images[this.#turn] = image;
    try {
      await picture.copyTo(image.data, AS_RGBA);
      return image;
    } catch {
      this.#canRead.set(format, Promise.resolve(false));
      return null;
    }
  }
}

/** Tried with a known color: WebKit takes the question for RGBA and answers in the picture's own order. */
async function readsKnown(/** @type {VideoPixelFormat|null} */ format) {
  const bytes = KNOWN[format ?? "BGRA"]?.();
  if (!bytes) return false;
  const found = new Uint8ClampedArray(4 * KNOWN_PX ** 2);
  try {
    const known = new VideoFrame(new Uint8Array(bytes), { format: format ?? "BGRA", codedWidth: KNOWN_PX, codedHeight: KNOWN_PX, timestamp: 0 });
    await known.copyTo(found, AS_RGBA).finally(() => known.close());
  } catch {
    return false;
  }
  return found.every((level, place) => Math.abs(level - [...KNOWN_RGB, 255][place % 4]) <= SLACK);
}

/** A decoder's picture on a canvas, to be cut: WebKit draws a `VideoFrame` whole, whatever part of it is asked for. */
export class CutCanvas {
  /** @type {CanvasRenderingContext2D|null} */ #pen = null;
  /** @type {VideoFrame|null} */ #drawn = null;

  hold(/** @type {VideoFrame} */ picture) {
    if (this.#drawn === picture) return must(this.#pen).canvas;
    const { displayWidth: width, displayHeight: height } = picture;
    this.#pen ??= getPen(document.createElement("canvas"), { alpha: false });
    const { canvas } = this.#pen;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    this.#pen.drawImage(picture, 0, 0, width, height);
    this.#drawn = picture;
    return canvas;
  }

  clear() {
    this.#drawn = null;
  }
}

/** Paint a part of a screen's picture, unscaled, to the upper left of a canvas. */
export function paintPart(/** @type {CanvasRenderingContext2D} */ pen, /** @type {Painted} */ screen, /** @type {number[]} */ [left, top, width, height]) {
  if (screen.pixels) pen.putImageData(screen.pixels, -left, -top, left, top, width, height);
  else pen.drawImage(must(screen.cuttable), left, top, width, height, 0, 0, width, height);
}

export function paintWhole(/** @type {Painting} */ pen, /** @type {Painted & Pictured} */ { source, pixels, sizeWh: [width, height] }) {
  if (pixels) pen.putImageData(pixels, 0, 0);
  else pen.drawImage(must(source), 0, 0, width, height);
}

/** What the screens of both ways of playing have: the clip, the frame of it that shows, and what stands in the way. */
export class ClipScreen {
  /** @type {string|null} */ url = null;
  /** @type {ImageData|null} */ pixels = null;
  /** @type {Trouble|null} */ trouble = null;
  frame = -1;
  reopened = 0;
  isReopening = false;

  get hasPicture() { return this.frame >= 0; }
  get isLoading() { return this.frame < 0; }
  readFrame() { return this.frame; }

  unblock() {}

  /** Usable as a clock: something is loaded or loading and has not failed. */
  get isUsable() { return this.url !== null && this.trouble === null; }

  /** Note what stands in the way, null for nothing; returns whether it is news. @param {Trouble|null} trouble */
  meetTrouble(trouble) {
    const isNews = trouble !== this.trouble;
    this.trouble = trouble;
    return isNews;
  }
}

// Small pictures: cut from the screen when a mark is made, from the camera's sprite sheet otherwise.

const CUT_WIDTH = 0.24;
const CUT_SHAPE = 4 / 3;
const SIZE_PX = [128, 96];
const COPY_PX = 960;
const BOX_ROOM = 1.15;
const LINE_PX = 2;

/** @typedef {{source: CanvasImageSource|null, sizeWh: number[]}} Pictured something with a picture, such as a screen */

/** The part of a picture around a point, as x, y, width, height in 0..1; it stays inside the picture. */
export function cutAround(/** @type {{x: number, y: number}} */ { x, y }, /** @type {number} */ pictureRatio) {
  const width = CUT_WIDTH;
  const height = Math.min(1, (CUT_WIDTH * pictureRatio) / CUT_SHAPE);
  return [clamp(x - width / 2, 0, 1 - width), clamp(y - height / 2, 0, 1 - height), width, height];
}

/** As `cutAround`, and wide enough to have a box in it: left, top, right, bottom in 0..1. */
export function cutAroundBox(/** @type {XY} */ point, /** @type {Box} */ [left, top, right, bottom], /** @type {number} */ pictureRatio) {
  const near = cutAround(point, pictureRatio);
  const isInside = left >= near[0] && top >= near[1] && right <= near[0] + near[2] && bottom <= near[1] + near[3];
  if (isInside) return near;
  const across = Math.max(near[2], (right - left) * BOX_ROOM, ((bottom - top) * BOX_ROOM * CUT_SHAPE) / pictureRatio);
  const [width, height] = [Math.min(1, across), Math.min(1, (across * pictureRatio) / CUT_SHAPE)];
  return [clamp((left + right - width) / 2, 0, 1 - width), clamp((top + bottom - height) / 2, 0, 1 - height), width, height];
}

export function copyScreen(/** @type {Pictured} */ screen) {
  const canvas = document.createElement("canvas");
  const [fullWidth, fullHeight] = screen.sizeWh;
  canvas.width = Math.min(COPY_PX, fullWidth);
  canvas.height = Math.round((canvas.width * fullHeight) / fullWidth);
  getPen(canvas, { alpha: false }).drawImage(must(screen.source), 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Cut the surroundings of a point out of a picture, onto a new canvas; a box is outlined, and wholly in it. */
export function cutOut(/** @type {HTMLCanvasElement} */ picture, /** @type {{x: number, y: number}} */ point, /** @type {number[]|null} */ box = null) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = SIZE_PX;
  const { width: fullWidth, height: fullHeight } = picture;
  const ratio = fullWidth / fullHeight;
  const [x, y, width, height] = box ? cutAroundBox(point, box, ratio) : cutAround(point, ratio);
  const pen = getPen(canvas, { alpha: false });
  pen.drawImage(picture, x * fullWidth, y * fullHeight, width * fullWidth, height * fullHeight, 0, 0, canvas.width, canvas.height);
  if (box) drawBox(pen, box, ([left, top]) => [((left - x) / width) * canvas.width, ((top - y) / height) * canvas.height]);
  return canvas;
}

/** A bright line between two dark ones, seen on any clothes: around the box, and inside at the picture's edge. */
function drawBox(/** @type {Painting} */ pen, /** @type {Box} */ [left, top, right, bottom], /** @type {ToPixels} */ toCanvas) {
  const room = LINE_PX + 1;
  const { width, height } = pen.canvas;
  const [fromX, fromY] = toCanvas([left, top]).map((value) => Math.max(room, Math.floor(value) - LINE_PX));
  const [toX, toY] = toCanvas([right, bottom]).map((value, axis) => Math.min([width, height][axis] - room, Math.ceil(value) + LINE_PX));
  for (const [colour, line] of [["#000", LINE_PX + 2], ["#fff", LINE_PX]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: line });
    pen.strokeRect(fromX, fromY, toX - fromX, toY - fromY);
  }
}

/** The sprite sheets of a recording; only the one last asked for stays in memory, ready to be drawn at once. */
export class SpriteSheets {
  /** @type {string|null} */ #cameraId = null;
  /** @type {ImageBitmap|null} */ #image = null;
  #isReady = false;
  /** @type {(() => void)|null} */ #onReady = null;

  constructor(/** @type {Recording} */ recording) {
    this.recording = recording;
    this.layout = recording.thumbs;
  }

  preload(/** @type {string} */ cameraId) {
    this.#open(cameraId, "low");
  }

  /**
   * Draw the thumbnail nearest to a time, whole. Returns false while the sheet is loading; `onLoad` then says when to ask again.
   * @param {HTMLCanvasElement} canvas
   * @param {string|null} cameraId
   * @param {number} timeS
   * @param {() => void} onLoad
   */
  draw(canvas, cameraId, timeS, onLoad) {
    this.#open(cameraId, "auto");
    this.#onReady = onLoad;
    return this.drawIfLoaded(canvas, cameraId, timeS);
  }

  /** Draw the thumbnail nearest to a time if the camera's sheet is in memory; says whether it was. Loads nothing. */
  drawIfLoaded(/** @type {HTMLCanvasElement} */ canvas, /** @type {string|null} */ cameraId, /** @type {number} */ timeS) {
    if (!this.#isReady || cameraId !== this.#cameraId) return false;
    this.#drawPart(canvas, must(this.#image), timeS, [0, 0, 1, 1]);
    return true;
  }

  async drawAround(/** @type {HTMLCanvasElement} */ canvas, /** @type {Moment & XY} */ mark) {
    const image = await this.#load(mark.camera_id);
    if (!image) return;
    const [width, height] = this.layout.tile_wh;
    this.#drawPart(canvas, image, mark.t_s, cutAround(mark, width / height));
    image.close();
  }

  /** Draw the thumbnail nearest to a time, whole, from the camera's sheet, with less haste than the footage. */
  async drawStill(/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ cameraId, /** @type {number} */ timeS) {
    const image = await this.#load(cameraId, "low");
    if (!image) return false;
    this.#drawPart(canvas, image, timeS, [0, 0, 1, 1]);
    image.close();
    return true;
  }

  /** @param {HTMLCanvasElement} canvas @param {CanvasImageSource} image @param {number} timeS @param {Part} part */
  #drawPart(canvas, image, timeS, [x, y, width, height]) {
    const { tile_wh: tile, every_s: everyS, columns } = this.layout;
    const count = Math.ceil(this.recording.duration_s / everyS);
    const index = clamp(Math.floor(timeS / everyS + 1e-6), 0, count - 1);
    const left = (index % columns) * tile[0];
    const top = Math.floor(index / columns) * tile[1];
    const [fromX, fromY] = [left + x * tile[0], top + y * tile[1]];
    getPen(canvas, { alpha: false }).drawImage(image, fromX, fromY, width * tile[0], height * tile[1], 0, 0, canvas.width, canvas.height);
  }

  /** Make a camera's sheet the one in memory. One that cannot be had is asked for again the next time. */
  async #open(/** @type {string|null} */ cameraId, /** @type {RequestPriority} */ haste) {
    if (cameraId === null || cameraId === this.#cameraId) return;
    this.#cameraId = cameraId;
    this.#image?.close();
    this.#image = null;
    this.#isReady = false;
    const image = await this.#load(cameraId, haste);
    if (cameraId !== this.#cameraId) return image?.close();
    if (image === null) {
      this.#cameraId = null;
      return;
    }
    this.#image = image;
    this.#isReady = true;
    this.#onReady?.();
  }

  /** A sheet as a bitmap: what it takes is given back by `close`, where an image element's pixels stay in a cache. */
  async #load(/** @type {string} */ cameraId, /** @type {RequestPriority} */ haste = "auto") {
    const camera = this.recording.cameras.find((each) => each.camera_id === cameraId);
    if (!camera) return null;
    try {
      const answer = await fetch(camera.thumbs_url, { priority: haste });
      return answer.ok ? await createImageBitmap(await answer.blob()) : null;
    } catch {
      return null;
    }
  }
}
