/** What a task asks besides marks: the choices made so far, and the parts that ask for them. */

import { AnswerFields } from "./answer_fields.js";
import { Calls } from "./calls.js";
import { Clips } from "./clips.js";
import { Judgements } from "./judgements.js";

export class Answers {
  #choices = new Map();
  #parts = [];

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { fields, items, item_options: options, clips } = console_.data.task.answer_form;
    if (fields.length) this.#parts.push(new AnswerFields(console_, this, fields));
    if (items.length && options.length) this.#parts.push(new Judgements(console_, this, items, options));
    if (items.length && !options.length) this.#parts.push(new Calls(console_, this, items));
    if (clips) this.#parts.push(new Clips(console_));
  }

  /** What was chosen for a key, "" for nothing. */
  get(key) {
    return this.#choices.get(key) ?? "";
  }

  /** Choose; "" takes a choice back. */
  choose(key, value) {
    if (!this.console.isLive || this.get(key) === value) return;
    this.console.send("choice", { key, value });
    this.#choices.set(key, value);
    this.#show();
  }

  get actions() {
    return Object.assign({}, ...this.#parts.map((part) => part.actions ?? {}));
  }

  restore(work) {
    this.#choices = new Map(Object.entries(work.choices));
    for (const part of this.#parts) part.restore?.(work);
    this.#show();
  }

  setCamera(cameraId) {
    for (const part of this.#parts) part.setCamera?.(cameraId);
  }

  /** What the hand-in should warn of, each a sentence. */
  listMissing() {
    return this.#parts.flatMap((part) => part.listMissing());
  }

  #show() {
    for (const part of this.#parts) part.show?.();
  }
}
