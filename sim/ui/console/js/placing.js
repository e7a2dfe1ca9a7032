/** From a click or tap to a mark: the outline around a person, the card that asks, and the server's word. */

import { must, placeBox } from "./dom.js";
import { cutOut } from "./pixels.js";

const SHOWN_MS = 1200;
const NEAR_S = 0.5;

/** The outline in the main picture around the person whom a mark is on: seen for a moment, then gone. */
export class Outline {
  /** @type {{cameraId: string, timeS: number, untilMs: number}|null} */ #shown = null;

  constructor(/** @type {Parts} */ parts) {
    this.parts = parts;
  }

  /**
   * Show it: around a box, of a moment of a camera.
   * @param {number[]} box left, top, right, bottom, shares of the picture
   * @param {{camera_id: string, t_s: number}} moment
   * @param {number} [forMs]
   */
  show(box, { camera_id: cameraId, t_s: timeS }, forMs = SHOWN_MS) {
    this.#shown = { cameraId, timeS, untilMs: performance.now() + forMs };
    const { outline } = this.parts;
    placeBox(outline, box);
    outline.hidden = false;
  }

  hide() {
    this.#shown = null;
    this.parts.outline.hidden = true;
  }

  /** Once per drawn frame: it goes when its time is over or the picture has moved on. */
  tick(/** @type {string|null} */ cameraId, /** @type {number} */ timeS) {
    if (this.#shown === null) return;
    const isHere = cameraId === this.#shown.cameraId && Math.abs(timeS - this.#shown.timeS) <= NEAR_S;
    if (!isHere || performance.now() > this.#shown.untilMs) this.hide();
  }
}

/** A mark that waits for a person's word: a tap, or a click on nobody. A card beside it has both answers as buttons. */
export class PendingMark {
  /** @type {XY|null} */ spot = null;
  /** @type {(() => void)|null} */ #onMark = null;
  /** @type {((action: Action) => void)|null} */ #onLeave = null;

  constructor(/** @type {Parts} */ parts) {
    this.parts = parts;
    parts.pendingMark.addEventListener("click", () => this.commit());
    parts.pendingDrop.addEventListener("click", () => this.drop());
  }

  onDrop = () => {};

  /** What the button says for a person; a task may have other things marked. */
  label = "Mark this person";

  /**
   * Ask about a spot, instead of any other.
   * @param {{x: number, y: number}} spot
   * @param {HTMLCanvasElement} picture what is around it
   * @param {() => void} onMark it is to be marked
   * @param {(action: Action) => void} onLeave another picture has come before an answer; the action marks it all the same
   */
  ask(spot, picture, onMark, onLeave) {
    const { pending, pendingRing } = this.parts;
    this.spot = spot;
    this.#onMark = onMark;
    this.#onLeave = onLeave;
    pendingRing.style.left = `${spot.x * 100}%`;
    pendingRing.style.top = `${spot.y * 100}%`;
    pendingRing.hidden = false;
    pending.dataset.place = spot.y > 0.5 ? "top" : "bottom";
    this.setPicture(picture);
    this.setNobody(false);
    pending.hidden = false;
  }

  setPicture(/** @type {HTMLCanvasElement} */ picture) {
    this.parts.pendingPicture.replaceChildren(picture);
  }

  commit() {
    const onMark = this.#onMark;
    const isAsked = this.spot !== null;
    this.drop();
    if (isAsked) onMark?.();
  }

  /** Another picture is shown: nothing waits any more, and that is said. */
  leave() {
    const [onMark, onLeave] = [this.#onMark, this.#onLeave];
    const label = this.parts.pendingMarkWords.textContent;
    this.drop();
    if (onMark) onLeave?.({ label, run: onMark });
  }

  drop() {
    if (this.spot === null) return;
    this.spot = this.#onMark = this.#onLeave = null;
    this.onDrop();
    this.parts.pending.hidden = true;
    this.parts.pendingRing.hidden = true;
  }

  setNobody(/** @type {boolean} */ isNobody) {
    const { pending, pendingWords, pendingMarkWords, pendingDrop, pendingDropWords } = this.parts;
    pending.dataset.nobody = String(isNobody);
    pendingWords.hidden = pendingDropWords.hidden = !isNobody;
    pendingWords.textContent = isNobody ? "No one is there. Mark this spot anyway?" : "";
    pendingMarkWords.textContent = isNobody ? "Mark anyway" : this.label;
    pendingDrop.setAttribute("aria-label", isNobody ? "Cancel" : "Do not mark");
  }
}

const PATIENCE_MS = 1000;
const PATIENCE_KEY = "sightline-patience-ms";
const SAME_S = 1e-9;
const NEAR_SPOT = 0.02;

/** @typedef {Spot & {cameraId: string, t_s: number, box: Box|null|undefined, asked: Promise<Box|null|undefined>}} Made a spot, and whom it is on */

/** The server says whom a spot is on; a click on nobody is asked about. A mark never waits long, nor is it lost. */
export class Placing {
  /** @type {Set<Made>} */ #waiting = new Set();

  constructor(/** @type {import("./marking.js").Marking} */ marking) {
    const { console: console_ } = marking;
    this.console = console_;
    this.marking = marking;
    const { stage } = console_.picture;
    this.pending = stage.pending;
    this.outline = stage.outline;
    this.pending.onDrop = () => {
      this.outline.hide();
      marking.forgetLast();
    };
    const { mode, task, recording } = console_.data;
    this.fps = recording.fps;
    this.windowS = mode === "familiarization" ? [0, Infinity] : task.window_s;
    this.isOnPeople = task.answer_form.marks === "person";
    if (task.answer_form.marks === "place") this.pending.label = "Mark this place";
  }

  place(/** @type {Spot} */ spot, /** @type {boolean} */ isTouch) {
    const made = { ...spot, cameraId: must(this.console.picture.cameraId), t_s: spot.frame / this.fps, box: undefined };
    this.pending.drop();
    if (!this.#isInTime(made)) return;
    const asked = { ...made, asked: this.#ask(made) };
    if (isTouch) this.#meetTap(asked);
    else this.#meetClick(asked);
  }

  /** Mark the one who is asked about, where a spot is on them again; says whether it is. @param {Spot} spot */
  confirm({ x, y, frame }) {
    const asked = /** @type {Made|null} */ (this.pending.spot);
    if (!asked || frame !== asked.frame || !isOn(asked, { x, y })) return false;
    this.pending.commit();
    return true;
  }

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

  /**
   * The box of whom a spot is on, null for nobody; undefined where the server does not say.
   * @returns {Promise<Box|null|undefined>}
   */
  async #ask(/** @type {XY & {cameraId: string, frame: number}} */ { cameraId, frame, x, y }) {
    if (!this.isOnPeople) return undefined;
    try {
      return (await this.console.link.api.askOutline({ camera_id: cameraId, frame, x, y })).box;
    } catch {
      return undefined;
    }
  }

  async #meetClick(/** @type {Made} */ made) {
    this.#waiting.add(made);
    // a browser may be told to wait longer: where a test shares a busy machine, a slow answer says nothing of the line
    const patienceMs = Number(this.console.deviceStorage.getItem(PATIENCE_KEY)) || PATIENCE_MS;
    const patience = new Promise((resolve) => setTimeout(resolve, patienceMs));
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
      this.outline.show(made.box, { camera_id: made.cameraId, t_s: made.t_s }, Infinity);
    } else if (made.box === null) this.pending.setNobody(true);
  }

  #askPerson(/** @type {Made} */ made) {
    const onMark = () => this.console.isLive && this.#mark(made);
    const onLeave = (/** @type {Action} */ action) => this.console.sayings.hint(`Not marked: ${this.#describe(made)}`, action);
    this.pending.ask(made, cutOut(made.picture, made), onMark, onLeave);
  }

  #askAgain(/** @type {Made} */ made) {
    const { picture, sayings } = this.console;
    if (picture.cameraId === made.cameraId) {
      this.#askPerson(made);
      this.pending.setNobody(true);
      return;
    }
    sayings.hint(`Not marked, no one is there: ${this.#describe(made)}`, { label: "Mark anyway", run: () => this.console.isLive && this.#mark(made) });
  }

  #mark(/** @type {Made} */ made) {
    const mark = this.marking.add(made);
    this.marking.found.keepPicture(mark.mark_id, cutOut(made.picture, made, made.box));
    if (made.box) this.outline.show(made.box, mark);
    else if (made.box === undefined) this.#meetLate(mark, made);
  }

  async #meetLate(/** @type {Mark} */ mark, /** @type {Made} */ made) {
    const box = await made.asked;
    if (box === undefined || !this.marking.marks.find(mark.mark_id)) return;
    if (box === null) {
      this.console.sayings.hint(`No one is at this mark: ${this.#describe(made)}`, { label: "Remove", run: () => this.marking.remove(mark) });
      return;
    }
    this.marking.found.keepPicture(mark.mark_id, cutOut(made.picture, made, box));
    this.marking.found.redraw(mark.mark_id);
    this.outline.show(box, mark);
  }

  #isInTime(/** @type {{t_s: number}} */ { t_s }) {
    const [fromS, toS] = this.windowS;
    if (t_s >= fromS - SAME_S && t_s <= toS + SAME_S) return true;
    const { clock, sayings, transport } = this.console;
    const edgeS = t_s < fromS ? fromS : toS;
    const moment = clock.words(t_s) === clock.words(edgeS) ? "this moment is just" : `${clock.words(t_s)} is`;
    const words = `Not marked: ${moment} outside the time asked for, ${clock.words(fromS)} to ${clock.words(toS)}`;
    sayings.hint(words, { label: `Go to ${clock.words(edgeS)}`, run: () => transport.seekTo(edgeS) });
    return false;
  }

  #describe(/** @type {{cameraId: string, t_s: number}} */ { cameraId, t_s }) {
    return `${this.console.picture.nameOf(cameraId)}, ${this.console.clock.words(t_s)}`;
  }
}

/** Whether a point is on whom a spot was found to be on, or else about where it was. @param {Made} made @param {XY} point */
function isOn({ x, y, box }, point) {
  if (!box) return Math.hypot(point.x - x, point.y - y) < NEAR_SPOT;
  const [left, top, right, bottom] = box;
  return point.x >= left && point.x <= right && point.y >= top && point.y <= bottom;
}
