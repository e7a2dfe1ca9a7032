/** What a task asks besides marks: the choices made so far, and the parts that ask for them. */

import { AnswerFields } from "./answer_fields.js";
import { Calls } from "./calls.js";
import { Clips } from "./clips.js";
import { must } from "./dom.js";
import { Judgments } from "./judgments.js";

/**
 * A part of the hand-in or of the list beside the marks that asks something.
 * @typedef {object} AnswerPart
 * @property {KeyActions} [actions]
 * @property {(work: Work) => void} [restore]
 * @property {(cameraId: string|null) => void} [setCamera]
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
    const { fields, items, item_options: options, clips, list_name: listName } = console_.data.task.answer_form;
    if (listName) this.#nameList(listName);
    if (fields.length) this.#parts.push(new AnswerFields(console_, this, fields));
    if (items.length && options.length) this.#parts.push(new Judgments(console_, this, items, options));
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
    const { data, parts, layout } = this.console;
    if (data.task.answer_form.list_name && !data.replay) layout.show("found", must(parts.console.dataset.side));
    this.#choices = new Map(Object.entries(work.choices));
    for (const part of this.#parts) part.restore?.(work);
    this.#show();
  }

  /** @param {string|null} cameraId */
  setCamera(cameraId) {
    for (const part of this.#parts) part.setCamera?.(cameraId);
  }

  /** What the hand-in should warn of, each a sentence. */
  listMissing() {
    return this.#parts.flatMap((part) => part.listMissing());
  }

  /**
   * The list beside the marks is one of its own, and what is to be done: it has its own name and room.
   * @param {string} name
   */
  #nameList(name) {
    const { console: root, found, foundEmpty, foundList, foundTitle, tabFoundName } = this.console.parts;
    root.dataset.list = name.toLowerCase();
    tabFoundName.textContent = foundTitle.textContent = name;
    foundTitle.hidden = false;
    found.setAttribute("aria-label", name);
    foundEmpty.remove();
    foundList.remove();
  }

  #show() {
    for (const part of this.#parts) part.show?.();
  }
}
