/** A box over the main picture: drawn, moved and resized by mouse, touch or keys, and boxes to choose among. */

import { clamp, make, placeBox } from "./dom.js";

const LEAST_PX = 6;
const REACH_PX = 16;
const LEAST = 0.008;
const FIRST_HEIGHT = 0.3;
const FIRST_SHAPE = 0.38;

/** @typedef {{from: XY, box: Box|null, sides: string, moved: boolean}} Press */

export class BoxLayer {
  /** @type {Box|null} */ box = null;
  /** @type {Box[]} */ #choices = [];
  /** @type {Press|null} */ #press = null;

  constructor(/** @type {{picture: HTMLElement, onChange: () => void, canDraw: () => boolean}} */ { picture, onChange, canDraw }) {
    this.onChange = onChange;
    this.canDraw = canDraw;
    this.drawn = make("span", { class: "walk-box", hidden: true }, ...["nw", "ne", "sw", "se"].map((side) => make("i", { class: `corner ${side}` })));
    this.others = make("span", { class: "walk-choices" });
    this.layer = make("div", { class: "walk-layer", "data-part": "walkLayer" }, this.others, this.drawn);
    picture.append(this.layer);
    /** @type {Record<string, (event: PointerEvent) => void>} */
    const takes = { pointerdown: (event) => this.#start(event), pointermove: (event) => this.#move(event), pointerup: (event) => this.#end(event), pointercancel: () => (this.#press = null) };
    for (const [kind, take] of Object.entries(takes)) this.layer.addEventListener(kind, (event) => take(/** @type {PointerEvent} */ (event)));
  }

  get isBusy() { return this.#press !== null; }

  /** Show a box that nobody has drawn here. @param {Box|null} box @param {string} kind "mark", "between", "proposed", "hidden" or "more", see the style sheet */
  show(box, kind) {
    this.box = box;
    this.drawn.dataset.kind = kind;
    this.#draw();
  }

  showChoices(/** @type {Box[]} */ choices) {
    this.#choices = choices;
    this.others.replaceChildren(
      ...choices.map((box, place) => {
        const shown = make("span", { class: "walk-choice" }, make("b", { text: String(place + 1) }));
        placeBox(shown, box);
        return shown;
      }),
    );
  }

  choose(/** @type {number} */ number) {
    const box = this.#choices[number - 1];
    if (!box) return false;
    this.#change([...box]);
    return true;
  }

  /** @param {number} columns @param {number} rows shares of the picture */
  moveBy(columns, rows) {
    if (!this.box) return;
    const [x1, y1, x2, y2] = this.box;
    const [right, down] = [clamp(columns, -x1, 1 - x2), clamp(rows, -y1, 1 - y2)];
    this.#change([x1 + right, y1 + down, x2 + right, y2 + down]);
  }

  grow(/** @type {number} */ factor, /** @type {"wide"|"high"|"both"} */ way) {
    if (!this.box) return;
    const [x1, y1, x2, y2] = this.box;
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
    const [wide, high] = [way === "high" ? 1 : factor, way === "wide" ? 1 : factor];
    this.#change([x - ((x2 - x1) * wide) / 2, y - ((y2 - y1) * high) / 2, x + ((x2 - x1) * wide) / 2, y + ((y2 - y1) * high) / 2]);
  }

  /** A first box, in the middle of what is seen. @param {XY} middle @param {number} scale */
  begin({ x, y }, scale) {
    const height = FIRST_HEIGHT / scale;
    const width = (height * FIRST_SHAPE * this.layer.clientHeight) / Math.max(1, this.layer.clientWidth);
    this.#change([x - width / 2, y - height / 2, x + width / 2, y + height / 2]);
  }

  #change(/** @type {Box} */ box) {
    this.box = fitBox(box);
    this.drawn.dataset.kind = this.drawn.dataset.kind === "more" ? "more" : "proposed";
    this.#draw();
    this.onChange();
  }

  #draw() {
    this.drawn.hidden = this.box === null;
    if (this.box) placeBox(this.drawn, this.box);
  }

  #pointAt(/** @type {PointerEvent} */ event) {
    const area = this.layer.getBoundingClientRect();
    return { x: clamp((event.clientX - area.left) / area.width, 0, 1), y: clamp((event.clientY - area.top) / area.height, 0, 1) };
  }

  #start(/** @type {PointerEvent} */ event) {
    if (!event.isPrimary || event.button !== 0 || !this.canDraw()) return;
    event.stopPropagation();
    this.layer.setPointerCapture(event.pointerId);
    const from = this.#pointAt(event);
    this.#press = { from, box: this.box && [...this.box], sides: this.#findSides(from), moved: false };
  }

  /** What a press takes hold of: sides "n", "e", "s", "w" of the box, "all" of it, or "" for a new one. */
  #findSides(/** @type {XY} */ { x, y }) {
    if (!this.box) return "";
    const area = this.layer.getBoundingClientRect();
    const [nearX, nearY] = [REACH_PX / area.width, REACH_PX / area.height];
    const [x1, y1, x2, y2] = this.box;
    if (x < x1 - nearX || x > x2 + nearX || y < y1 - nearY || y > y2 + nearY) return "";
    const [inX, inY] = [Math.min(nearX, (x2 - x1) / 3), Math.min(nearY, (y2 - y1) / 3)];
    const sides = `${y < y1 + inY ? "n" : y > y2 - inY ? "s" : ""}${x < x1 + inX ? "w" : x > x2 - inX ? "e" : ""}`;
    return sides || "all";
  }

  #move(/** @type {PointerEvent} */ event) {
    const press = this.#press;
    if (!press || !event.isPrimary) return;
    event.stopPropagation();
    const to = this.#pointAt(event);
    const area = this.layer.getBoundingClientRect();
    const [acrossPx, downPx] = [Math.abs(to.x - press.from.x) * area.width, Math.abs(to.y - press.from.y) * area.height];
    press.moved ||= acrossPx > LEAST_PX || downPx > LEAST_PX;
    if (press.moved) this.#change(stretch(press, to));
  }

  #end(/** @type {PointerEvent} */ event) {
    const press = this.#press;
    this.#press = null;
    if (!press || !event.isPrimary) return;
    event.stopPropagation();
    if (press.moved) return;
    const { x, y } = press.from;
    const chosen = this.#choices.findIndex(([x1, y1, x2, y2]) => x >= x1 && x <= x2 && y >= y1 && y <= y2);
    if (chosen >= 0) this.choose(chosen + 1);
    else if (!this.box) this.begin(press.from, 1);
    else if (press.sides === "") this.moveBy(x - (this.box[0] + this.box[2]) / 2, y - (this.box[1] + this.box[3]) / 2);
  }
}

export function stretch(/** @type {Press} */ { from, box, sides }, /** @type {XY} */ to) {
  if (!box || sides === "") return [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)];
  const [across, down] = [to.x - from.x, to.y - from.y];
  const [x1, y1, x2, y2] = box;
  if (sides === "all") {
    const [right, low] = [clamp(across, -x1, 1 - x2), clamp(down, -y1, 1 - y2)];
    return [x1 + right, y1 + low, x2 + right, y2 + low];
  }
  return [
    sides.includes("w") ? x1 + across : x1,
    sides.includes("n") ? y1 + down : y1,
    sides.includes("e") ? x2 + across : x2,
    sides.includes("s") ? y2 + down : y2,
  ];
}

/** A box inside the picture, its corners in order, and never too small to be seen. @param {Box} box @returns {Box} */
export function fitBox([x1, y1, x2, y2]) {
  const order = (/** @type {number} */ a, /** @type {number} */ b) => {
    const [low, high] = [clamp(Math.min(a, b), 0, 1), clamp(Math.max(a, b), 0, 1)];
    return high - low >= LEAST ? [low, high] : low + LEAST <= 1 ? [low, low + LEAST] : [1 - LEAST, 1];
  };
  const [[left, right], [top, bottom]] = [order(x1, x2), order(y1, y2)];
  return [left, top, right, bottom];
}
