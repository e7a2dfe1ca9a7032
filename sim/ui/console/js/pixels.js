/**
 * The pixels of decoded pictures, read out once each, so that a canvas only has to copy its part of them.
 *
 * Drawing a picture that a decoder or a video holds changes its colours for every canvas, and without a graphics
 * card Chromium keeps about a hundred copies of each canvas drawn that way (docs/decisions/010).
 */

import { getPen, must } from "./dom.js";

/** @type {VideoFrameCopyToOptions} */
const AS_RGBA = { format: "RGBA", colorSpace: "srgb" };
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

/** @param {number[]} levels @param {number} times */
function repeat(levels, times) {
  return Array.from({ length: times }, () => levels).flat();
}

export class PixelReader {
  /** @type {(ImageData|null)[]} */
  #images = [null, null];
  #turn = 0;
  /** @type {Map<VideoPixelFormat|null, Promise<boolean>>} */
  #canRead = new Map();

  /**
   * Return the pixels of a `VideoFrame`, or null where the browser cannot hand them over. They stay as they are until
   * the call after the next.
   * @param {VideoFrame} picture
   */
  async read(picture) {
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

/**
 * Whether this browser hands over pictures of a format as RGBA, by one whose color is known: WebKit takes the same
 * question and answers in the order that the picture has.
 * @param {VideoPixelFormat|null} format
 */
async function readsKnown(format) {
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
  /** @type {CanvasRenderingContext2D|null} */
  #pen = null;
  /** @type {VideoFrame|null} */
  #drawn = null;

  /** The canvas with this picture, drawn once however often it is cut. @param {VideoFrame} picture */
  hold(picture) {
    if (this.#drawn === picture) return must(this.#pen).canvas;
    const { displayWidth: width, displayHeight: height } = picture;
    this.#pen ??= getPen(document.createElement("canvas"), { alpha: false });
    const { canvas } = this.#pen;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    this.#pen.drawImage(picture, 0, 0, width, height);
    this.#drawn = picture;
    return canvas;
  }

  /** The picture is gone. */
  clear() {
    this.#drawn = null;
  }
}

/**
 * Paint a part of a screen's picture, unscaled, to the upper left of a canvas.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Painted} screen
 * @param {number[]} part left, top, width and height, pixels
 */
export function paintPart(pen, screen, [left, top, width, height]) {
  if (screen.pixels) pen.putImageData(screen.pixels, -left, -top, left, top, width, height);
  else pen.drawImage(must(screen.cuttable), left, top, width, height, 0, 0, width, height);
}

/**
 * Paint a screen's whole picture on a canvas of its size.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Pictured & {pixels: ImageData|null}} screen
 */
export function paintWhole(pen, { source, pixels, sizeWh: [width, height] }) {
  if (pixels) pen.putImageData(pixels, 0, 0);
  else pen.drawImage(must(source), 0, 0, width, height);
}
