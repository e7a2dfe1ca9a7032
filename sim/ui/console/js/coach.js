/**
 * A short tour of the console: a ring around one part after another, with a sentence each. It blocks nothing.
 *
 * It is offered once, in a practice drill before a camera is chosen, and never starts by itself: the clock runs. From
 * then on it is in the sheet "More".
 */

import { listCoachSteps } from "./coach_steps.js";
import { clamp, make } from "./dom.js";
import { makeIcon } from "./icons.js";

const SEEN_KEY = "sightline-coach";
const GAP_PX = 12;
const EDGE_PX = 8;

export class Coach {
  #step = -1;
  #from = null;
  #placed = "";
  #offer = null;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, deviceStorage, tools } = console_;
    if (data.replay) return;
    this.steps = listCoachSteps(data.profile);
    this.#build();
    tools.add({ name: "tour", icon: "tour", label: "Show me round", run: () => this.start() });
    if (data.mode === "practice" && deviceStorage.getItem(SEEN_KEY) !== "seen") this.#makeOffer();
  }

  get isOpen() {
    return this.#step >= 0;
  }

  start() {
    if (!this.console.isLive) return;
    const { parts } = this.console;
    this.#from = { focus: parts.console.getRootNode().activeElement, tab: parts.console.dataset.tab };
    this.console.send("hint", { name: "tour" });
    this.#dismiss();
    this.#show(0);
  }

  /** The offer goes with the first camera; whoever finds their own way is not asked again. */
  setCamera(cameraId) {
    if (cameraId !== null && this.#offer) this.#dismiss();
  }

  tick() {
    if (this.isOpen) this.#place();
  }

  #makeOffer() {
    const show = make("button", { type: "button", class: "button button-main", "data-part": "coachShow", text: "Show me round", on: { click: () => this.start() } });
    const no = make("button", { type: "button", class: "button", "data-part": "coachNo", text: "No, thanks", on: { click: () => this.#dismiss() } });
    const words = make("p", { text: "New here? Six short hints, under a minute." });
    this.#offer = make("div", { class: "coach-offer", "data-part": "coachOffer" }, words, make("div", { class: "coach-buttons" }, show, no));
    this.console.parts.stageEmpty.append(this.#offer);
  }

  #dismiss() {
    this.#offer?.remove();
    this.#offer = null;
    this.console.deviceStorage.setItem(SEEN_KEY, "seen");
  }

  #build() {
    const press = (words, run, more = {}) => make("button", { type: "button", class: "button", text: words, ...more, on: { click: run } });
    this.title = make("h2", { id: "coach-title", tabindex: "-1" });
    this.text = make("p", { id: "coach-text" });
    this.count = make("span", { class: "coach-count" });
    this.back = press("Back", () => this.#show(this.#step - 1));
    this.next = press("Next", () => this.#goOn(), { class: "button button-main" });
    this.close = press("", () => this.#end(), { class: "button coach-close", "aria-label": "End the tour", title: "End the tour" });
    this.close.append(makeIcon("close"));
    const buttons = make("div", { class: "coach-buttons" }, this.count, this.back, this.next);
    const words = { role: "dialog", "aria-labelledby": "coach-title", "aria-describedby": "coach-text" };
    this.card = make("div", { class: "coach", "data-part": "coach", hidden: true, ...words }, this.title, this.close, this.text, buttons);
    this.card.addEventListener("keydown", (event) => this.#key(event));
    this.ring = make("div", { class: "coach-ring", "aria-hidden": "true", hidden: true });
    this.console.parts.console.append(this.ring, this.card);
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#end();
  }

  #goOn() {
    if (this.#step === this.steps.length - 1) this.#end();
    else this.#show(this.#step + 1);
  }

  #show(step) {
    const { layout } = this.console;
    const { title, text, touch, view } = this.steps[step];
    this.#step = step;
    if (view && layout.isNarrow) layout.showTab(view);
    this.title.textContent = title;
    this.text.textContent = touch && matchMedia("(pointer: coarse)").matches ? touch : text;
    this.count.textContent = `${step + 1} of ${this.steps.length}`;
    this.back.hidden = step === 0;
    this.next.textContent = step === this.steps.length - 1 ? "Done" : "Next";
    this.card.hidden = this.ring.hidden = false;
    this.#place();
    this.title.focus({ preventScroll: true });
  }

  #end() {
    const { layout, parts } = this.console;
    this.#step = -1;
    this.card.hidden = this.ring.hidden = true;
    if (layout.isNarrow) layout.showTab(this.#from.tab);
    (this.#from.focus?.isConnected ? this.#from.focus : parts.console).focus({ preventScroll: true });
  }

  /** The ring around its part, and the card where it covers that part least. */
  #place() {
    const { parts } = this.console;
    const room = parts.console.getBoundingClientRect();
    const box = parts[this.steps[this.#step].part].getBoundingClientRect();
    const target = { left: box.left - room.left, top: box.top - room.top, width: box.width, height: box.height };
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const spot = findSpot(target, { width, height }, { width: room.width, height: room.height });
    const placed = JSON.stringify([target, spot]);
    if (placed === this.#placed) return;
    this.#placed = placed;
    for (const [name, value] of Object.entries(target)) this.ring.style[name] = `${value}px`;
    for (const [name, value] of Object.entries(spot)) this.card.style[name] = `${value}px`;
  }
}

/** Left and top of a card beside, above or below a part, where there is room; inside the part's lower end otherwise. */
function findSpot(target, card, room) {
  const left = clamp(target.left + (target.width - card.width) / 2, EDGE_PX, room.width - card.width - EDGE_PX);
  const top = clamp(target.top + (target.height - card.height) / 2, EDGE_PX, room.height - card.height - EDGE_PX);
  const spots = [
    { left: target.left - card.width - GAP_PX, top },
    { left: target.left + target.width + GAP_PX, top },
    { left, top: target.top - card.height - GAP_PX },
    { left, top: target.top + target.height + GAP_PX },
  ];
  const fits = (spot) => spot.left >= EDGE_PX && spot.top >= EDGE_PX && spot.left + card.width <= room.width - EDGE_PX && spot.top + card.height <= room.height - EDGE_PX;
  return spots.find(fits) ?? { left, top: clamp(target.top + target.height - card.height - EDGE_PX, EDGE_PX, room.height - card.height - EDGE_PX) };
}
