/** The main picture: one camera's full stream, where a person is marked. */

import { clamp, make, makePushButton, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { copyScreen } from "./pixels.js";
import { Outline, PendingMark } from "./placing.js";
import { makeNameParts, splitNames } from "./wall.js";
import { Zoom } from "./zoom.js";

const DRAG_PX = 8;
const NEAR_S = 0.5;
const CROSS_STEP = 0.01;
const CROSS_STRIDE = 0.05;

export class Stage {
  /** @type {{spot: Spot|null, fromX: number, fromY: number, isDrag: boolean}|null} */ #press = null;
  /** @type {XY|null} */ #cross = null;
  #crossAt = { x: 0.5, y: 0.5 };

  constructor(/** @type {SearchConsole} */ console_, /** @type {AnyScreen} */ screen) {
    this.console = console_;
    const { parts, data } = console_;
    this.parts = parts;
    this.names = splitNames(data.recording.cameras.map((camera) => camera.name));
    this.screen = screen;
    this.zoom = new Zoom(parts);
    this.zoom.onRest = (view) => console_.send("zoom", view);
    this.outline = new Outline(parts);
    this.pending = new PendingMark(parts);
    const { picture } = parts;
    picture.addEventListener("pointerdown", (event) => this.#pressAt(event));
    picture.addEventListener("pointermove", (event) => this.#noteMove(event));
    picture.addEventListener("pointerup", (event) => this.#releaseAt(event));
    picture.addEventListener("pointercancel", () => (this.#press = null));
    picture.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** The name shows at once, the picture as soon as it can. With null the wall has this place. */
  setCamera(/** @type {RecordedCamera|null} */ camera) {
    const { picture, stage, stageName, console: root } = this.parts;
    if (camera) picture.style.setProperty("--picture-ratio", String(camera.size_wh[0] / camera.size_wh[1]));
    stage.dataset.camera = camera?.camera_id ?? "";
    stageName.replaceChildren(...(camera ? makeNameParts(must(this.names.get(camera.name))) : []));
    root.dataset.main = camera ? "camera" : "grid";
    // what is pressed now was meant for the picture before
    this.#press = null;
    this.pending.leave();
    this.outline.hide();
    this.zoom.set(null);
    this.setShowing(false);
  }

  setShowing(/** @type {boolean} */ isShowing) {
    this.parts.stage.dataset.showing = String(isShowing);
  }

  get isShowing() { return this.parts.stage.dataset.showing === "true"; }

  say(/** @type {StageMessage|null} */ message) {
    const { stageMessage } = this.parts;
    stageMessage.replaceChildren();
    stageMessage.hidden = message === null;
    if (message === null) return;
    stageMessage.append(makeIcon(message.icon ?? "warn"), make("p", { text: message.text }));
    if (message.action) stageMessage.append(makePushButton(message.action.run, { text: message.action.label }));
  }

  drawMarks(/** @type {ListedMark[]} */ marks, /** @type {string|null} */ cameraId, /** @type {number} */ timeS) {
    const near = marks.filter((mark) => mark.camera_id === cameraId && Math.abs(mark.t_s - timeS) <= NEAR_S);
    const signature = near.map((mark) => mark.mark_id).join();
    if (signature === this.parts.marks.dataset.shown) return;
    this.parts.marks.dataset.shown = signature;
    const rings = near.map((mark) => {
      const number = marks.indexOf(mark) + 1;
      return make("span", { class: "ring", style: `left:${mark.x * 100}%;top:${mark.y * 100}%` }, make("span", { text: String(number) }));
    });
    this.parts.marks.replaceChildren(...rings);
  }

  get hasCross() { return this.#cross !== null; }

  /** Switch the keyboard's cross on or off; in a closer look it starts in the middle of what is seen. */
  setCross(/** @type {boolean} */ isOn) {
    if (isOn && !this.zoom.isWhole) this.#crossAt = this.zoom.middle;
    this.#cross = isOn ? this.#crossAt : null;
    this.parts.cross.hidden = !isOn;
    this.parts.crossHelp.hidden = !isOn;
    this.#drawCross();
  }

  moveCross(/** @type {number} */ columns, /** @type {number} */ rows, /** @type {boolean} */ isStride) {
    const step = (isStride ? CROSS_STRIDE : CROSS_STEP) / this.zoom.scale;
    this.#crossAt.x = clamp(this.#crossAt.x + columns * step, 0, 1);
    this.#crossAt.y = clamp(this.#crossAt.y + rows * step, 0, 1);
    this.#drawCross();
    this.zoom.reveal(this.#crossAt);
  }

  /** Closer or farther by a factor: around the cross, or else the middle of what is seen. @param {number} factor */
  zoomBy(factor) {
    this.zoom.zoomBy(factor, this.#cross ?? this.zoom.middle);
  }

  markAtCross() {
    const spot = this.#look(this.#crossAt);
    if (spot) this.console.marking.mark(spot, false);
  }

  #drawCross() {
    const { cross } = this.parts;
    cross.style.left = `${this.#crossAt.x * 100}%`;
    cross.style.top = `${this.#crossAt.y * 100}%`;
  }

  /** The frame of the main picture that is on screen at this instant; null when that is no footage. */
  readFrame() {
    const isFootage = this.screen.hasPicture && this.isShowing;
    return isFootage ? this.screen.readFrame() : null;
  }

  /** What is on screen at this instant, at a point of the picture; null when that is no footage. @param {XY} point */
  #look({ x, y }) {
    const { isLive, data } = this.console;
    const frame = isLive && data.task.answer_form.marks !== "none" ? this.readFrame() : null;
    return frame === null ? null : { x, y, frame, picture: copyScreen(this.screen) };
  }

  #pressAt(/** @type {PointerEvent} */ event) {
    if (!event.isPrimary) this.#press = null;
    if (!event.isPrimary || event.button !== 0) return;
    const box = this.parts.picture.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    if (x < 0 || x > 1 || y < 0 || y > 1) return;
    this.#press = { spot: this.#look({ x, y }), fromX: event.clientX, fromY: event.clientY, isDrag: false };
  }

  /** A press that has once gone far is a drag, even if it comes back. @param {PointerEvent} event */
  #noteMove(event) {
    const press = this.#press;
    if (!press || !event.isPrimary) return;
    if (Math.hypot(event.clientX - press.fromX, event.clientY - press.fromY) > DRAG_PX) press.isDrag = true;
  }

  #releaseAt(/** @type {PointerEvent} */ event) {
    const press = this.#press;
    this.#press = null;
    if (!press?.spot || press.isDrag || !event.isPrimary) return;
    this.console.marking.mark(press.spot, event.pointerType !== "mouse", event.timeStamp);
  }
}
