/**
 * The familiarization drill: one control after the other, each ticked when it has really been used.
 *
 * It points and waits. Steps may be skipped or done in any order; what is ticked is kept in the browser tab.
 */

import { CoachCard } from "./coach_card.js";
import { make, must } from "./dom.js";
import { listGuideSteps } from "./guide_steps.js";
import { makeIcon } from "./icons.js";

export class Guide {
  /** @type {string} */
  key;
  /** @type {import("./guide_steps.js").GuideStep[]} */
  steps;
  /** @type {HTMLElement} */
  count;
  /** @type {HTMLButtonElement} */
  skip;
  /** @type {HTMLElement} */
  list;
  /** @type {CoachCard} */
  card;
  /** @type {Map<string, string>} */
  #done = new Map();
  #isRestored = false;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    this.isOn = data.mode === "familiarization" && !data.replay;
    if (!this.isOn) return;
    this.key = `sightline-guide-${data.attempt_id}`;
    this.steps = listGuideSteps(data.profile);
    this.count = make("span", { class: "coach-count" });
    const skip = make("button", { type: "button", class: "button", "data-part": "guideSkip", text: "Skip this", on: { click: () => this.#tick(this.current, "skipped") } });
    this.skip = skip;
    this.list = make("ol", { class: "guide-list", "data-part": "guideList", tabindex: "0", "aria-label": "All steps" });
    const all = make("details", {}, make("summary", { text: "All steps" }), this.list);
    const buttons = make("div", { class: "coach-buttons" }, this.count, skip);
    this.card = new CoachCard(parts, { name: "guide", closeWords: "Hide the steps", content: [buttons, all], isAbove: true, onClose: () => this.#hide() });
    tools.add({ name: "guide", icon: "guide", label: "Show the steps", run: () => this.#show() });
  }

  /** The first step that is neither done nor skipped. */
  get current() {
    return this.steps.find(({ name }) => !this.#done.has(name)) ?? must(this.steps.at(-1));
  }

  restore() {
    if (!this.isOn) return;
    const kept = this.console.storage.getItem(this.key);
    this.#done = new Map(kept === null ? [] : JSON.parse(kept));
    this.#isRestored = true;
    this.#show();
  }

  /** An event has left the console. @param {EventKind} kind @param {EventPayloads[EventKind]} payload */
  sent(kind, payload) {
    if (!this.isOn || !this.#isRestored) return;
    const used = this.steps.find(({ name, isDone }) => this.#done.get(name) !== "done" && isDone(kind, /** @type {AnyPayload} */ (payload)));
    if (used) this.#tick(used, "done");
  }

  tick() {
    if (this.isOn && this.card.isOpen) this.card.place();
  }

  /** @param {{name: string}} step @param {"done"|"skipped"} how */
  #tick({ name }, how) {
    this.#done.set(name, how);
    this.console.storage.setItem(this.key, JSON.stringify([...this.#done]));
    if (this.card.isOpen) this.#show();
  }

  #show() {
    const { layout, sayings } = this.console;
    const { parts, view, title, text, touch } = this.current;
    if (view && layout.isNarrow) layout.showTab(view);
    const words = touch && matchMedia("(pointer: coarse)").matches ? touch : text;
    const place = this.steps.indexOf(this.current) + 1;
    this.count.textContent = `${place} of ${this.steps.length}`;
    this.skip.hidden = this.current === this.steps.at(-1);
    this.list.replaceChildren(...this.steps.map((step) => this.#makeRow(step)));
    if (this.card.title.textContent !== title) sayings.announce(`Step ${place} of ${this.steps.length}: ${title}. ${words}`);
    this.card.show({ part: parts.find((part) => must(this.console.parts[part]).offsetWidth > 0) ?? "stage", title, text: words });
  }

  /** @param {import("./guide_steps.js").GuideStep} step */
  #makeRow(step) {
    const how = this.#done.get(step.name);
    const mark = make("span", { class: "guide-mark" }, ...(how === "done" ? [makeIcon("saved")] : []));
    const words = how ? `${step.title} (${how})` : step.title;
    return make("li", { "data-step": step.name, "data-how": how ?? "open", "aria-current": step === this.current ? "step" : null }, mark, make("span", { text: words }));
  }

  #hide() {
    const hadFocus = this.card.hasFocus;
    this.card.hide();
    if (hadFocus) this.console.parts.console.focus({ preventScroll: true });
  }
}
