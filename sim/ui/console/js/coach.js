/**
 * A short tour of the console: a ring around one part after another, with a sentence each. It blocks nothing.
 *
 * It never starts by itself, for the clock runs on: the same notes stand in the briefing, before that. Here it is in the
 * sheet "More".
 */

import { CoachCard } from "./coach_card.js";
import { findFocus, make, must } from "./dom.js";

/**
 * @param {Profile} profile what this console offers, see profile.js
 * @returns {{part: PartName, view?: string, title: string, text: string, touch?: string}[]} `view` is the phone's tab
 */
export function listCoachSteps(profile) {
  const wall = profile.sync
    ? "All cameras at the same moment. Choose one to see it large; Esc or its button brings all cameras back."
    : "All cameras, each where you left it. Choose one to see it large; Esc or its button brings all cameras back.";
  /** @type {ReturnType<typeof listCoachSteps>} */
  const steps = [
    { part: "wall", view: "wall", title: "The cameras", text: wall },
    {
      part: "stage",
      title: "The picture",
      text: "Click the person when you see them: that makes a mark.",
      touch: "Tap the person when you see them, then Mark this person.",
    },
    { part: "track", title: "Time", text: "Drag here to another moment. The buttons above play, step and jump." },
    { part: "plan", view: "plan", title: "The plan", text: "Where the cameras are and what they see. Choose one where the person may come by next." },
    { part: "found", view: "found", title: "What you found", text: "Your marks in order. Choose one to go back to it, or remove it." },
    { part: "handIn", title: "Submit", text: "When you are done, submit. Until then everything can be changed, and all of it is saved." },
  ];
  return profile.map ? steps : steps.filter((step) => step.part !== "plan");
}

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
