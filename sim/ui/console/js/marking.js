/** Marks: the list of them, and what making, removing and going to one does to the console. */

import { makeUuid } from "./dom.js";
import { Found } from "./found.js";
import { Placing } from "./placing.js";

const MOST_STEPS = 50;

/** @typedef {{kind: "mark"|"removal", mark: Mark}} Step the mark is `mark`, as it is sent and kept */

/** The marks of this attempt: made, taken back, and the way back several steps. */
export class MarkList {
  /** @type {Mark[]} */ #marks = [];
  /** @type {Step[]} */ #steps = [];

  /** @param {{fps: number, send: SendEvent, onChange: (marks: Mark[]) => void, storage: Kept, attemptId: string}} options */
  constructor({ fps, send, onChange, storage, attemptId }) {
    this.fps = fps;
    this.send = send;
    this.onChange = onChange;
    this.storage = storage;
    this.key = `sightline-undo-${attemptId}`;
  }

  /** By their times, then in the order they were made. */
  get all() { return this.#marks; }

  set(/** @type {Mark[]} */ marks) {
    this.#marks = [...marks].sort((a, b) => a.t_s - b.t_s);
    this.onChange(this.#marks);
  }

  /** Take over what was kept, and the steps of this tab that still fit it. @param {Mark[]} marks */
  restore(marks) {
    this.set(marks);
    this.#steps = this.#readSteps();
  }

  add(/** @type {string} */ cameraId, /** @type {XY & {frame: number}} */ { x, y, frame }) {
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
    this.#noteStep({ kind: "mark", mark });
    return mark;
  }

  remove(/** @type {{mark_id: string}} */ mark) {
    const current = this.find(mark.mark_id);
    if (!current) return;
    this.#takeBack(current);
    this.#noteStep({ kind: "removal", mark: current });
  }

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

  find(/** @type {string|null} */ markId) { return this.#marks.find((mark) => mark.mark_id === markId) ?? null; }

  #takeBack(/** @type {{mark_id: string}} */ { mark_id: markId }) {
    this.send("unmark", { mark_id: markId });
    this.set(this.#marks.filter((mark) => mark.mark_id !== markId));
  }

  #noteStep(/** @type {Step} */ step) {
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

const SAME_SPOT_MS = 400;
const SAME_SPOT = 0.02;

/**
 * What marking needs to know of an exercise.
 * @typedef {object} MarkingExercise
 * @property {Role} role one's own
 * @property {(markId: string) => boolean} isStruck whether a mark of one's own is left out
 * @property {() => boolean} mayStrike whether this member may leave marks out now
 * @property {(mark: ListedMark) => void} onStrike leaves a mark out, or counts it again
 */

export class Marking {
  /** @type {string|null} */ #currentId = null;
  /** @type {ListedMark[]} */ #counted = [];
  /** @type {ExerciseMark[]} */ #others = [];
  /** @type {MarkingExercise|null} */ exercise = null;
  /** @type {{at: number, x?: number, y?: number, frame?: number, cameraId?: string|null}} */
  #last = { at: -Infinity };

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, storage, data, tools } = console_;
    this.found = new Found(console_, this);
    this.marks = new MarkList({
      fps: data.recording.fps,
      storage,
      attemptId: data.attempt_id,
      send: (kind, payload) => console_.send(kind, payload),
      onChange: () => this.#show(),
    });
    this.placing = new Placing(this);
    // a person, as the page is written, a place, or nothing
    const { marks } = data.task.answer_form;
    parts.foundEmptyMark.hidden = marks === "none";
    parts.foundEmptyView.hidden = marks !== "none";
    if (marks === "place") parts.foundEmptyWhat.textContent = "the place while it happens.";
    tools.add({ name: "undo", icon: "undo", label: "Undo the last mark or removal", key: "Z", run: () => this.undo() });
    this.actions = {
      undo: () => this.undo(),
      previousMark: () => this.step(-1),
      nextMark: () => this.step(1),
    };
  }

  /** The marks that count, by their times: one's own, and in an exercise everybody's that are not left out. */
  get all() { return this.#counted; }

  /** The marks of the others of an exercise as they are now, each with its `role`; some `struck`. */
  setOthers(/** @type {ExerciseMark[]} */ marks) {
    this.#others = marks;
    this.#show();
  }

  /** A double click marks once. While the picture moves a click stops it and asks: who is quick is not always right. */
  mark(/** @type {Spot} */ spot, /** @type {boolean} */ isTouch, atMs = performance.now()) {
    const { cameraId, playback } = this.console.picture;
    if (this.#isRepeat(spot, cameraId, atMs) || this.placing.confirm(spot)) return;
    const isMoving = playback.isPlaying;
    this.console.transport.pauseAt(spot.frame);
    this.placing.place(spot, isTouch || isMoving);
    const { x, y, frame } = spot;
    this.#last = { x, y, frame, cameraId, at: atMs };
  }

  /** A person has answered about a spot that waited: the next click is another mark. */
  forgetLast() {
    this.#last = { at: -Infinity };
  }

  /** Whatever has been clicked counts now, whether the server has said whom it is on or not. */
  settle() {
    this.placing.settle();
  }

  remove(/** @type {ListedMark} */ mark) {
    if (!this.console.isLive) return;
    this.marks.remove(mark);
    this.#say("Removed", mark, { label: "Undo", run: () => this.undo() });
  }

  removeAll() {
    for (const mark of this.marks.all) this.marks.remove(mark);
  }

  undo() {
    if (!this.console.isLive || this.placing.takeBack()) return;
    const step = this.marks.undo();
    if (step === null) this.console.sayings.hint("There is no mark or removal to undo");
    else if (step.kind === "mark") this.#say("Mark taken back", step.mark);
    else {
      this.#setCurrent(step.mark.mark_id);
      this.#say("Put back", step.mark);
    }
  }

  goTo(/** @type {ListedMark} */ mark) {
    if (!this.console.isLive) return;
    this.console.goTo(mark);
    this.#setCurrent(mark.mark_id);
  }

  step(/** @type {number} */ direction) {
    const { picture, sayings } = this.console;
    const mark = findNeighbor(this.all, this.#shown, picture.playback.shownFrame, direction);
    if (mark) this.goTo(mark);
    else sayings.hint(direction < 0 ? "There is no mark before this" : "There is no mark after this");
  }

  destroy() {
    this.found.destroy();
  }

  /** The mark whose very moment is on screen; of several the one last made or gone to; null for none. */
  get #shown() {
    const { playback, cameraId } = this.console.picture;
    const frames = [playback.shownFrame, playback.askedFrame];
    const here = this.all.filter((mark) => mark.camera_id === cameraId && frames.includes(mark.frame));
    return here.find((mark) => mark.mark_id === this.#currentId) ?? here[0] ?? null;
  }

  add(/** @type {Spot & {cameraId: string}} */ made) {
    const { most_marks: most } = this.console.data.task.answer_form;
    if (most !== null && this.marks.all.length >= most) this.marks.remove(this.marks.all[0]);
    const mark = this.marks.add(made.cameraId, made);
    this.#setCurrent(mark.mark_id);
    this.#say("Marked", mark, { label: "Undo", run: () => this.undo() });
    return mark;
  }

  #show() {
    const exercise = this.exercise;
    /** @type {ListedMark[]} */
    const own = exercise ? this.marks.all.map((mark) => ({ ...mark, role: exercise.role, own_id: mark.mark_id, struck: exercise.isStruck(mark.mark_id) })) : this.marks.all;
    const list = this.#others.length ? [...own, ...this.#others].sort((a, b) => a.t_s - b.t_s) : own;
    this.#counted = exercise ? list.filter((mark) => !mark.struck) : list;
    this.found.setMarks(list);
    this.console.showMarks(this.all);
  }

  /** Whether the last mark was made just now, on this very spot, and the picture has not been moved elsewhere since. */
  #isRepeat(/** @type {XY & {frame: number}} */ { x, y, frame }, /** @type {string|null} */ cameraId, /** @type {number} */ atMs) {
    const last = { x: NaN, y: NaN, frame: NaN, ...this.#last };
    const { stage } = this.console.picture;
    const isSoon = atMs - last.at < SAME_SPOT_MS && last.cameraId === cameraId && frame === last.frame;
    return isSoon && Math.hypot(x - last.x, y - last.y) < SAME_SPOT / stage.zoom.scale;
  }

  #setCurrent(/** @type {string|null} */ markId) {
    this.#currentId = markId;
    this.found.setCurrent(markId);
  }

  #say(/** @type {string} */ words, /** @type {ListedMark} */ mark, /** @type {Action|null} */ action = null) {
    const { picture, clock, sayings } = this.console;
    const where = [picture.nameOf(mark.camera_id), this.floorOf(mark.camera_id), clock.words(mark.t_s)].filter(Boolean);
    sayings.toast(`${words}: ${where.join(", ")}`, action);
  }

  /** The floor on which the plan shows the marks of a camera, in words; "" where there is one only. */
  floorOf(/** @type {string} */ cameraId) {
    const { floors, cameras } = this.console.data.site;
    const floorId = cameras.find((camera) => camera.camera_id === cameraId)?.floor;
    return floors.length > 1 ? (floors.find((floor) => floor.floor_id === floorId)?.name ?? "") : "";
  }
}

/** The mark next to the current one, or to a frame where none is current; null past either end. */
export function findNeighbor(/** @type {ListedMark[]} */ marks, /** @type {ListedMark|null} */ current, /** @type {number} */ frame, /** @type {number} */ direction) {
  if (current) return marks[marks.findIndex((mark) => mark.mark_id === current.mark_id) + direction] ?? null;
  if (direction > 0) return marks.find((mark) => mark.frame > frame) ?? null;
  return marks.findLast((mark) => mark.frame < frame) ?? null;
}
