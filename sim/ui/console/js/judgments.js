/** A list of moments to judge, one after the other: open one, look, and say what it was. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";

export class Judgments {
  /** @type {Map<string, {row: HTMLElement, buttons: Map<string, HTMLElement>}>} */
  #rows = new Map();

  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {import("./answers.js").Answers} answers
   * @param {Item[]} items
   * @param {Option[]} options the possible verdicts
   */
  constructor(console_, answers, items, options) {
    this.console = console_;
    this.answers = answers;
    this.items = items;
    this.options = options;
    const { found } = console_.parts;
    const list = make("ol", { class: "judgments", "data-part": "judgments", "aria-label": "To judge" }, ...items.map((item) => this.#makeRow(item)));
    found.append(list);
  }

  show() {
    const done = this.items.filter(({ key }) => this.answers.get(key)).length;
    this.console.parts.foundCount.textContent = `${done}/${this.items.length}`;
    for (const [key, { row, buttons }] of this.#rows) {
      const verdict = this.answers.get(key);
      row.dataset.done = String(verdict !== "");
      for (const [value, button] of buttons) button.setAttribute("aria-pressed", String(value === verdict));
    }
  }

  listMissing() {
    const open = this.items.filter(({ key }) => !this.answers.get(key)).length;
    return open ? [`${open} of ${this.items.length} are not judged yet.`] : [];
  }

  /** @param {Item} item */
  #makeRow({ key, label, camera_id: cameraId, t_s }) {
    const open = make("button", { type: "button", class: "button judgment-open", on: { click: () => this.#open(cameraId, t_s) } }, makeIcon("play"), label);
    const buttons = new Map(
      this.options.map(({ value, label: words }) => [
        value,
        make("button", { type: "button", class: "button", "aria-pressed": "false", text: words, on: { click: () => this.answers.choose(key, value) } }),
      ]),
    );
    const row = make("li", { class: "judgment", "data-item": key, "data-done": "false" }, open, make("div", { class: "judgment-verdicts", role: "group", "aria-label": label }, ...buttons.values()));
    this.#rows.set(key, { row, buttons });
    return row;
  }

  /** @param {string|null} cameraId @param {number|null} timeS */
  #open(cameraId, timeS) {
    if (cameraId === null || timeS === null || !this.console.isLive) return;
    this.console.goTo({ camera_id: cameraId, t_s: timeS });
    this.console.transport.play(1);
  }
}
