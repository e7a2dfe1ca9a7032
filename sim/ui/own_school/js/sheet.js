/**
 * A surface to draw on, of the plan or of a picture: closer and wider by the console's plan view, clicks and drags in its
 * own units, and a cross for the keyboard. Everything is drawn again when something changes.
 */

import { clamp, make, makeSvg } from "./dom.js";
import { PlanView } from "./plan_view.js";

const MARGIN_PX = 14;
const STEP_PX = 12;
const FINE_PX = 1;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @typedef {object} SheetOptions
 * @property {string} name
 * @property {string} label for screen readers
 * @property {boolean} isUp whether y grows upward
 * @property {(point: Point) => void} onClick
 * @property {(point: Point) => void} onMove
 * @property {(event: KeyboardEvent) => boolean} onKey whether the key was taken
 * @property {(sheet: Sheet) => Node[]} draw
 */

export class Sheet {
  /** What is shown, in its own units: left, low, right, high. @type {number[]} */
  extent = [0, 0, 60, 40];
  /** @type {Point|null} */
  cross = null;
  #request = 0;
  #isHandled = false;
  /** Its size, read once a drawing: each reading has the browser lay out the page. @type {{width: number, height: number}|null} */
  #size = null;

  /** @param {SheetOptions} options */
  constructor(options) {
    this.options = options;
    const { name, label } = options;
    this.closer = make("button", { type: "button", class: "small", "aria-label": "Closer", text: "+" });
    this.wider = make("button", { type: "button", class: "small", "aria-label": "Wider", text: "−" });
    this.svg = makeSvg("svg", { class: "drawn" });
    this.map = make("div", { class: "sheet", "data-sheet": name, tabindex: "0", role: "application", "aria-label": label }, this.svg);
    this.element = make("div", { class: "sheet-frame" }, this.map, make("div", { class: "sheet-buttons" }, this.closer, this.wider));
    const parts = /** @type {Parts} */ (/** @type {unknown} */ ({ planMap: this.map, planCloser: this.closer, planWider: this.wider }));
    this.view = new PlanView(parts, () => this.redraw());
    this.map.addEventListener("click", (event) => this.#click(event));
    this.map.addEventListener("pointermove", (event) => options.onMove(this.toUnits(this.#place(event))));
    this.map.addEventListener("keydown", (event) => this.#press(event));
    this.sizes = new ResizeObserver(() => {
      this.#size = null;
      this.redraw();
    });
    this.sizes.observe(this.map);
  }

  destroy() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.#request);
  }

  /** How many pixels a unit has. */
  get scale() {
    return this.#fit().scale * this.view.scale;
  }

  /** Draw soon, once for all that changes now. */
  redraw() {
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame(() => this.#draw());
  }

  /** @param {number[]} point @returns {Point} */
  toPixels(point) {
    const { width, height } = this.#fit();
    return this.view.place(this.#toWhole(point), width, height);
  }

  /** Have a place in the middle, and so many units around it in sight. @param {number[]} point @param {number} across */
  lookAt(point, across) {
    this.#size = null;
    const { scale, width, height } = this.#fit();
    this.view.center(this.#toWhole(point), width, height, Math.min(width, height) / across / scale);
  }

  /** Where a point is while all is in sight, pixels. @param {number[]} point @returns {Point} */
  #toWhole([x, y]) {
    const { scale, left, top } = this.#fit();
    const [low, high] = [this.extent[1], this.extent[3]];
    return [left + (x - this.extent[0]) * scale, top + (this.options.isUp ? high - y : y - low) * scale];
  }

  /** @param {Point} pixel @returns {Point} */
  toUnits([x, y]) {
    const { scale, left, top, width, height } = this.#fit();
    const [zeroX, zeroY] = this.view.place([0, 0], width, height);
    const [wholeX, wholeY] = [(x - zeroX) / this.view.scale, (y - zeroY) / this.view.scale];
    const down = (wholeY - top) / scale;
    return [this.extent[0] + (wholeX - left) / scale, this.options.isUp ? this.extent[3] - down : this.extent[1] + down];
  }

  /**
   * Let an element of the drawing be dragged; a press that does not move is a click on it. All else that is drawn is not
   * pressed: a click whose element is drawn again meanwhile would be none.
   * @param {SVGElement} handle
   * @param {{onDrag: (point: Point) => void, onDrop: (point: Point) => void, onCancel: () => void, onClick: () => void}} on
   */
  makeHandle(handle, { onDrag, onDrop, onCancel, onClick }) {
    handle.classList.add("handle");
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      if (!event.isPrimary || event.button !== 0) return;
      const from = this.#place(event);
      let isDrag = false;
      /** @param {PointerEvent} moved */
      const move = (moved) => {
        if (moved.pointerId !== event.pointerId) return;
        const now = this.#place(moved);
        isDrag ||= Math.hypot(now[0] - from[0], now[1] - from[1]) > 5;
        if (isDrag) onDrag(this.toUnits(now));
      };
      /** @param {PointerEvent} ended */
      const end = (ended) => {
        if (ended.pointerId !== event.pointerId) return;
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
        this.#isHandled = true;
        setTimeout(() => (this.#isHandled = false));
        if (ended.type !== "pointerup") onCancel();
        else if (isDrag) onDrop(this.toUnits(this.#place(ended)));
        else onClick();
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
    });
    handle.addEventListener("click", (event) => event.stopPropagation());
    return handle;
  }

  #fit() {
    const { width, height } = (this.#size ??= { width: this.map.clientWidth || 1, height: this.map.clientHeight || 1 });
    const [x1, y1, x2, y2] = this.extent;
    const scale = Math.max(1e-6, Math.min((width - 2 * MARGIN_PX) / (x2 - x1), (height - 2 * MARGIN_PX) / (y2 - y1)));
    return { scale, width, height, left: (width - (x2 - x1) * scale) / 2, top: (height - (y2 - y1) * scale) / 2 };
  }

  #draw() {
    this.#size = null;
    const { width, height } = this.#fit();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(...this.options.draw(this), ...this.#drawCross());
    const [x, y] = this.toUnits([0, 0]);
    Object.assign(this.map.dataset, { left: x.toFixed(5), top: y.toFixed(5), scale: this.scale.toFixed(5) });
  }

  #drawCross() {
    if (this.cross === null) return [];
    const [x, y] = this.toPixels(this.cross);
    return [makeSvg("path", { class: "cross", d: `M${x - 14} ${y}H${x + 14}M${x} ${y - 14}V${y + 14}` })];
  }

  /** @param {MouseEvent} event @returns {Point} */
  #place(event) {
    const box = this.map.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (event.detail === 0 || this.#isHandled) return;
    this.cross = null;
    this.options.onClick(this.toUnits(this.#place(event)));
    this.redraw();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (this.options.onKey(event)) event.preventDefault();
    else if (arrow) this.#moveCross(arrow, event.shiftKey ? FINE_PX : STEP_PX);
    else if (event.key === "Enter" && this.cross !== null) this.options.onClick(this.cross);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.redraw();
  }

  /** @param {number[]} arrow @param {number} step */
  #moveCross([across, down], step) {
    const { clientWidth: width, clientHeight: height } = this.map;
    const [x, y] = this.cross ? this.toPixels(this.cross) : [width / 2, height / 2];
    this.cross = this.toUnits([clamp(x + across * step, 0, width), clamp(y + down * step, 0, height)]);
    this.options.onMove(this.cross);
  }
}
