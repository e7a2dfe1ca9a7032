/**
 * From a click or tap to a mark: inside the time asked for, and on whom? The server says whom, with a box; a click on
 * nobody is asked about again. A mark never waits long for that answer, and is never lost with it.
 */

import { must } from "./dom.js";
import { cutOut } from "./thumbnails.js";

const PATIENCE_MS = 1000;
const PATIENCE_KEY = "sightline-patience-ms";
const SAME_S = 1e-9;

/** @typedef {Spot & {cameraId: string, t_s: number, box: Box|null|undefined, asked: Promise<Box|null|undefined>}} Made a spot, and whom it is on */

export class Placing {
  /** @type {Set<Made>} */
  #waiting = new Set();

  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {object} options
   * @param {import("./found.js").Found} options.found
   * @param {(made: Made) => Mark} options.makeMark makes a mark of a spot with its `cameraId`; returns the mark
   * @param {(mark: Mark) => boolean} options.isKept whether a mark is still one
   * @param {(mark: Mark) => void} options.removeMark
   * @param {() => void} options.onAnswered a person has answered about a spot that waited
   */
  constructor(console_, { found, makeMark, isKept, removeMark, onAnswered }) {
    this.console = console_;
    this.found = found;
    this.makeMark = makeMark;
    this.isKept = isKept;
    this.removeMark = removeMark;
    const { stage } = console_.picture;
    this.pending = stage.pending;
    this.outline = stage.outline;
    this.pending.onDrop = () => {
      this.outline.hide();
      onAnswered();
    };
    const { mode, task, recording } = console_.data;
    this.fps = recording.fps;
    this.windowS = mode === "familiarization" ? [0, Infinity] : task.window_s;
    this.isOnPeople = task.answer_form.marks === "person";
    if (task.answer_form.marks === "place") this.pending.label = "Mark this place";
  }

  /** Take a spot of the main picture, `{x, y, frame, picture}`. @param {Spot} spot @param {boolean} isTouch */
  place(spot, isTouch) {
    const made = { ...spot, cameraId: must(this.console.picture.cameraId), t_s: spot.frame / this.fps, box: undefined };
    this.pending.drop();
    if (!this.#isInTime(made)) return;
    this.#meet({ ...made, asked: this.#ask(made) }, isTouch);
  }

  /** @param {Made} made @param {boolean} isTouch */
  #meet(made, isTouch) {
    if (isTouch) this.#meetTap(made);
    else this.#meetClick(made);
  }

  /** Whatever waits for the server becomes a mark now. */
  settle() {
    for (const made of this.#waiting) {
      this.#waiting.delete(made);
      this.#mark(made);
    }
  }

  /** Drop the newest click that waits for the server; says whether there was one. */
  takeBack() {
    const newest = [...this.#waiting].at(-1);
    return newest !== undefined && this.#waiting.delete(newest);
  }

  /** A browser may be told to wait longer: where a test shares a busy machine, a slow answer says nothing of the line. */
  get #patienceMs() {
    return Number(this.console.deviceStorage.getItem(PATIENCE_KEY)) || PATIENCE_MS;
  }

  /**
   * The box of whom a spot is on, null for nobody; undefined where the server does not say.
   * @param {XY & {cameraId: string, frame: number}} spot
   * @returns {Promise<Box|null|undefined>}
   */
  async #ask({ cameraId, frame, x, y }) {
    if (!this.isOnPeople) return undefined;
    try {
      return (await this.console.link.api.askOutline({ camera_id: cameraId, frame, x, y })).box;
    } catch {
      return undefined;
    }
  }

  /** @param {Made} made */
  async #meetClick(made) {
    this.#waiting.add(made);
    const patience = new Promise((resolve) => setTimeout(resolve, this.#patienceMs));
    const box = await Promise.race([made.asked, patience]);
    if (!this.#waiting.delete(made)) return;
    made.box = box;
    if (box === null) this.#askAgain(made);
    else this.#mark(made);
  }

  /** A tap always waits for a person's word; it is answered meanwhile. @param {Made} made */
  async #meetTap(made) {
    this.#askPerson(made);
    made.box = await made.asked;
    if (this.pending.spot !== made) return;
    if (made.box) {
      this.pending.setPicture(cutOut(made.picture, made, made.box));
      this.outline.show(made.box, toMoment(made), Infinity);
    } else if (made.box === null) this.pending.sayNobody();
  }

  /** @param {Made} made */
  #askPerson(made) {
    const onMark = () => this.console.isLive && this.#mark(made);
    const onLeave = (/** @type {Action} */ action) => this.console.sayings.hint(`Not marked: ${this.#describe(made)}`, action);
    this.pending.ask(made, cutOut(made.picture, made), onMark, onLeave);
  }

  /** @param {Made} made */
  #askAgain(made) {
    const { picture, sayings } = this.console;
    if (picture.cameraId === made.cameraId) {
      this.#askPerson(made);
      this.pending.sayNobody();
      return;
    }
    sayings.hint(`Not marked, no one is there: ${this.#describe(made)}`, { label: "Mark anyway", run: () => this.console.isLive && this.#mark(made) });
  }

  /** @param {Made} made */
  #mark(made) {
    const mark = this.makeMark(made);
    this.found.keepPicture(mark.mark_id, cutOut(made.picture, made, made.box));
    if (made.box) this.outline.show(made.box, mark);
    else if (made.box === undefined) this.#meetLate(mark, made);
  }

  /** The mark stands; the answer, if one comes, is shown with it. @param {Mark} mark @param {Made} made */
  async #meetLate(mark, made) {
    const box = await made.asked;
    if (box === undefined || !this.isKept(mark)) return;
    if (box === null) {
      this.console.sayings.hint(`No one is at this mark: ${this.#describe(made)}`, { label: "Remove", run: () => this.removeMark(mark) });
      return;
    }
    this.found.keepPicture(mark.mark_id, cutOut(made.picture, made, box));
    this.found.redraw(mark.mark_id);
    this.outline.show(box, mark);
  }

  /** @param {{t_s: number}} made */
  #isInTime({ t_s }) {
    const [fromS, toS] = this.windowS;
    if (t_s >= fromS - SAME_S && t_s <= toS + SAME_S) return true;
    const { clock, sayings, transport } = this.console;
    const edgeS = t_s < fromS ? fromS : toS;
    const moment = clock.words(t_s) === clock.words(edgeS) ? "this moment is just" : `${clock.words(t_s)} is`;
    const words = `Not marked: ${moment} outside the time asked for, ${clock.words(fromS)} to ${clock.words(toS)}`;
    sayings.hint(words, { label: `Go to ${clock.words(edgeS)}`, run: () => transport.seekTo(edgeS) });
    return false;
  }

  /** @param {{cameraId: string, t_s: number}} made */
  #describe({ cameraId, t_s }) {
    return `${this.console.picture.nameOf(cameraId)}, ${this.console.clock.words(t_s)}`;
  }
}

/** @param {{cameraId: string, t_s: number}} made */
function toMoment({ cameraId, t_s }) {
  return { camera_id: cameraId, t_s };
}
