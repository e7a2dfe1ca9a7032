/** The list of similar people beside the main picture: what was asked, what came, and what was opened of it. */

import { findFocus, make } from "./dom.js";
import { makeIcon } from "./icons.js";

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

export class SimilarPanel {
  /** @type {HTMLElement} */
  heading;
  /** @type {HTMLImageElement} */
  picture;
  /** @type {HTMLElement} */
  asked;
  /** @type {HTMLElement} */
  caution;
  /** @type {HTMLElement} */
  state;
  /** @type {HTMLElement} */
  list;
  /** @type {HTMLElement} */
  root;
  /** @type {{button: HTMLElement, said: HTMLElement, item: HTMLElement}[]} */
  #rows = [];

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {(sighting: {camera_id: string, t_s: number}) => string[]} options.describe camera and time in words
   * @param {(sighting: Sighting) => string} options.cropUrl the address of a sighting's picture
   * @param {(rank: number) => void} options.onOpen an entry was chosen, from 1
   * @param {() => void} options.onBack back to where the box was drawn
   * @param {() => void} options.onDraw
   * @param {() => void} options.onAgain
   * @param {() => void} options.onClose
   */
  constructor({ parts, describe, cropUrl, onOpen, onBack, onDraw, onAgain, onClose }) {
    this.parts = parts;
    this.describe = describe;
    this.cropUrl = cropUrl;
    this.onOpen = onOpen;
    this.onBack = onBack;
    this.onDraw = onDraw;
    this.onAgain = onAgain;
    this.onClose = onClose;
    this.#build();
  }

  get isOpen() {
    return !this.root.hidden;
  }

  close() {
    this.root.hidden = true;
    this.parts.console.dataset.similar = "closed";
  }

  /** Whether the focus is inside. */
  get hasFocus() {
    return this.root.contains(findFocus(this.root));
  }

  focus() {
    this.heading.focus({ preventScroll: true });
  }

  /**
   * Say why there is no list, see STATES. `query` is null, or what was asked.
   * @param {ListState} state
   * @param {Sighting} query
   */
  say(state, query) {
    this.#open(query);
    const { title, text, action } = STATES[state];
    this.state.dataset.state = state;
    this.state.replaceChildren(
      ...(state === "loading" ? [make("span", { class: "similar-spinner", "aria-hidden": "true" })] : []),
      ...(title ? [make("h3", { text: title })] : []),
      make("p", { text }),
      ...(action ? [make("button", { type: "button", class: "button", "data-part": "similarAction", text: ACTIONS[action], on: { click: () => (action === "draw" ? this.onDraw() : this.onAgain()) } })] : []),
    );
    this.state.hidden = false;
    this.caution.hidden = this.list.hidden = true;
    this.list.replaceChildren();
    this.#rows = [];
  }

  /**
   * Show a list, best first, as the answer of the search has it.
   * @param {Sighting} query
   * @param {Sighting[]} results
   */
  show(query, results) {
    this.#open(query);
    this.state.hidden = true;
    this.caution.hidden = this.list.hidden = false;
    this.#rows = results.map((sighting, place) => this.#makeRow(sighting, place + 1));
    this.list.replaceChildren(...this.#rows.map((row) => row.item));
    this.list.scrollTop = 0;
  }

  /**
   * Which entries were opened, which one is on screen, and which are marked.
   * @param {{opened: number[], current: number|null, marked: number[]}} list
   */
  tell({ opened, current, marked }) {
    this.#rows.forEach((row, place) => {
      const rank = place + 1;
      const [isOpened, isMarked] = [opened.includes(rank), marked.includes(rank)];
      const said = isMarked ? "Marked" : isOpened ? "Looked at" : "";
      if (row.said.textContent !== said) row.said.replaceChildren(...(said ? [makeIcon(isMarked ? "mark" : "saved"), said] : []));
      row.button.dataset.opened = String(isOpened);
      row.button.setAttribute("aria-current", String(rank === current));
    });
  }

  /**
   * Move the focus to the entry before or after the one that has it; false where none has.
   * @param {number} direction
   */
  step(direction) {
    const place = this.#rows.findIndex((row) => row.button === findFocus(this.root));
    if (place < 0) return false;
    this.#rows[place + direction]?.button.focus();
    return true;
  }

  #build() {
    this.heading = make("h2", { id: "similar-title", text: "Similar people", tabindex: "-1" });
    this.picture = make("img", { class: "similar-crop", alt: "The person in your box" });
    this.asked = make("p", { class: "similar-asked" });
    /** @param {string} part @param {IconName} icon @param {string} words @param {string} label @param {() => void} run */
    const button = (part, icon, words, label, run) =>
      make("button", { type: "button", class: "button", "data-part": part, "aria-label": label, title: label, on: { click: run } }, makeIcon(icon), make("span", { class: "wide-only", text: words }));
    const buttons = [
      button("similarBack", "undo", "Back", "Back to where you drew the box", () => this.onBack()),
      button("similarDraw", "similar", "New box", ACTIONS.draw, () => this.onDraw()),
      button("similarClose", "close", "", "Close the list", () => this.onClose()),
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

  /** @param {Sighting} query */
  #open(query) {
    this.root.hidden = false;
    this.parts.console.dataset.similar = "open";
    const url = this.cropUrl(query);
    if (this.picture.getAttribute("src") !== url) this.picture.src = url;
    this.asked.textContent = this.describe(query).join(", ");
  }

  /** @param {Sighting} sighting @param {number} rank */
  #makeRow(sighting, rank) {
    /** @type {HTMLImageElement} */
    const picture = make("img", { class: "similar-crop", src: this.cropUrl(sighting), alt: "", loading: "lazy", on: { error: () => (picture.dataset.missing = "true") } });
    const said = make("span", { class: "similar-said" });
    const [where, when] = this.describe(sighting);
    const words = make(
      "span",
      { class: "similar-words" },
      make("span", { class: "similar-rank", text: `${rank}` }),
      make("span", { class: "similar-where" }, make("span", { text: where }), " ", make("span", { class: "similar-when", text: when })),
      said,
    );
    const button = make("button", { type: "button", class: "similar-row", "data-rank": String(rank), "data-camera": sighting.camera_id, "data-frame": String(sighting.frame), on: { click: () => this.onOpen(rank) } }, picture, words);
    return { button, said, item: make("li", {}, button) };
  }
}
