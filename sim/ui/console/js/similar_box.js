/** Drawing a box around a person in the main picture: by mouse, by touch, or by keys. */

import { clamp, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";

const LEAST_PX = 8;
const STEP = 0.01;
const STRIDE = 0.05;
const GROWTH = 1.15;
const FIRST_HEIGHT = 0.5;
const SHAPE = 0.45;
const SMALLEST = 0.03;
/** The upper part of the picture that the words and buttons cover. */
const BAR_SHARE = 0.15;

/** @typedef {{from: XY, clientX: number, clientY: number}} Press */

export class SimilarBox {
  /** @type {HTMLButtonElement} */
  askButton;
  /** @type {Box|null} */
  #box = null;
  /** @type {Press|null} */
  #press = null;

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {import("./zoom.js").Zoom} options.zoom
   * @param {(box: number[]) => void} options.onAsk search for who is in the box: x1, y1, x2, y2, 0..1 of the picture
   */
  constructor({ parts, zoom, onAsk }) {
    this.parts = parts;
    this.zoom = zoom;
    this.onAsk = onAsk;
    this.drawn = make("span", { class: "similar-drawn" });
    this.layer = make("div", { class: "similar-layer", "data-part": "similarLayer", hidden: true }, this.drawn);
    parts.picture.append(this.layer);
    this.bar = this.#makeBar();
    parts.stage.append(this.bar);
    /** @type {Record<string, (event: PointerEvent) => void>} */
    const takes = { pointerdown: (event) => this.#start(event), pointermove: (event) => this.#draw(event), pointerup: (event) => this.#end(event), pointercancel: () => this.#letGo() };
    for (const [kind, take] of Object.entries(takes)) {
      this.layer.addEventListener(kind, (event) => {
        event.stopPropagation();
        take(/** @type {PointerEvent} */ (event));
      });
    }
  }

  get isOpen() {
    return this.#box !== null;
  }

  /** The box as it is now, x1, y1, x2, y2; null while none is drawn. */
  get box() {
    return this.#box && [...this.#box];
  }

  /** Begin with a box in the middle of what is seen. */
  open() {
    const { scale, middle } = this.zoom;
    const { offsetWidth, offsetHeight } = this.parts.picture;
    const height = FIRST_HEIGHT / scale;
    const width = (height * SHAPE * offsetHeight) / Math.max(1, offsetWidth);
    this.#set([middle.x - width / 2, middle.y - height / 2, middle.x + width / 2, middle.y + height / 2]);
    this.#show(true);
  }

  /** The focus goes to the button that asks: Enter searches, arrow keys move the box, Tab leads to its size. */
  focus() {
    this.askButton.focus({ preventScroll: true });
  }

  close() {
    this.#box = null;
    this.#letGo();
    this.#show(false);
  }

  /** @param {number} columns @param {number} rows @param {boolean} isStride */
  move(columns, rows, isStride) {
    const step = (isStride ? STRIDE : STEP) / this.zoom.scale;
    const [x1, y1, x2, y2] = must(this.#box);
    const [right, down] = [clamp(columns * step, -x1, 1 - x2), clamp(rows * step, -y1, 1 - y2)];
    this.#set([x1 + right, y1 + down, x2 + right, y2 + down]);
    this.zoom.reveal(this.#middle);
  }

  /** Larger (1) or smaller (-1), about its middle. @param {number} direction */
  grow(direction) {
    const [x1, y1, x2, y2] = must(this.#box);
    const factor = GROWTH ** direction;
    const { x, y } = this.#middle;
    const least = SMALLEST / this.zoom.scale;
    if (direction < 0 && (y2 - y1) * factor < least) return;
    this.#set([x - ((x2 - x1) * factor) / 2, y - ((y2 - y1) * factor) / 2, x + ((x2 - x1) * factor) / 2, y + ((y2 - y1) * factor) / 2]);
  }

  ask() {
    this.onAsk([...must(this.#box)]);
  }

  get #middle() {
    const [x1, y1, x2, y2] = must(this.#box);
    return { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  }

  #makeBar() {
    /** @param {string} name @param {IconName} icon @param {string} label @param {() => void} run */
    const button = (name, icon, label, run) => make("button", { type: "button", class: "button", "data-part": name, "aria-label": label, title: label, on: { click: run } }, makeIcon(icon));
    this.askButton = make("button", { type: "button", class: "button button-main", "data-part": "similarAsk", text: "Find similar", on: { click: () => this.ask() } });
    const words = make("p", { class: "similar-help" }, "Draw a box around one person", make("span", { class: "mouse-words", text: ", or move this one with the arrow keys" }));
    const buttons = [
      button("similarSmaller", "less", "Box smaller", () => this.grow(-1)),
      button("similarLarger", "add", "Box larger", () => this.grow(1)),
      this.askButton,
      button("similarCancel", "close", "No search", () => this.close()),
    ];
    return make("div", { class: "similar-bar", "data-part": "similarBar", role: "group", "aria-label": "Box for finding similar people", hidden: true }, words, make("div", { class: "similar-buttons" }, ...buttons));
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.layer.hidden = this.bar.hidden = !isOpen;
    this.parts.stage.dataset.drawing = String(isOpen);
  }

  /** @param {Box} box */
  #set([x1, y1, x2, y2]) {
    this.#box = [x1, y1, x2, y2].map((side) => clamp(side, 0, 1));
    const [left, top, right, bottom] = this.#box.map((side) => side * 100);
    Object.assign(this.drawn.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    this.bar.dataset.place = this.#box[1] > BAR_SHARE ? "top" : "bottom";
  }

  /** @param {PointerEvent} event */
  #pointAt(event) {
    const area = this.parts.picture.getBoundingClientRect();
    return { x: clamp((event.clientX - area.left) / area.width, 0, 1), y: clamp((event.clientY - area.top) / area.height, 0, 1) };
  }

  /** @param {PointerEvent} event */
  #start(event) {
    if (!event.isPrimary || event.button !== 0) return;
    this.layer.setPointerCapture(event.pointerId);
    this.bar.dataset.away = "true";
    this.#press = { from: this.#pointAt(event), clientX: event.clientX, clientY: event.clientY };
  }

  #letGo() {
    this.#press = null;
    this.bar.dataset.away = "false";
  }

  /** @param {PointerEvent} event */
  #draw(event) {
    if (!this.#press || !event.isPrimary || !this.#isLarge(event)) return;
    const { from } = this.#press;
    const to = this.#pointAt(event);
    this.#set([Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)]);
  }

  /**
   * A box drawn by mouse is the question; by touch it can still be drawn again. A mere click brings the box there.
   * @param {PointerEvent} event
   */
  #end(event) {
    const press = this.#press;
    this.#letGo();
    if (!press || !event.isPrimary) return;
    if (!this.#isLarge({ clientX: event.clientX, clientY: event.clientY, press })) this.#bring(press.from);
    else if (event.pointerType === "mouse") this.ask();
  }

  /** @param {{clientX: number, clientY: number, press?: Press|null}} pointer */
  #isLarge({ clientX, clientY, press = this.#press }) {
    const from = must(press);
    return Math.abs(clientX - from.clientX) >= LEAST_PX && Math.abs(clientY - from.clientY) >= LEAST_PX;
  }

  /** @param {XY} point */
  #bring({ x, y }) {
    const [x1, y1, x2, y2] = must(this.#box);
    const [halfX, halfY] = [(x2 - x1) / 2, (y2 - y1) / 2];
    this.#set([x - halfX, y - halfY, x + halfX, y + halfY]);
  }
}
