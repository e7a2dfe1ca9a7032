/** A card that points at a part of the console: a ring around the part, and the card where it covers that part least. */

import { clamp, findFocus, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";

const GAP_PX = 12;
const EDGE_PX = 8;

export class CoachCard {
  /** @type {PartName} */
  #part = "stage";
  #placed = "";

  /**
   * @param {Parts} parts elements by `data-part`
   * @param {object} options
   * @param {string} options.name its `data-part`, and the first part of its ids
   * @param {string} options.closeWords what the button in its corner does
   * @param {Node[]} options.content what stands under the words
   * @param {boolean} [options.isDim] the console around the part is dimmed
   * @param {boolean} [options.isAbove] the card is above or below the part where there is room, not beside it
   * @param {() => void} options.onClose
   */
  constructor(parts, { name, closeWords, content, isDim = false, isAbove = false, onClose }) {
    this.parts = parts;
    this.isAbove = isAbove;
    this.onClose = onClose;
    this.title = make("h2", { id: `${name}-title`, tabindex: "-1" });
    this.text = make("p", { id: `${name}-text` });
    const close = make("button", { type: "button", class: "button coach-close", "aria-label": closeWords, title: closeWords, on: { click: onClose } }, makeIcon("close"));
    const words = { role: "dialog", "aria-labelledby": this.title.id, "aria-describedby": this.text.id };
    this.card = make("div", { class: "coach", "data-part": name, hidden: true, ...words }, this.title, close, this.text, ...content);
    this.card.addEventListener("keydown", (event) => this.#key(event));
    this.ring = make("div", { class: "coach-ring", "data-dim": String(isDim), "aria-hidden": "true", hidden: true });
    parts.console.append(this.ring, this.card);
  }

  get isOpen() {
    return !this.card.hidden;
  }

  get hasFocus() {
    return this.card.contains(findFocus(this.card));
  }

  /** Point at a part, by its `data-part`. @param {{part: PartName, title: string, text: string}} step */
  show({ part, title, text }) {
    this.#part = part;
    this.title.textContent = title;
    this.text.textContent = text;
    this.card.hidden = this.ring.hidden = false;
    this.#placed = "";
    this.place();
  }

  hide() {
    this.card.hidden = this.ring.hidden = true;
  }

  /** Once per frame: parts move when the window does. */
  place() {
    const room = this.parts.console.getBoundingClientRect();
    const box = must(this.parts[this.#part]).getBoundingClientRect();
    const target = { left: box.left - room.left, top: box.top - room.top, width: box.width, height: box.height };
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const spot = findSpot(target, { width, height }, { width: room.width, height: room.height }, this.isAbove);
    const placed = JSON.stringify([target, spot]);
    if (placed === this.#placed) return;
    this.#placed = placed;
    setPixels(this.ring, target);
    setPixels(this.card, spot);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.onClose();
  }
}

/** @param {HTMLElement} element @param {Record<string, number>} lengths by the names of CSS */
function setPixels(element, lengths) {
  for (const [name, value] of Object.entries(lengths)) element.style.setProperty(name, `${value}px`);
}

/**
 * Left and top of a card beside, above or below a part, where there is room; inside the part's lower end otherwise.
 * @param {{left: number, top: number, width: number, height: number}} target
 * @param {Size} card
 * @param {Size} room
 * @param {boolean} isAbove
 */
function findSpot(target, card, room, isAbove) {
  const left = clamp(target.left + (target.width - card.width) / 2, EDGE_PX, room.width - card.width - EDGE_PX);
  const top = clamp(target.top + (target.height - card.height) / 2, EDGE_PX, room.height - card.height - EDGE_PX);
  const beside = [
    { left: target.left - card.width - GAP_PX, top },
    { left: target.left + target.width + GAP_PX, top },
  ];
  const over = [
    { left, top: target.top - card.height - GAP_PX },
    { left, top: target.top + target.height + GAP_PX },
  ];
  const spots = isAbove ? [...over, ...beside] : [...beside, ...over];
  /** @param {{left: number, top: number}} spot */
  const fits = (spot) => spot.left >= EDGE_PX && spot.top >= EDGE_PX && spot.left + card.width <= room.width - EDGE_PX && spot.top + card.height <= room.height - EDGE_PX;
  return spots.find(fits) ?? { left, top: clamp(target.top + target.height - card.height - EDGE_PX, EDGE_PX, room.height - card.height - EDGE_PX) };
}
