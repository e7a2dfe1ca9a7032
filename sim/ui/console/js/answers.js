/** What a task asks besides marks: the choices made so far, and the parts that ask for them. */

import { AnswerFields } from "./answer_fields.js";
import { Calls } from "./calls.js";
import { Clips } from "./clips.js";
import { Judgements } from "./judgements.js";

/**
 * A part of the hand-in or of the list beside the marks that asks something.
 * @typedef {object} AnswerPart
 * @property {KeyActions} [actions]
 * @property {(work: Work) => void} [restore]
 * @property {(cameraId: string) => void} [setCamera]
 * @property {() => void} [show]
 * @property {() => string[]} listMissing what the hand-in should warn of, each a sentence
 */

export class Answers {
  /** @type {Map<string, string>} */
  #choices = new Map();
  /** @type {AnswerPart[]} */
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

  /**
   * What was chosen for a key, "" for nothing.
   * @param {string} key
   */
  get(key) {
    return this.#choices.get(key) ?? "";
  }

  /**
   * Choose; "" takes a choice back.
   * @param {string} key
   * @param {string} value
   */
  choose(key, value) {
    if (!this.console.isLive || this.get(key) === value) return;
    this.console.send("choice", { key, value });
    this.#choices.set(key, value);
    this.#show();
  }

  get actions() {
    return Object.assign({}, ...this.#parts.map((part) => part.actions ?? {}));
  }

  /** @param {Work} work */
  restore(work) {
    this.#choices = new Map(Object.entries(work.choices));
    for (const part of this.#parts) part.restore?.(work);
    this.#show();
  }

  /** @param {string} cameraId */
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
