/** Finding similar people: the box that is drawn, and the list that comes. */

import { clamp, findFocus, make, makePushButton, must, placeBox } from "./dom.js";
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
  /** @type {Box|null} */ #box = null;
  /** @type {Press|null} */ #press = null;

  constructor(/** @type {SearchConsole} */ { parts, picture }, /** @type {(box: Box) => void} */ onAsk) {
    this.parts = parts;
    this.zoom = picture.stage.zoom;
    this.onAsk = onAsk;
    this.drawn = make("span", { class: "similar-drawn" });
    this.layer = make("div", { class: "similar-layer", "data-part": "similarLayer", hidden: true }, this.drawn);
    parts.picture.append(this.layer);
    /** @param {string} name @param {IconName} icon @param {string} label @param {() => void} run */
    const button = (name, icon, label, run) => makePushButton(run, { "data-part": name, "aria-label": label, title: label }, makeIcon(icon));
    this.askButton = makePushButton(() => this.ask(), { class: "button button-main", "data-part": "similarAsk", text: "Find similar" });
    const words = make("p", { class: "similar-help" }, "Draw a box around one person", make("span", { class: "mouse-words", text: ", or move this one with the arrow keys" }));
    const buttons = [
      button("similarSmaller", "less", "Box smaller", () => this.grow(-1)),
      button("similarLarger", "add", "Box larger", () => this.grow(1)),
      this.askButton,
      button("similarCancel", "close", "No search", () => this.close()),
    ];
    this.bar = make("div", { class: "similar-bar", "data-part": "similarBar", role: "group", "aria-label": "Box for finding similar people", hidden: true }, words, make("div", { class: "similar-buttons" }, ...buttons));
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

  get isOpen() { return this.#box !== null; }

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

  move(/** @type {number} */ columns, /** @type {number} */ rows, /** @type {boolean} */ isStride) {
    const step = (isStride ? STRIDE : STEP) / this.zoom.scale;
    const [x1, y1, x2, y2] = must(this.#box);
    const [right, down] = [clamp(columns * step, -x1, 1 - x2), clamp(rows * step, -y1, 1 - y2)];
    this.#set([x1 + right, y1 + down, x2 + right, y2 + down]);
    this.zoom.reveal(this.#middle);
  }

  grow(/** @type {number} */ direction) {
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

  #show(/** @type {boolean} */ isOpen) {
    this.layer.hidden = this.bar.hidden = !isOpen;
    this.parts.stage.dataset.drawing = String(isOpen);
  }

  #set(/** @type {Box} */ [x1, y1, x2, y2]) {
    this.#box = [x1, y1, x2, y2].map((side) => clamp(side, 0, 1));
    placeBox(this.drawn, this.#box);
    this.bar.dataset.place = this.#box[1] > BAR_SHARE ? "top" : "bottom";
  }

  #pointAt(/** @type {PointerEvent} */ event) {
    const area = this.parts.picture.getBoundingClientRect();
    return { x: clamp((event.clientX - area.left) / area.width, 0, 1), y: clamp((event.clientY - area.top) / area.height, 0, 1) };
  }

  #start(/** @type {PointerEvent} */ event) {
    if (!event.isPrimary || event.button !== 0) return;
    this.layer.setPointerCapture(event.pointerId);
    this.bar.dataset.away = "true";
    this.#press = { from: this.#pointAt(event), clientX: event.clientX, clientY: event.clientY };
  }

  #letGo() {
    this.#press = null;
    this.bar.dataset.away = "false";
  }

  #draw(/** @type {PointerEvent} */ event) {
    if (!this.#press || !event.isPrimary || !this.#isLarge(event)) return;
    const { from } = this.#press;
    const to = this.#pointAt(event);
    this.#set([Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)]);
  }

  /** A box drawn by mouse is the question; by touch it can still be drawn again. A mere click brings the box there. */
  #end(/** @type {PointerEvent} */ event) {
    const press = this.#press;
    this.#letGo();
    if (!press || !event.isPrimary) return;
    if (!this.#isLarge({ clientX: event.clientX, clientY: event.clientY, press })) this.#bring(press.from);
    else if (event.pointerType === "mouse") this.ask();
  }

  #isLarge(/** @type {{clientX: number, clientY: number, press?: Press|null}} */ { clientX, clientY, press = this.#press }) {
    const from = must(press);
    return Math.abs(clientX - from.clientX) >= LEAST_PX && Math.abs(clientY - from.clientY) >= LEAST_PX;
  }

  #bring(/** @type {XY} */ { x, y }) {
    const [x1, y1, x2, y2] = must(this.#box);
    const [halfX, halfY] = [(x2 - x1) / 2, (y2 - y1) / 2];
    this.#set([x - halfX, y - halfY, x + halfX, y + halfY]);
  }
}

const CAUTION = "Suggestions can be wrong: check each one. Some sightings may be missing.";

/**
 * What is said instead of a list, and what can be done about it: "draw" another box, or ask "again".
 * @type {Record<"loading"|"nobody"|"empty"|"late"|"often"|"expired"|"used"|"refused", {text: string, title?: string, action?: "draw"|"again"}>}
 */
const STATES = {
  loading: { text: "Looking through all cameras" },
  nobody: { title: "No one recognized here", text: "Draw the box around one whole person, as large as you can see them.", action: "draw" },
  empty: { title: "Nothing similar found", text: "That does not mean that the person was on no other camera.", action: "draw" },
  late: { title: "The search does not answer", text: "Your marks are kept.", action: "again" },
  often: { title: "Many searches in a short time", text: "Wait a moment, then try again.", action: "again" },
  expired: { title: "Access is being renewed", text: "Try again in a moment.", action: "again" },
  used: { title: "No more searches in this drill", text: "Continue with the cameras and the map." },
  refused: { title: "This could not be searched", text: "Draw another box.", action: "draw" },
};
const ACTIONS = { draw: "Draw another box", again: "Try again" };

/** @typedef {keyof typeof STATES} ListState */

/** The list of similar people beside the main picture: what was asked, what came, and what was opened of it. */
export class SimilarPanel {
  /** @type {{button: HTMLElement, said: HTMLElement, item: HTMLElement}[]} */ #rows = [];

  constructor(/** @type {import("./similar_people.js").SimilarPeople} */ people) {
    this.people = people;
    this.parts = people.console.parts;
    this.heading = make("h2", { id: "similar-title", text: "Similar people", tabindex: "-1" });
    this.picture = make("img", { class: "similar-crop", alt: "The person in your box" });
    this.asked = make("p", { class: "similar-asked" });
    /** @param {string} part @param {IconName} icon @param {string} words @param {string} label @param {() => void} run */
    const button = (part, icon, words, label, run) =>
      makePushButton(run, { "data-part": part, "aria-label": label, title: label }, makeIcon(icon), make("span", { class: "wide-only", text: words }));
    const buttons = [
      button("similarBack", "undo", "Back", "Back to where you drew the box", () => this.people.goBack()),
      button("similarDraw", "similar", "New box", ACTIONS.draw, () => this.people.draw()),
      button("similarClose", "close", "", "Close the list", () => this.people.close()),
    ];
    this.caution = make("p", { class: "similar-caution" }, makeIcon("warn"), make("span", { text: CAUTION }));
    this.state = make("div", { class: "similar-state", role: "status" });
    this.list = make("ol", { class: "similar-list", "data-part": "similarList" });
    this.root = make(
      "section",
      { class: "similar", "data-part": "similar", "aria-labelledby": "similar-title", hidden: true },
      make("div", { class: "similar-top" }, this.picture, make("div", { class: "similar-title" }, this.heading, this.asked), ...buttons),
      this.caution,
      this.state,
      this.list,
    );
    this.parts.wall.after(this.root);
    this.parts.similar = this.root;
  }

  get isOpen() { return !this.root.hidden; }

  close() {
    this.root.hidden = true;
    this.parts.console.dataset.similar = "closed";
  }

  get hasFocus() { return this.root.contains(findFocus(this.root)); }

  focus() {
    this.heading.focus({ preventScroll: true });
  }

  /** Say why there is no list, see STATES. `query` is null, or what was asked. */
  say(/** @type {ListState} */ state, /** @type {Sighting} */ query) {
    this.#open(query);
    const { title, text, action } = STATES[state];
    this.state.dataset.state = state;
    this.state.replaceChildren(
      ...(state === "loading" ? [make("span", { class: "similar-spinner", "aria-hidden": "true" })] : []),
      ...(title ? [make("h3", { text: title })] : []),
      make("p", { text }),
      ...(action ? [makePushButton(() => (action === "draw" ? this.people.draw() : this.people.again()), { "data-part": "similarAction", text: ACTIONS[action] })] : []),
    );
    this.state.hidden = false;
    this.caution.hidden = this.list.hidden = true;
    this.list.replaceChildren();
    this.#rows = [];
  }

  show(/** @type {Sighting} */ query, /** @type {Sighting[]} */ results) {
    this.#open(query);
    this.state.hidden = true;
    this.caution.hidden = this.list.hidden = false;
    this.#rows = results.map((sighting, place) => this.#makeRow(sighting, place + 1));
    this.list.replaceChildren(...this.#rows.map((row) => row.item));
    this.list.scrollTop = 0;
  }

  tell(/** @type {{opened: number[], current: number|null, marked: number[]}} */ { opened, current, marked }) {
    this.#rows.forEach((row, place) => {
      const rank = place + 1;
      const [isOpened, isMarked] = [opened.includes(rank), marked.includes(rank)];
      const said = isMarked ? "Marked" : isOpened ? "Looked at" : "";
      if (row.said.textContent !== said) row.said.replaceChildren(...(said ? [makeIcon(isMarked ? "mark" : "saved"), said] : []));
      row.button.dataset.opened = String(isOpened);
      row.button.setAttribute("aria-current", String(rank === current));
    });
  }

  /** Move the focus to the entry before or after the one that has it; false where none has. */
  step(/** @type {number} */ direction) {
    const place = this.#rows.findIndex((row) => row.button === findFocus(this.root));
    if (place < 0) return false;
    this.#rows[place + direction]?.button.focus();
    return true;
  }

  #open(/** @type {Sighting} */ query) {
    this.root.hidden = false;
    this.parts.console.dataset.similar = "open";
    const url = this.people.cropUrl(query);
    if (this.picture.getAttribute("src") !== url) this.picture.src = url;
    this.asked.textContent = this.people.describe(query).join(", ");
  }

  #makeRow(/** @type {Sighting} */ sighting, /** @type {number} */ rank) {
    /** @type {HTMLImageElement} */
    const picture = make("img", { class: "similar-crop", src: this.people.cropUrl(sighting), alt: "", loading: "lazy", on: { error: () => (picture.dataset.missing = "true") } });
    const said = make("span", { class: "similar-said" });
    const [where, when] = this.people.describe(sighting);
    const words = make(
      "span",
      { class: "similar-words" },
      make("span", { class: "similar-rank", text: `${rank}` }),
      make("span", { class: "similar-where" }, make("span", { text: where }), " ", make("span", { class: "similar-when", text: when })),
      said,
    );
    const button = makePushButton(() => this.people.open(rank), { class: "similar-row", "data-rank": String(rank), "data-camera": sighting.camera_id, "data-frame": String(sighting.frame) }, picture, words);
    return { button, said, item: make("li", {}, button) };
  }
}
