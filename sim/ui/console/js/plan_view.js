/** Looking closer at the plan: wheel, pinch, drag and buttons. */

import { clamp } from "./dom.js";

const MOST = 8;
const BUTTON_STEP = 1.6;
const WHEEL_STEP = 1.0016;
const TRACKPAD_PINCH_STEP = 1.01;
const FARTHEST_TURN = 50;
const DRAG_PX = 8;
const NEARLY_WHOLE = 1.1;

export class PlanView {
  scale = 1;
  #middle = { x: 0.5, y: 0.5 };
  /** @type {Map<number, XY & {fromX: number, fromY: number}>} */ #pointers = new Map();
  #isDrag = false;

  /** @param {Parts} parts @param {() => void} onChange @param {number} least under 1, what lies around the plan can be seen too */
  constructor(parts, onChange, least = 1) {
    this.parts = parts;
    this.least = least;
    this.onChange = onChange;
    const { planMap, planCloser, planWider } = parts;
    planMap.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    planMap.addEventListener("pointerdown", (event) => this.#press(event));
    planMap.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel", "pointerleave"])) planMap.addEventListener(kind, (event) => this.#pointers.delete(event.pointerId));
    planMap.addEventListener("click", (event) => this.#swallowDrag(event), true);
    planCloser.addEventListener("click", () => this.#zoom(BUTTON_STEP));
    planWider.addEventListener("click", () => (this.scale > 1 && this.scale / BUTTON_STEP < NEARLY_WHOLE ? this.reset() : this.#zoom(1 / BUTTON_STEP)));
  }

  reset() {
    this.#set(1, { x: 0.5, y: 0.5 });
  }

  /** From a point of the whole plan to one of the map as it is seen, pixels. */
  place(/** @type {Point} */ [x, y], /** @type {number} */ width, /** @type {number} */ height) {
    return [(x - this.#middle.x * width) * this.scale + width / 2, (y - this.#middle.y * height) * this.scale + height / 2];
  }

  /** Have a point of the whole plan in the middle, so many times as large as with all of the plan in sight. */
  center(/** @type {Point} */ [x, y], /** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ scale) {
    this.#set(clamp(scale, 1, MOST), { x: x / width, y: y / height });
  }

  /** Have a point of the whole plan in sight: in the middle, if it was not. */
  reveal(/** @type {Point} */ [x, y], /** @type {number} */ width, /** @type {number} */ height) {
    const half = 0.5 / this.scale;
    const at = { x: x / width, y: y / height };
    const isSeen = Math.abs(at.x - this.#middle.x) < half && Math.abs(at.y - this.#middle.y) < half;
    if (!isSeen) this.#set(this.scale, at);
  }

  #wheel(/** @type {WheelEvent} */ event) {
    event.preventDefault();
    const step = event.ctrlKey ? TRACKPAD_PINCH_STEP : WHEEL_STEP;
    const turn = event.ctrlKey ? clamp(event.deltaY, -FARTHEST_TURN, FARTHEST_TURN) : event.deltaY;
    this.#zoom(step ** -turn, this.#pointAt(event.clientX, event.clientY));
  }

  #press(/** @type {PointerEvent} */ event) {
    if (!this.#pointers.size) this.#isDrag = false;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY });
  }

  #move(/** @type {PointerEvent} */ event) {
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) return;
    const before = this.#measure();
    const isFar = Math.hypot(event.clientX - pointer.fromX, event.clientY - pointer.fromY) > DRAG_PX;
    this.#isDrag ||= isFar || this.#pointers.size > 1;
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (!this.#isDrag) return;
    const after = this.#measure();
    const { clientWidth, clientHeight } = this.parts.planMap;
    const { x, y } = this.#middle;
    this.#set(this.scale, { x: x - (after.x - before.x) / clientWidth / this.scale, y: y - (after.y - before.y) / clientHeight / this.scale });
    if (this.#pointers.size > 1) this.#zoom(after.span / before.span, this.#pointAt(after.x, after.y));
  }

  /** A drag ends over a camera without choosing it. @param {MouseEvent} event */
  #swallowDrag(event) {
    if (!this.#isDrag || event.detail === 0) return;
    this.#isDrag = false;
    event.stopPropagation();
  }

  #measure() {
    const [a, b = a] = [...this.#pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, span: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  /** The point of the whole plan, shares of the map, under a point of the page. */
  #pointAt(/** @type {number} */ clientX, /** @type {number} */ clientY) {
    const box = this.parts.planMap.getBoundingClientRect();
    const away = { x: (clientX - box.left) / box.width - 0.5, y: (clientY - box.top) / box.height - 0.5 };
    return { x: this.#middle.x + away.x / this.scale, y: this.#middle.y + away.y / this.scale };
  }

  #zoom(/** @type {number} */ factor, /** @type {XY} */ around = this.#middle) {
    const scale = clamp(this.scale * factor, this.least, MOST);
    const share = this.scale / scale;
    const { x, y } = this.#middle;
    this.#set(scale, { x: around.x - (around.x - x) * share, y: around.y - (around.y - y) * share });
  }

  #set(/** @type {number} */ scale, /** @type {XY} */ { x, y }) {
    const half = Math.min(0.5, 0.5 / scale) - (1 - this.least);
    this.scale = scale;
    this.#middle = { x: clamp(x, half, 1 - half), y: clamp(y, half, 1 - half) };
    this.parts.planWider.disabled = scale <= this.least;
    this.parts.planCloser.disabled = scale >= MOST;
    this.parts.planMap.dataset.zoomed = String(scale > 1);
    this.onChange();
  }
}
