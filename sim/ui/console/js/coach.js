/**
 * A short tour of the console: a ring around one part after another, with a sentence each. It blocks nothing.
 *
 * It is offered once, in a practice drill before a camera is chosen, and never starts by itself: the clock runs. From
 * then on it is in the sheet "More".
 */

import { CoachCard } from "./coach_card.js";
import { listCoachSteps } from "./coach_steps.js";
import { findFocus, make, must } from "./dom.js";

const SEEN_KEY = "sightline-coach";

export class Coach {
  /** @type {ReturnType<typeof listCoachSteps>} */
  steps;
  /** @type {CoachCard} */
  card;
  /** @type {HTMLElement} */
  count;
  /** @type {HTMLButtonElement} */
  back;
  /** @type {HTMLButtonElement} */
  next;
  #step = -1;
  /** @type {{focus: HTMLElement|null, tab: string|undefined}|null} */
  #from = null;
  /** @type {HTMLElement|null} */
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
    this.#from = { focus: findFocus(parts.console), tab: parts.console.dataset.tab };
    this.console.send("hint", { name: "tour" });
    this.#dismiss();
    this.#show(0);
  }

  /**
   * The offer goes with the first camera; anyone who finds their own way is not asked again.
   * @param {string} cameraId
   */
  setCamera(cameraId) {
    if (cameraId !== null && this.#offer) this.#dismiss();
  }

  tick() {
    if (this.isOpen) this.card.place();
  }

  #makeOffer() {
    const show = make("button", { type: "button", class: "button button-main", "data-part": "coachShow", text: "Show me round", on: { click: () => this.start() } });
    const no = make("button", { type: "button", class: "button", "data-part": "coachNo", text: "No, thanks", on: { click: () => this.#dismiss() } });
    const words = make("p", { text: "New here? Six short notes, under a minute." });
    this.#offer = make("div", { class: "coach-offer", "data-part": "coachOffer" }, words, make("div", { class: "coach-buttons" }, show, no));
    this.console.parts.stageEmpty.append(this.#offer);
  }

  #dismiss() {
    this.#offer?.remove();
    this.#offer = null;
    this.console.deviceStorage.setItem(SEEN_KEY, "seen");
  }

  #build() {
    /** @param {string} words @param {() => void} run @param {Attributes} [more] */
    const press = (words, run, more = {}) => make("button", { type: "button", class: "button", text: words, ...more, on: { click: run } });
    this.count = make("span", { class: "coach-count" });
    this.back = press("Back", () => this.#show(this.#step - 1));
    this.next = press("Next", () => this.#goOn(), { class: "button button-main" });
    const buttons = make("div", { class: "coach-buttons" }, this.count, this.back, this.next);
    this.card = new CoachCard(this.console.parts, { name: "coach", closeWords: "End the tour", content: [buttons], isDim: true, onClose: () => this.#end() });
  }

  #goOn() {
    if (this.#step === this.steps.length - 1) this.#end();
    else this.#show(this.#step + 1);
  }

  /** @param {number} step */
  #show(step) {
    const { layout } = this.console;
    const { part, title, text, touch, view } = this.steps[step];
    this.#step = step;
    if (view && layout.isNarrow) layout.showTab(view);
    this.count.textContent = `${step + 1} of ${this.steps.length}`;
    this.back.hidden = step === 0;
    this.next.textContent = step === this.steps.length - 1 ? "Done" : "Next";
    this.card.show({ part, title, text: touch && matchMedia("(pointer: coarse)").matches ? touch : text });
    this.card.title.focus({ preventScroll: true });
  }

  #end() {
    const { layout, parts } = this.console;
    this.#step = -1;
    this.card.hide();
    const { focus, tab } = must(this.#from);
    if (layout.isNarrow) layout.showTab(must(tab));
    (focus?.isConnected ? focus : parts.console).focus({ preventScroll: true });
  }
}
