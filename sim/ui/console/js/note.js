/** The note field: sent a moment after the last stroke, or at once when something ends. */

const QUIET_MS = 800;

export class Note {
  #timer = 0;
  #isChanged = false;

  /** @param {HTMLTextAreaElement} field @param {(text: string) => void} onText */
  constructor(field, onText) {
    this.field = field;
    this.onText = onText;
    field.addEventListener("input", () => {
      this.#isChanged = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.send(), QUIET_MS);
    });
    field.addEventListener("change", () => this.send());
  }

  /** @param {string} text */
  set(text) {
    this.field.value = text;
  }

  /** Send what has been written since the last time, if anything. */
  send() {
    clearTimeout(this.#timer);
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.onText(this.field.value);
  }
}
