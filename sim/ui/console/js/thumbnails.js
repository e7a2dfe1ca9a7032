/** Small pictures: cut from the screen when a mark is made, from the camera's sprite sheet otherwise. */

import { clamp } from "./dom.js";

const CUT_WIDTH = 0.24;
const CUT_SHAPE = 4 / 3;
const SIZE_PX = [128, 96];

/** The part of a picture around a point, as x, y, width, height in 0..1; it stays inside the picture. */
export function cutAround({ x, y }, pictureRatio) {
  const width = CUT_WIDTH;
  const height = Math.min(1, (CUT_WIDTH * pictureRatio) / CUT_SHAPE);
  return [clamp(x - width / 2, 0, 1 - width), clamp(y - height / 2, 0, 1 - height), width, height];
}

/** Draw the surroundings of a point of a screen's picture onto a new canvas. */
export function cutFromScreen(screen, point) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = SIZE_PX;
  const [fullWidth, fullHeight] = screen.sizeWh;
  const [x, y, width, height] = cutAround(point, fullWidth / fullHeight);
  const part = [x * fullWidth, y * fullHeight, width * fullWidth, height * fullHeight];
  canvas.getContext("2d", { alpha: false }).drawImage(screen.source, ...part, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The sprite sheets of a recording; only the one last asked for stays in memory, ready to be drawn at once. */
export class SpriteSheets {
  #cameraId = null;
  #image = null;
  #isReady = false;
  #onReady = null;

  /** @param {object} recording the recording of the console's data */
  constructor(recording) {
    this.recording = recording;
    this.layout = recording.thumbs;
  }

  /** Fetch a camera's sheet, with less haste than the footage. */
  preload(cameraId) {
    this.#open(cameraId, "low");
  }

  /** Draw the thumbnail nearest to a time, whole. Returns false while the sheet is loading; `onLoad` then says when to ask again. */
  draw(canvas, cameraId, timeS, onLoad) {
    this.#open(cameraId, "auto");
    this.#onReady = onLoad;
    return this.drawIfLoaded(canvas, cameraId, timeS);
  }

  /** Draw the thumbnail nearest to a time if the camera's sheet is in memory; says whether it was. Loads nothing. */
  drawIfLoaded(canvas, cameraId, timeS) {
    if (!this.#isReady || cameraId !== this.#cameraId) return false;
    this.#drawPart(canvas, this.#image, timeS, [0, 0, 1, 1]);
    return true;
  }

  /** Draw the surroundings of a mark from its camera's sheet. */
  async drawAround(canvas, fix) {
    const image = await this.#load(fix.camera_id);
    if (!image) return;
    const [width, height] = this.layout.tile_wh;
    this.#drawPart(canvas, image, fix.t_s, cutAround(fix, width / height));
    image.close();
  }

  /** Draw the thumbnail nearest to a time, whole, from the camera's sheet, with less haste than the footage. */
  async drawStill(canvas, cameraId, timeS) {
    const image = await this.#load(cameraId, "low");
    if (!image) return;
    this.#drawPart(canvas, image, timeS, [0, 0, 1, 1]);
    image.close();
  }

  #drawPart(canvas, image, timeS, [x, y, width, height]) {
    const { tile_wh: tile, every_s: everyS, columns } = this.layout;
    const count = Math.ceil(this.recording.duration_s / everyS);
    const index = clamp(Math.floor(timeS / everyS + 1e-6), 0, count - 1);
    const left = (index % columns) * tile[0];
    const top = Math.floor(index / columns) * tile[1];
    const source = [left + x * tile[0], top + y * tile[1], width * tile[0], height * tile[1]];
    canvas.getContext("2d", { alpha: false }).drawImage(image, ...source, 0, 0, canvas.width, canvas.height);
  }

  /** Make a camera's sheet the one in memory. One that cannot be had is asked for again the next time. */
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

  /** A sheet as a bitmap: what it takes is given back by `close`, where an image element's pixels stay in a cache. */
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
