/**
 * The pixels of decoded pictures, read out once each, so that a canvas only has to copy its part of them.
 *
 * Drawing a picture that a decoder or a video holds changes its colours for every canvas, and without a graphics
 * card Chromium keeps about a hundred copies of each canvas drawn that way (docs/decisions/084).
 */

import { must } from "./dom.js";

export class PixelReader {
  /** @type {(ImageData|null)[]} */
  #images = [null, null];
  #turn = 0;
  #canRead = true;

  /**
   * Return the pixels of a `VideoFrame`, or null where the browser cannot hand them over. They stay as they are until
   * the call after the next.
   * @param {VideoFrame} picture
   */
  async read(picture) {
    if (!this.#canRead) return null;
    const { displayWidth: width, displayHeight: height } = picture;
    this.#turn = 1 - this.#turn;
    const kept = this.#images[this.#turn];
    const image = kept?.width === width && kept.height === height ? kept : new ImageData(width, height);
    this.#images[this.#turn] = image;
    try {
      const layout = await picture.copyTo(image.data, { format: "RGBA", colorSpace: "srgb" });
      this.#canRead = layout.length === 1 && layout[0].stride === 4 * width;
    } catch {
      this.#canRead = false;
    }
    return this.#canRead ? image : null;
  }
}

/**
 * Paint a part of a screen's picture, unscaled, to the upper left of a canvas.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Painted} screen
 * @param {number[]} part left, top, width and height, pixels
 */
export function paintPart(pen, { source, pixels }, [left, top, width, height]) {
  if (pixels) pen.putImageData(pixels, -left, -top, left, top, width, height);
  else pen.drawImage(must(source), left, top, width, height, 0, 0, width, height);
}
