/**
 * A short tour of the console: a ring around one part after another, with a sentence each. It blocks nothing.
 *
 * It never starts by itself, for the clock runs on: the same notes stand in the briefing, before that. Here it is in the
 * sheet "More".
 */

import { CoachCard } from "./coach_card.js";
import { listCoachSteps } from "./coach_steps.js";
import { findFocus, make, must } from "./dom.js";

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

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, tools } = console_;
    if (data.replay) return;
    this.steps = listCoachSteps(data.profile);
    this.#build();
    tools.add({ name: "tour", icon: "tour", label: "Show me around (the clock keeps running)", run: () => this.start() });
  }

  get isOpen() {
    return this.#step >= 0;
  }

  start() {
    if (!this.console.isLive) return;
    const { parts } = this.console;
    this.#from = { focus: findFocus(parts.console), tab: parts.console.dataset.tab };
    this.console.send("hint", { name: "tour" });
    this.#show(0);
  }

  tick() {
    if (this.isOpen) this.card.place();
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
