/** The fixes of this attempt: made, taken back, gone to. */

import { makeUuid } from "./dom.js";

export class FixList {
  #fixes = [];

  /**
   * @param {object} options
   * @param {number} options.fps
   * @param {(kind: string, payload: object) => void} options.send leaves an event
   * @param {(fixes: object[]) => void} options.onChange the fixes as they are now, by their times
   */
  constructor({ fps, send, onChange }) {
    Object.assign(this, { fps, send, onChange });
  }

  /** By their times, then in the order they were made. */
  get all() {
    return this.#fixes;
  }

  /** Take over what was kept. */
  set(fixes) {
    this.#fixes = [...fixes].sort((a, b) => a.t_s - b.t_s);
    this.onChange(this.#fixes);
  }

  /** Make a fix of a point of the picture of `cameraId`; returns it. */
  add(cameraId, { x, y, frame }) {
    const fix = {
      fix_id: makeUuid(),
      camera_id: cameraId,
      frame,
      t_s: frame / this.fps,
      x: Number(x.toFixed(4)),
      y: Number(y.toFixed(4)),
    };
    this.send("fix", { ...fix });
    this.set([...this.#fixes, fix]);
    return fix;
  }

  remove(fix) {
    this.send("unfix", { fix_id: fix.fix_id });
    this.set(this.#fixes.filter((each) => each.fix_id !== fix.fix_id));
  }
}
