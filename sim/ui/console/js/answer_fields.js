/** Questions of the hand-in that are answered by choosing: a door, a verdict, who asked for it. */

import { make } from "./dom.js";

export class AnswerFields {
  /** @type {Map<string, HTMLSelectElement>} */
  #selects = new Map();

  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {import("./answers.js").Answers} answers
   * @param {Question[]} fields
   */
  constructor(console_, answers, fields) {
    this.answers = answers;
    this.fields = fields;
    const { finalZoneField } = console_.parts;
    finalZoneField.before(...fields.map((field) => this.#makeField(field)));
  }

  show() {
    for (const [key, select] of this.#selects) select.value = this.answers.get(key);
  }

  listMissing() {
    const open = this.fields.filter(({ key, is_required: isRequired }) => isRequired && !this.answers.get(key));
    return open.map(({ label }) => `Not answered: ${label}`);
  }

  /** @param {Question} question */
  #makeField({ key, label, options }) {
    const choices = options.map((option) => make("option", { value: option.value, text: option.label }));
    const select = make("select", { "data-answer": key }, make("option", { value: "", text: "Choose" }), ...choices);
    select.addEventListener("change", () => this.answers.choose(key, select.value));
    this.#selects.set(key, select);
    return make("label", { class: "field" }, label, select);
  }
}
