/** Marking people: what a mark, its removal and the way between marks do to the console. */

import { MarkList } from "./mark_list.js";
import { Found } from "./found.js";
import { Placing } from "./placing.js";

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
  /** @type {string|null} */
  #currentId = null;
  /** @type {ListedMark[]} */
  #counted = [];
  /** @type {ExerciseMark[]} */
  #others = [];
  /** @type {MarkingExercise|null} */
  #exercise = null;
  /** @type {{at: number, x?: number, y?: number, frame?: number, cameraId?: string|null}} */
  #last = { at: -Infinity };

  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {(marks: ListedMark[]) => void} onChange the marks as they are now, by their times
   */
  constructor(console_, onChange) {
    this.console = console_;
    this.onChange = onChange;
    const { parts, clock, storage, sheets, data, tools } = console_;
    this.found = new Found({
      parts,
      clock,
      storage,
      sheets,
      nameOf: (cameraId) => console_.picture.nameOf(cameraId),
      floorOf: (cameraId) => this.#floorOf(cameraId),
      onGo: (mark) => this.goTo(mark),
      onRemove: (mark) => this.remove(mark),
      onStrike: (mark) => this.#exercise?.onStrike(mark),
    });
    this.marks = new MarkList({
      fps: data.recording.fps,
      storage,
      attemptId: data.attempt_id,
      send: (kind, payload) => console_.send(kind, payload),
      onChange: () => this.#show(),
    });
    this.placing = new Placing(console_, {
      found: this.found,
      makeMark: (made) => this.#add(made),
      isKept: (mark) => this.marks.find(mark.mark_id) !== null,
      removeMark: (mark) => this.remove(mark),
      onAnswered: () => (this.#last = { at: -Infinity }),
    });
    fitWords(parts, data.task.answer_form.marks);
    tools.add({ name: "undo", icon: "undo", label: "Undo the last mark or removal", key: "Z", run: () => this.undo() });
    this.actions = {
      undo: () => this.undo(),
      previousMark: () => this.step(-1),
      nextMark: () => this.step(1),
    };
  }

  /** The marks that count, by their times: one's own, and in an exercise everybody's that are not left out. */
  get all() {
    return this.#counted;
  }

  /** The marks are those of an exercise. @param {MarkingExercise} exercise */
  share(exercise) {
    this.#exercise = exercise;
    this.found.exercise = exercise;
  }

  /**
   * The marks of the others of an exercise as they are now, each with its `role`; some `struck`.
   * @param {ExerciseMark[]} marks
   */
  setOthers(marks) {
    this.#others = marks;
    this.#show();
  }

  /**
   * Mark a point of the main picture; the second click of a double click is not another mark.
   * @param {Spot} spot
   * @param {boolean} isTouch
   */
  mark(spot, isTouch) {
    const { cameraId } = this.console.picture;
    if (this.#isRepeat(spot, cameraId)) return;
    this.placing.place(spot, isTouch);
    const { x, y, frame } = spot;
    this.#last = { x, y, frame, cameraId, at: performance.now() };
  }

  /** Whatever has been clicked counts now, whether the server has said whom it is on or not. */
  settle() {
    this.placing.settle();
  }

  /** @param {ListedMark} mark */
  remove(mark) {
    if (!this.console.isLive) return;
    this.marks.remove(mark);
    this.#say("Removed", mark, { label: "Undo", run: () => this.undo() });
  }

  /** Take every mark of one's own away. */
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

  /** Show a mark's moment on its camera. @param {ListedMark} mark */
  goTo(mark) {
    if (!this.console.isLive) return;
    this.console.goTo(mark);
    this.#setCurrent(mark.mark_id);
  }

  /** Go to the mark before (-1) or after (1) what is on screen. @param {number} direction */
  step(direction) {
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

  /** @param {Spot & {cameraId: string}} made */
  #add(made) {
    const { most_marks: most } = this.console.data.task.answer_form;
    if (most !== null && this.marks.all.length >= most) this.marks.remove(this.marks.all[0]);
    const mark = this.marks.add(made.cameraId, made);
    this.#setCurrent(mark.mark_id);
    this.#say("Marked", mark, { label: "Undo", run: () => this.undo() });
    return mark;
  }

  #show() {
    const exercise = this.#exercise;
    /** @type {ListedMark[]} */
    const own = exercise ? this.marks.all.map((mark) => ({ ...mark, role: exercise.role, own_id: mark.mark_id, struck: exercise.isStruck(mark.mark_id) })) : this.marks.all;
    const list = this.#others.length ? [...own, ...this.#others].sort((a, b) => a.t_s - b.t_s) : own;
    this.#counted = exercise ? list.filter((mark) => !mark.struck) : list;
    this.found.setMarks(list);
    this.onChange(this.all);
  }

  /**
   * Whether the last mark was made just now, on this very spot, and the picture has not been moved elsewhere since.
   * @param {XY & {frame: number}} spot
   * @param {string|null} cameraId
   */
  #isRepeat({ x, y, frame }, cameraId) {
    const last = { x: NaN, y: NaN, frame: NaN, ...this.#last };
    const { stage, playback } = this.console.picture;
    const passed = playback.isPlaying ? Math.abs(playback.speed) * playback.fps * (SAME_SPOT_MS / 1000) : 0;
    const isSoon = performance.now() - last.at < SAME_SPOT_MS && last.cameraId === cameraId && Math.abs(frame - last.frame) <= passed;
    return isSoon && Math.hypot(x - last.x, y - last.y) < SAME_SPOT / stage.zoom.scale;
  }

  /** @param {string|null} markId */
  #setCurrent(markId) {
    this.#currentId = markId;
    this.found.setCurrent(markId);
  }

  /** @param {string} words @param {ListedMark} mark @param {Action|null} [action] */
  #say(words, mark, action = null) {
    this.console.sayings.toast(`${words}: ${this.#describe(mark)}`, action);
  }

  /** @param {ListedMark} mark */
  #describe(mark) {
    const { picture, clock } = this.console;
    return [picture.nameOf(mark.camera_id), this.#floorOf(mark.camera_id), clock.words(mark.t_s)].filter(Boolean).join(", ");
  }

  /**
   * The floor on which the plan shows the marks of a camera, in words; "" where there is one only.
   * @param {string} cameraId
   */
  #floorOf(cameraId) {
    const { floors, cameras } = this.console.data.site;
    const floorId = cameras.find((camera) => camera.camera_id === cameraId)?.floor;
    return floors.length > 1 ? (floors.find((floor) => floor.floor_id === floorId)?.name ?? "") : "";
  }
}

/**
 * Say what this task has marked: a person as the page is written, a place, or nothing.
 * @param {Parts} parts
 * @param {AnswerForm["marks"]} marks
 */
function fitWords({ foundEmptyMark, foundEmptyWhat, foundEmptyView }, marks) {
  foundEmptyMark.hidden = marks === "none";
  foundEmptyView.hidden = marks !== "none";
  if (marks === "place") foundEmptyWhat.textContent = "the place while it happens.";
}

/**
 * The mark next to the current one, or to a frame where none is current; null past either end.
 * @param {ListedMark[]} marks
 * @param {ListedMark|null} current
 * @param {number} frame
 * @param {number} direction
 */
export function findNeighbor(marks, current, frame, direction) {
  if (current) return marks[marks.findIndex((mark) => mark.mark_id === current.mark_id) + direction] ?? null;
  if (direction > 0) return marks.find((mark) => mark.frame > frame) ?? null;
  return marks.findLast((mark) => mark.frame < frame) ?? null;
}
