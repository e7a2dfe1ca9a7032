/** Short words to the person: on screen for some seconds, and to a screen reader. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";

const TOAST_MS = 3500;
const ACTION_MS = 6000;

export class Sayings {
  #timer = 0;

  /** @param {Parts} parts elements by `data-part` */
  constructor(parts) {
    this.parts = parts;
    parts.picture.addEventListener("pointerdown", () => this.hide());
  }

  /**
   * Say something that has just been done, for a few seconds.
   * @param {string} text
   * @param {{label: string, run: () => void}|null} action what can be done about it, as a button
   */
  toast(text, action = null) {
    this.#show([makeIcon("saved"), makeWords(text), ...this.#makeButton(action)], action ? ACTION_MS : TOAST_MS);
  }

  /**
   * Say that nothing was done, and why: without the tick of what is done.
   * @param {string} text
   * @param {Action|null} [action]
   */
  hint(text, action = null) {
    this.#show([makeWords(text), ...this.#makeButton(action)], action ? ACTION_MS : TOAST_MS);
  }

  /** Say something to a screen reader only. @param {string} text */
  announce(text) {
    this.parts.announcer.textContent = text;
  }

  /** @param {Action|null} action */
  #makeButton(action) {
    if (!action) return [];
    const press = () => {
      this.hide();
      action.run();
    };
    return [make("button", { type: "button", class: "button toast-action", text: action.label, on: { click: press } })];
  }

  /** @param {Node[]} content @param {number} forMs */
  #show(content, forMs) {
    const { toast } = this.parts;
    clearTimeout(this.#timer);
    toast.replaceChildren(...content);
    toast.hidden = false;
    this.#timer = setTimeout(() => this.hide(), forMs);
  }

  /** Also when the picture below is pressed or moves on: words about the last one must not be in the way. */
  hide() {
    this.parts.toast.hidden = true;
  }

  destroy() {
    clearTimeout(this.#timer);
  }
}

/** @param {string} text */
function makeWords(text) {
  return make("span", { class: "toast-words", text });
}
