/** Looking closer at the main picture: wheel, pinch, drag, keys, and the way back to the whole picture. */

import { clamp } from "./dom.js";

const MOST = 6;
const WHEEL_STEP = 1.0018;
const TRACKPAD_PINCH_STEP = 1.01;
const LINE_PX = 16;
const DRAG_PX = 8;
const REST_MS = 500;
const WHOLE = { x: 0.5, y: 0.5, scale: 1 };

export class Zoom {
  #view = { ...WHOLE };
  #said = { ...WHOLE };
  /** @type {Map<number, XY & {fromX: number, fromY: number}>} */ #pointers = new Map();
  /** @type {{x: number, y: number, span: number}|null} */ #pinch = null;
  #restTimer = 0;

  /** Called with the view, `{x, y, scale}`, once it has come to rest; x, y: its middle, 0..1 of the picture. */
  onRest = (/** @type {CloserLook} */ _view) => {};

  constructor(/** @type {Parts} */ parts) {
    this.parts = parts;
    const { stage, picture, wholePicture } = parts;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // A flick would go on as a fling that swallows the next tap, though nothing here scrolls.
    picture.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
    picture.addEventListener("pointerdown", (event) => this.#press(event));
    picture.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) picture.addEventListener(kind, (event) => this.#pointers.delete(event.pointerId));
    wholePicture.addEventListener("click", () => this.showWhole());
  }

  get scale() { return this.#view.scale; }
  get isWhole() { return this.#view.scale === 1; }

  /** The middle of what is seen, 0..1 of the picture. */
  get middle() {
    const { x, y } = this.#view;
    return { x, y };
  }

  /** Show a view that nobody has chosen here, null for the whole picture: `onRest` is not called for it. */
  set(/** @type {CloserLook|null} */ view) {
    clearTimeout(this.#restTimer);
    this.#view = { ...(view ?? WHOLE) };
    this.#said = { ...this.#view };
    this.#draw();
  }

  showWhole() {
    this.#change(WHOLE);
  }

  /** Closer or farther by a factor, around a point of the picture or the middle of what is seen. */
  zoomBy(/** @type {number} */ factor, /** @type {XY} */ { x, y } = this.middle) {
    const scale = clamp(this.#view.scale * factor, 1, MOST);
    const share = this.#view.scale / scale;
    this.#change({ scale, x: x - (x - this.#view.x) * share, y: y - (y - this.#view.y) * share });
  }

  /** Move what is seen as little as needed to have a point of the picture in it. @param {XY} point */
  reveal({ x, y }) {
    const [halfX, halfY] = this.#seenShare().map((share) => share / 2);
    const middle = { x: clamp(this.#view.x, x - halfX, x + halfX), y: clamp(this.#view.y, y - halfY, y + halfY) };
    if (!this.isWhole) this.#change({ ...this.#view, ...middle });
  }

  #wheel(/** @type {WheelEvent} */ event) {
    if (this.parts.stage.dataset.camera === "") return;
    event.preventDefault();
    const step = event.ctrlKey ? TRACKPAD_PINCH_STEP : WHEEL_STEP;
    const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1);
    this.zoomBy(step ** -turned, this.#pointAt(event.clientX, event.clientY));
  }

  #press(/** @type {PointerEvent} */ event) {
    this.parts.picture.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY });
    if (this.#pointers.size === 2) this.#pinch = this.#measurePinch();
  }

  #move(/** @type {PointerEvent} */ event) {
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) return;
    const moved = { x: event.clientX - pointer.x, y: event.clientY - pointer.y };
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 2) {
      const now = this.#measurePinch();
      const before = this.#pinch ?? now;
      this.#drag(now.x - before.x, now.y - before.y);
      this.zoomBy(now.span / before.span, this.#pointAt(now.x, now.y));
      this.#pinch = now;
    } else if (Math.hypot(pointer.x - pointer.fromX, pointer.y - pointer.fromY) > DRAG_PX) this.#drag(moved.x, moved.y);
  }

  #drag(/** @type {number} */ movedX, /** @type {number} */ movedY) {
    if (this.isWhole) return;
    const box = this.parts.picture.getBoundingClientRect();
    this.#change({ ...this.#view, x: this.#view.x - movedX / box.width, y: this.#view.y - movedY / box.height });
  }

  #measurePinch() {
    const [a, b] = [...this.#pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, span: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  #pointAt(/** @type {number} */ clientX, /** @type {number} */ clientY) {
    const box = this.parts.picture.getBoundingClientRect();
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  }

  /** How much of the picture's width and height the stage has room for, up to all of it. */
  #seenShare(/** @type {{scale: number}} */ { scale } = this.#view) {
    const { picture, stage } = this.parts;
    const share = (/** @type {number} */ room, /** @type {number} */ size) => (size ? Math.min(1, room / (size * scale)) : 1);
    return [share(stage.clientWidth, picture.offsetWidth), share(stage.clientHeight, picture.offsetHeight)];
  }

  #change(/** @type {CloserLook} */ { scale, x, y }) {
    const [halfX, halfY] = this.#seenShare({ scale }).map((share) => share / 2);
    this.#view = { scale, x: clamp(x, halfX, 1 - halfX), y: clamp(y, halfY, 1 - halfY) };
    this.#draw();
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => this.#rest(), REST_MS);
  }

  #rest() {
    const round = (/** @type {number} */ value) => Number(value.toFixed(4));
    const view = { x: round(this.#view.x), y: round(this.#view.y), scale: round(this.#view.scale) };
    const said = this.#said;
    if (view.x === said.x && view.y === said.y && view.scale === said.scale) return;
    this.#said = view;
    this.onRest({ ...view });
  }

  /** Shares instead of pixels, so that a stage of another size shows the same part. */
  #draw() {
    const { picture, stage, wholePicture } = this.parts;
    const { scale, x, y } = this.#view;
    const shift = (/** @type {number} */ middle) => `${((0.5 - middle) * scale * 100).toFixed(4)}%`;
    picture.style.transform = this.isWhole ? "" : `translate(${shift(x)}, ${shift(y)}) scale(${scale})`;
    picture.style.setProperty("--unzoom", String(1 / scale));
    stage.dataset.zoomed = String(!this.isWhole);
    wholePicture.hidden = this.isWhole;
  }
}
