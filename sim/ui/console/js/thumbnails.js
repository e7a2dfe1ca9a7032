/** Small pictures: cut from the screen when a mark is made, from the camera's sprite sheet otherwise. */

import { clamp, getPen, must } from "./dom.js";

const CUT_WIDTH = 0.24;
const CUT_SHAPE = 4 / 3;
const SIZE_PX = [128, 96];
const COPY_PX = 960;
const BOX_ROOM = 1.15;
const LINE_PX = 2;

/** @typedef {{source: CanvasImageSource|null, sizeWh: number[]}} Pictured something with a picture, such as a screen */

/**
 * The part of a picture around a point, as x, y, width, height in 0..1; it stays inside the picture.
 * @param {{x: number, y: number}} of
 * @param {number} pictureRatio
 */
export function cutAround({ x, y }, pictureRatio) {
  const width = CUT_WIDTH;
  const height = Math.min(1, (CUT_WIDTH * pictureRatio) / CUT_SHAPE);
  return [clamp(x - width / 2, 0, 1 - width), clamp(y - height / 2, 0, 1 - height), width, height];
}

/**
 * As `cutAround`, and wide enough to have a box in it: left, top, right, bottom in 0..1.
 * @param {XY} point
 * @param {Box} box
 * @param {number} pictureRatio
 */
export function cutAroundBox(point, [left, top, right, bottom], pictureRatio) {
  const near = cutAround(point, pictureRatio);
  const isInside = left >= near[0] && top >= near[1] && right <= near[0] + near[2] && bottom <= near[1] + near[3];
  if (isInside) return near;
  const across = Math.max(near[2], (right - left) * BOX_ROOM, ((bottom - top) * BOX_ROOM * CUT_SHAPE) / pictureRatio);
  const [width, height] = [Math.min(1, across), Math.min(1, (across * pictureRatio) / CUT_SHAPE)];
  return [clamp((left + right - width) / 2, 0, 1 - width), clamp((top + bottom - height) / 2, 0, 1 - height), width, height];
}

/** Copy all of a screen's picture, as it is now, onto a new canvas. @param {Pictured} screen */
export function copyScreen(screen) {
  const canvas = document.createElement("canvas");
  const [fullWidth, fullHeight] = screen.sizeWh;
  canvas.width = Math.min(COPY_PX, fullWidth);
  canvas.height = Math.round((canvas.width * fullHeight) / fullWidth);
  getPen(canvas, { alpha: false }).drawImage(must(screen.source), 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * Cut the surroundings of a point out of a picture, onto a new canvas.
 * @param {HTMLCanvasElement} picture whole
 * @param {{x: number, y: number}} point
 * @param {number[]|null} [box] outlined, and wholly in it: left, top, right, bottom in 0..1
 */
export function cutOut(picture, point, box = null) {
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

/**
 * A bright line between two dark ones, seen on any clothes: around the box, and inside at the picture's edge.
 * @param {Painting} pen
 * @param {Box} box
 * @param {ToPixels} toCanvas
 */
function drawBox(pen, [left, top, right, bottom], toCanvas) {
  const room = LINE_PX + 1;
  const { width, height } = pen.canvas;
  const [fromX, fromY] = toCanvas([left, top]).map((value) => Math.max(room, Math.floor(value) - LINE_PX));
  const [toX, toY] = toCanvas([right, bottom]).map((value, axis) => Math.min([width, height][axis] - room, Math.ceil(value) + LINE_PX));
  for (const [colour, line] of [
    ["#000", LINE_PX + 2],
    ["#fff", LINE_PX],
  ]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: line });
    pen.strokeRect(fromX, fromY, toX - fromX, toY - fromY);
  }
}

/** The sprite sheets of a recording; only the one last asked for stays in memory, ready to be drawn at once. */
export class SpriteSheets {
  /** @type {string|null} */
  #cameraId = null;
  /** @type {ImageBitmap|null} */
  #image = null;
  #isReady = false;
  /** @type {(() => void)|null} */
  #onReady = null;

  /** @param {Recording} recording the recording of the console's data */
  constructor(recording) {
    this.recording = recording;
    this.layout = recording.thumbs;
  }

  /** Fetch a camera's sheet, with less haste than the footage. @param {string} cameraId */
  preload(cameraId) {
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

  /**
   * Draw the thumbnail nearest to a time if the camera's sheet is in memory; says whether it was. Loads nothing.
   * @param {HTMLCanvasElement} canvas
   * @param {string|null} cameraId
   * @param {number} timeS
   */
  drawIfLoaded(canvas, cameraId, timeS) {
    if (!this.#isReady || cameraId !== this.#cameraId) return false;
    this.#drawPart(canvas, must(this.#image), timeS, [0, 0, 1, 1]);
    return true;
  }

  /**
   * Draw the surroundings of a mark from its camera's sheet.
   * @param {HTMLCanvasElement} canvas
   * @param {Moment & XY} mark
   */
  async drawAround(canvas, mark) {
    const image = await this.#load(mark.camera_id);
    if (!image) return;
    const [width, height] = this.layout.tile_wh;
    this.#drawPart(canvas, image, mark.t_s, cutAround(mark, width / height));
    image.close();
  }

  /**
   * Draw the thumbnail nearest to a time, whole, from the camera's sheet, with less haste than the footage.
   * @param {HTMLCanvasElement} canvas
   * @param {string} cameraId
   * @param {number} timeS
   */
  async drawStill(canvas, cameraId, timeS) {
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

  /**
   * Make a camera's sheet the one in memory. One that cannot be had is asked for again the next time.
   * @param {string|null} cameraId
   * @param {RequestPriority} haste
   */
  async #open(cameraId, haste) {
    if (cameraId === null || cameraId === this.#cameraId) return;
    this.#cameraId = cameraId;
    this.#image?.close();
    this.#image = null;
    this.#isReady = false;
    const image = await this.#load(cameraId, haste);
    if (cameraId !== this.#cameraId) {
      image?.close();
      return;
    }
    if (image === null) {
      this.#cameraId = null;
      return;
    }
    this.#image = image;
    this.#isReady = true;
    this.#onReady?.();
  }

  /**
   * A sheet as a bitmap: what it takes is given back by `close`, where an image element's pixels stay in a cache.
   * @param {string} cameraId
   * @param {RequestPriority} [haste]
   */
  async #load(cameraId, haste = "auto") {
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
