/** Small lasting notes at the lower edge of the main picture, one for each name, with what can be done about them. */

import { getElement, make } from "./dom.js";
import { makeIcon } from "./icons.js";

export class StageNotes {
  /** @type {Map<string, HTMLElement>} */
  #notes = new Map();

  /** @param {Parts} parts elements by `data-part` */
  constructor(parts) {
    this.list = make("div", { class: "stage-notes", "data-part": "stageNotes" });
    parts.stage.append(this.list);
  }

  /**
   * Show a note, or other words in it; null takes it away.
   *
   * @param {string} name in `data-note`
   * @param {StageNote|null} note
   */
  show(name, note) {
    const before = this.#notes.get(name);
    if (note === null) {
      before?.remove();
      this.#notes.delete(name);
      return;
    }
    if (before) {
      const words = getElement(before, ".stage-note-text");
      if (words.textContent !== note.text) words.textContent = note.text;
      return;
    }
    const buttons = (note.actions ?? []).map(({ label, run }) => make("button", { type: "button", class: "button", text: label, on: { click: run } }));
    const words = make("span", { class: "stage-note-text", text: note.text });
    const made = make("div", { class: "stage-note", "data-note": name, role: "status" }, makeIcon(note.icon), words, ...buttons);
    this.#notes.set(name, made);
    this.list.append(made);
  }
}
