/**
 * The main picture taken from the wall: a camera's tile, enlarged, so that no stream of its own is fetched. Has the shape
 * of a screen for those who look at the picture; no clock moves it, it shows what the wall shows.
 */
export class TileScreen {
  /** @type {null} */
  url;
  /** @type {Trouble|null} */
  trouble;
  /** @type {string|null} */
  #cameraId = null;

  /**
   * @param {object} options
   * @param {HTMLCanvasElement} options.canvas where it is painted
   * @param {(canvas: HTMLCanvasElement, cameraId: string) => number|null} options.draw paints a camera's tile and returns its
   *   frame; null when there is none yet
   * @param {(screen: TileScreen) => void} options.onFrame
   */
  constructor({ canvas, draw, onFrame }) {
    this.canvas = canvas;
    this.draw = draw;
    this.onFrame = onFrame;
    this.url = null;
    this.trouble = null;
    this.frame = -1;
    this.dropped = 0;
  }

  get hasPicture() {
    return this.frame >= 0;
  }

  get isLoading() {
    return this.frame < 0;
  }

  get source() {
    return this.hasPicture ? this.canvas : null;
  }

  get sizeWh() {
    return [this.canvas.width, this.canvas.height];
  }

  /** The wall's tile goes on as long as the wall does. */
  get lastFrame() {
    return Infinity;
  }

  readFrame() {
    return this.frame;
  }

  /** Show another camera. @param {string} cameraId */
  open(cameraId) {
    this.#cameraId = cameraId;
    this.frame = -1;
    this.repaint();
  }

  /** The wall shows another frame. */
  repaint() {
    if (this.#cameraId === null) return;
    const frame = this.draw(this.canvas, this.#cameraId);
    if (frame === null || frame === this.frame) return;
    this.frame = frame;
    this.onFrame(this);
  }

  close() {
    this.#cameraId = null;
    this.frame = -1;
  }

  unblock() {}
}
