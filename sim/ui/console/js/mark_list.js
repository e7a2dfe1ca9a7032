/** The marks of this attempt: made, taken back, judged for sureness, and the way back several steps. */

import { makeUuid } from "./dom.js";

const MOST_STEPS = 50;

/** @typedef {{kind: "mark"|"removal", mark: Mark}} Step the mark is `mark`, as it is sent and kept */

export class MarkList {
  /** @type {Mark[]} */
  #marks = [];
  /** @type {Step[]} */
  #steps = [];

  /**
   * @param {object} options
   * @param {number} options.fps
   * @param {SendEvent} options.send leaves an event
   * @param {(marks: Mark[]) => void} options.onChange the marks as they are now, by their times
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
    return this.#marks;
  }

  /** Have these marks, whatever there was. @param {Mark[]} marks */
  set(marks) {
    this.#marks = [...marks].sort((a, b) => a.t_s - b.t_s);
    this.onChange(this.#marks);
  }

  /** Take over what was kept, and the steps of this tab that still fit it. @param {Mark[]} marks */
  restore(marks) {
    this.set(marks);
    this.#steps = this.#readSteps();
  }

  /**
   * Make a mark of a point of the picture of `cameraId`; returns it.
   * @param {string} cameraId
   * @param {XY & {frame: number}} spot
   */
  add(cameraId, { x, y, frame }) {
    const mark = {
      mark_id: makeUuid(),
      camera_id: cameraId,
      frame,
      t_s: frame / this.fps,
      x: Number(x.toFixed(4)),
      y: Number(y.toFixed(4)),
    };
    this.send("mark", { ...mark });
    this.set([...this.#marks, mark]);
    this.#noteStep({ kind: "mark", mark: mark });
    return mark;
  }

  /** @param {{mark_id: string}} mark */
  remove(mark) {
    const current = this.find(mark.mark_id);
    if (!current) return;
    this.#takeBack(current);
    this.#noteStep({ kind: "removal", mark: current });
  }

  /** Undo the last mark or removal: returns it, or null when there is none. */
  undo() {
    const step = this.#steps.pop();
    if (!step) return null;
    this.#writeSteps();
    if (step.kind === "mark") this.#takeBack(step.mark);
    else {
      this.send("mark", { ...step.mark });
      this.set([...this.#marks, step.mark]);
    }
    return step;
  }

  /** @param {string|null} markId */
  find(markId) {
    return this.#marks.find((mark) => mark.mark_id === markId) ?? null;
  }

  /** @param {{mark_id: string}} mark */
  #takeBack({ mark_id: markId }) {
    this.send("unmark", { mark_id: markId });
    this.set(this.#marks.filter((mark) => mark.mark_id !== markId));
  }

  /** @param {Step} step */
  #noteStep(step) {
    this.#steps = [...this.#steps, step].slice(-MOST_STEPS);
    this.#writeSteps();
  }

  #writeSteps() {
    this.storage.setItem(this.key, JSON.stringify(this.#steps));
  }

  /** Steps that lead to the marks there are, gone through backwards; another tab may have changed them meanwhile. */
  #readSteps() {
    const present = new Set(this.#marks.map((mark) => mark.mark_id));
    const steps = [];
    for (const step of JSON.parse(this.storage.getItem(this.key) ?? "[]").reverse()) {
      const { mark_id: markId } = step.mark;
      if (present.has(markId) !== (step.kind === "mark")) continue;
      if (step.kind === "mark") present.delete(markId);
      else present.add(markId);
      steps.unshift(step);
    }
    return steps;
  }
}
