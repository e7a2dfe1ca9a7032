/** The fixes of this attempt: made, taken back, judged for sureness, and the way back several steps. */

import { makeUuid } from "./dom.js";

const MOST_STEPS = 50;

/** @typedef {{kind: "mark"|"removal", fix: Fix}} Step */

export class FixList {
  /** @type {Fix[]} */
  #fixes = [];
  /** @type {Step[]} */
  #steps = [];

  /**
   * @param {object} options
   * @param {number} options.fps
   * @param {SendEvent} options.send leaves an event
   * @param {(fixes: Fix[]) => void} options.onChange the fixes as they are now, by their times
   * @param {Kept} options.storage keeps the way back over a reload
   * @param {string} options.attemptId
   */
  constructor({ fps, send, onChange, storage, attemptId }) {
    this.fps = fps;
    this.send = send;
    this.onChange = onChange;
    this.storage = storage;
    this.key = `sightline-undo-${attemptId}`;
  }

  /** By their times, then in the order they were made. */
  get all() {
    return this.#fixes;
  }

  /**
   * Have these fixes, whatever there was.
   * @param {Fix[]} fixes
   */
  set(fixes) {
    this.#fixes = [...fixes].sort((a, b) => a.t_s - b.t_s);
    this.onChange(this.#fixes);
  }

  /**
   * Take over what was kept, and the steps of this tab that still fit it.
   * @param {Fix[]} fixes
   */
  restore(fixes) {
    this.set(fixes);
    this.#steps = this.#readSteps();
  }

  /**
   * Make a fix of a point of the picture of `cameraId`; returns it.
   * @param {string} cameraId
   * @param {XY & {frame: number}} spot
   */
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
    this.#noteStep({ kind: "mark", fix });
    return fix;
  }

  /** @param {{fix_id: string}} fix */
  remove(fix) {
    const current = this.find(fix.fix_id);
    if (!current) return;
    this.#takeBack(current);
    this.#noteStep({ kind: "removal", fix: current });
  }

  /**
   * Say how sure a mark is: 1, 2 or 3, or null for not said.
   * @param {string} fixId
   * @param {number|null} confidence
   */
  setConfidence(fixId, confidence) {
    if (!this.find(fixId)) return;
    this.send("confidence", { fix_id: fixId, confidence });
    this.set(this.#fixes.map((fix) => (fix.fix_id === fixId ? { ...fix, confidence } : fix)));
  }

  /** Undo the last mark or removal: returns it, or null when there is none. */
  undo() {
    const step = this.#steps.pop();
    if (!step) return null;
    this.#writeSteps();
    if (step.kind === "mark") this.#takeBack(step.fix);
    else {
      this.send("fix", { ...step.fix });
      this.set([...this.#fixes, step.fix]);
    }
    return step;
  }

  /** @param {string|null} fixId */
  find(fixId) {
    return this.#fixes.find((fix) => fix.fix_id === fixId) ?? null;
  }

  /** @param {{fix_id: string}} fix */
  #takeBack({ fix_id: fixId }) {
    this.send("unfix", { fix_id: fixId });
    this.set(this.#fixes.filter((fix) => fix.fix_id !== fixId));
  }

  /** @param {Step} step */
  #noteStep(step) {
    this.#steps = [...this.#steps, step].slice(-MOST_STEPS);
    this.#writeSteps();
  }

  #writeSteps() {
    this.storage.setItem(this.key, JSON.stringify(this.#steps));
  }

  /** Steps that lead to the fixes there are, gone through backwards; another tab may have changed them meanwhile. */
  #readSteps() {
    const present = new Set(this.#fixes.map((fix) => fix.fix_id));
    const steps = [];
    for (const step of JSON.parse(this.storage.getItem(this.key) ?? "[]").reverse()) {
      const { fix_id: fixId } = step.fix;
      if (present.has(fixId) !== (step.kind === "mark")) continue;
      if (step.kind === "mark") present.delete(fixId);
      else present.add(fixId);
      steps.unshift(step);
    }
    return steps;
  }
}
