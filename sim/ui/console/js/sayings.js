/** Short words to the person: on screen for some seconds, and to a screen reader. */

import { makeIcon } from "./icons.js";

const TOAST_MS = 3500;

export class Sayings {
  #timer = 0;

  /** @param {object} parts elements by `data-part` */
  constructor(parts) {
    this.parts = parts;
  }

  /** Say something that has just been done, for a few seconds. */
  toast(text) {
    const { toast } = this.parts;
    clearTimeout(this.#timer);
    toast.replaceChildren(makeIcon("saved"), text);
    toast.hidden = false;
    this.#timer = setTimeout(() => (toast.hidden = true), TOAST_MS);
  }

  /** Say something to a screen reader only. */
  announce(text) {
    this.parts.announcer.textContent = text;
  }

  destroy() {
    clearTimeout(this.#timer);
  }
}
