/** Marking people: what a mark, its removal, its sureness and the way between marks do to the console. */

import { FixList } from "./fix_list.js";
import { Found } from "./found.js";
import { Placing } from "./placing.js";

const SAME_SPOT_MS = 400;
const SAME_SPOT = 0.02;
const SURE_WORDS = ["Not said how sure", "Not sure", "Fairly sure", "Sure"];

/**
 * What marking needs to know of a crew.
 * @typedef {object} MarkingCrew
 * @property {Role} role one's own
 * @property {(fixId: string) => boolean} isStruck whether a mark of one's own is left out
 * @property {() => boolean} mayStrike whether this member may leave marks out now
 * @property {(fix: ListedFix) => void} onStrike leaves a mark out, or counts it again
 */

export class Marking {
  /** @type {string|null} */
  #currentId = null;
  /** @type {ListedFix[]} */
  #counted = [];
  /** @type {CrewFix[]} */
  #others = [];
  /** @type {MarkingCrew|null} */
  #crew = null;
  /** @type {{at: number, x?: number, y?: number, frame?: number, cameraId?: string|null}} */
  #last = { at: -Infinity };

  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {(fixes: ListedFix[]) => void} onChange the fixes as they are now, by their times
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
      onGo: (fix) => this.goTo(fix),
      onRemove: (fix) => this.remove(fix),
      onSure: (fix) => this.#turnSure(fix),
      onStrike: (fix) => this.#crew?.onStrike(fix),
    });
    this.fixes = new FixList({
      fps: data.recording.fps,
      storage,
      attemptId: data.attempt_id,
      send: (kind, payload) => console_.send(kind, payload),
      onChange: () => this.#show(),
    });
    this.placing = new Placing(console_, {
      found: this.found,
      makeMark: (made) => this.#add(made),
      isKept: (fix) => this.fixes.find(fix.fix_id) !== null,
      removeMark: (fix) => this.remove(fix),
      onAnswered: () => (this.#last = { at: -Infinity }),
    });
    fitWords(parts, data.task.answer_form.marks);
    tools.add({ name: "undo", icon: "undo", label: "Undo the last mark or removal", key: "Z", run: () => this.undo() });
    this.actions = {
      undo: () => this.undo(),
      previousFix: () => this.step(-1),
      nextFix: () => this.step(1),
      confidence: () => this.#turnCurrentSure(),
    };
  }

  /** The marks that count, by their times: one's own, and in a crew everybody's that are not left out. */
  get all() {
    return this.#counted;
  }

  /**
   * The marks are those of a crew.
   * @param {MarkingCrew} crew
   */
  share(crew) {
    this.#crew = crew;
    this.found.crew = crew;
  }

  /**
   * The marks of the others of a crew as they are now, each with its `role`; some `struck`.
   * @param {CrewFix[]} fixes
   */
  setOthers(fixes) {
    this.#others = fixes;
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

  /** @param {ListedFix} fix */
  remove(fix) {
    if (!this.console.isLive) return;
    this.fixes.remove(fix);
    this.#say("Removed", fix, { label: "Undo", run: () => this.undo() });
  }

  /** Take every mark of one's own away. */
  removeAll() {
    for (const fix of this.fixes.all) this.fixes.remove(fix);
  }

  undo() {
    if (!this.console.isLive || this.placing.takeBack()) return;
    const step = this.fixes.undo();
    if (step === null) this.console.sayings.hint("There is no mark or removal to undo");
    else if (step.kind === "mark") this.#say("Mark taken back", step.fix);
    else {
      this.#setCurrent(step.fix.fix_id);
      this.#say("Put back", step.fix);
    }
  }

  /**
   * Show a mark's moment on its camera.
   * @param {ListedFix} fix
   */
  goTo(fix) {
    if (!this.console.isLive) return;
    this.console.goTo(fix);
    this.#setCurrent(fix.fix_id);
  }

  /**
   * Go to the mark before (-1) or after (1) what is on screen.
   * @param {number} direction
   */
  step(direction) {
    const { picture, sayings } = this.console;
    const fix = findNeighbour(this.all, this.#shown, picture.playback.shownFrame, direction);
    if (fix) this.goTo(fix);
    else sayings.hint(direction < 0 ? "There is no mark before this" : "There is no mark after this");
  }

  destroy() {
    this.found.destroy();
  }

  /** The mark whose very moment is on screen; of several the one last made or gone to; null for none. */
  get #shown() {
    const { playback, cameraId } = this.console.picture;
    const frames = [playback.shownFrame, playback.askedFrame];
    const here = this.all.filter((fix) => fix.camera_id === cameraId && frames.includes(fix.frame));
    return here.find((fix) => fix.fix_id === this.#currentId) ?? here[0] ?? null;
  }

  /** @param {Spot & {cameraId: string}} made */
  #add(made) {
    const { most_marks: most } = this.console.data.task.answer_form;
    if (most !== null && this.fixes.all.length >= most) this.fixes.remove(this.fixes.all[0]);
    const fix = this.fixes.add(made.cameraId, made);
    this.#setCurrent(fix.fix_id);
    this.#say("Marked", fix, { label: "Undo", run: () => this.undo() });
    return fix;
  }

  #show() {
    const crew = this.#crew;
    /** @type {ListedFix[]} */
    const own = crew ? this.fixes.all.map((fix) => ({ ...fix, role: crew.role, own_id: fix.fix_id, struck: crew.isStruck(fix.fix_id) })) : this.fixes.all;
    const list = this.#others.length ? [...own, ...this.#others].sort((a, b) => a.t_s - b.t_s) : own;
    this.#counted = crew ? list.filter((fix) => !fix.struck) : list;
    this.found.setFixes(list);
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

  #turnCurrentSure() {
    const fix = this.fixes.find(this.#currentId);
    if (!this.console.isLive) return;
    if (fix) this.#turnSure(fix);
    else this.console.sayings.hint("Go to a mark first, or make one");
  }

  /**
   * One step surer, from "sure" back to not said.
   * @param {ListedFix} fix
   */
  #turnSure(fix) {
    if (!this.console.isLive) return;
    const next = ((fix.confidence ?? 0) + 1) % SURE_WORDS.length;
    this.fixes.setConfidence(fix.fix_id, next || null);
    this.#setCurrent(fix.fix_id);
    this.console.sayings.announce(`${SURE_WORDS[next]}: ${this.#describe(fix)}`);
  }

  /** @param {string|null} fixId */
  #setCurrent(fixId) {
    this.#currentId = fixId;
    this.found.setCurrent(fixId);
  }

  /** @param {string} words @param {ListedFix} fix @param {Action|null} [action] */
  #say(words, fix, action = null) {
    this.console.sayings.toast(`${words}: ${this.#describe(fix)}`, action);
  }

  /** @param {ListedFix} fix */
  #describe(fix) {
    const { picture, clock } = this.console;
    return [picture.nameOf(fix.camera_id), this.#floorOf(fix.camera_id), clock.words(fix.t_s)].filter(Boolean).join(", ");
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
 * The fix next to the current one, or to a frame where none is current; null past either end.
 * @param {ListedFix[]} fixes
 * @param {ListedFix|null} current
 * @param {number} frame
 * @param {number} direction
 */
export function findNeighbour(fixes, current, frame, direction) {
  if (current) return fixes[fixes.findIndex((fix) => fix.fix_id === current.fix_id) + direction] ?? null;
  if (direction > 0) return fixes.find((fix) => fix.frame > frame) ?? null;
  return fixes.findLast((fix) => fix.frame < frame) ?? null;
}
