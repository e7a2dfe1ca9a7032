/** The outline in the main picture around the person whom a mark is on: seen for a moment, then gone. */

const SHOWN_MS = 1200;
const NEAR_S = 0.5;

export class Outline {
  /** @type {{cameraId: string, timeS: number, untilMs: number}|null} */
  #shown = null;

  /** @param {Parts} parts elements by `data-part` */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * Show it: around a box, of a moment of a camera.
   * @param {number[]} box left, top, right, bottom, shares of the picture
   * @param {{camera_id: string, t_s: number}} moment
   * @param {number} [forMs]
   */
  show([left, top, right, bottom], { camera_id: cameraId, t_s: timeS }, forMs = SHOWN_MS) {
    this.#shown = { cameraId, timeS, untilMs: performance.now() + forMs };
    const { outline } = this.parts;
    /** @param {number} value */
    const share = (value) => `${(value * 100).toFixed(2)}%`;
    Object.assign(outline.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
    outline.hidden = false;
  }

  hide() {
    this.#shown = null;
    this.parts.outline.hidden = true;
  }

  /**
   * Once per drawn frame: it goes when its time is over or the picture has moved on.
   * @param {string|null} cameraId
   * @param {number} timeS
   */
  tick(cameraId, timeS) {
    if (this.#shown === null) return;
    const isHere = cameraId === this.#shown.cameraId && Math.abs(timeS - this.#shown.timeS) <= NEAR_S;
    if (!isHere || performance.now() > this.#shown.untilMs) this.hide();
  }
}
