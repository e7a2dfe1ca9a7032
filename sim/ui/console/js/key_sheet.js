/** The sheet that shows every key and lets each be changed. */

import { getElement, listElements, make } from "./dom.js";
import { isModifier, nameKey } from "./key_names.js";

const HOW = "Choose a key here to change it.";
const NUMBER = /^number[1-9]$/;

export class KeySheet {
  /** @type {string|null} */
  #waiting = null;
  #isTaken = false;

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {import("./key_map.js").KeyMap} options.keyMap
   * @param {() => void} options.onChange keys are other ones now
   */
  constructor({ parts, keyMap, onChange }) {
    this.parts = parts;
    this.keyMap = keyMap;
    this.onChange = onChange;
    const { keysSheet, keysReset, singleKeys } = parts;
    this.#fill();
    keysSheet.addEventListener("keydown", (event) => this.#press(event), true);
    keysSheet.addEventListener("keyup", (event) => this.#release(event), true);
    keysSheet.addEventListener("close", () => this.#wait(null));
    keysSheet.addEventListener("focusout", () => this.#wait(null));
    singleKeys.addEventListener("change", () => {
      this.keyMap.setSingles(singleKeys.checked);
      this.#say(singleKeys.checked ? "Single-key shortcuts are on." : "Single-key shortcuts are off.");
    });
    keysReset.addEventListener("click", () => {
      this.keyMap.reset();
      this.#say("Every key is back to its default.");
    });
  }

  open() {
    const { keysSheet, keysSaid } = this.parts;
    keysSaid.textContent = HOW;
    this.show();
    if (!keysSheet.open) keysSheet.showModal();
  }

  /** Write the keys as they are now. */
  show() {
    const { keysReset, keysSheet, singleKeys } = this.parts;
    singleKeys.checked = this.keyMap.areSinglesOn;
    keysReset.disabled = !this.keyMap.isOwn;
    for (const button of listElements(keysSheet, "[data-action]")) {
      const { action = "", words } = button.dataset;
      const keys = this.keyMap.showAll(action);
      const isWaiting = action === this.#waiting;
      getElement(button, "kbd").textContent = isWaiting ? "Press a key" : keys || "No key";
      button.dataset.waiting = String(isWaiting);
      button.dataset.off = String(keys !== "" && this.keyMap.show(action) === "");
      button.setAttribute("aria-label", isWaiting ? `Press the new key for: ${words}. Escape leaves it.` : `${words}: ${keys || "no key"}. Change`);
    }
  }

  #fill() {
    const { keyRows, keyNumberRows } = this.parts;
    const rows = this.keyMap.table.map((row) => ({ isNumber: NUMBER.test(row.action), element: this.#makeRow(row) }));
    keyRows.replaceChildren(...rows.filter(({ isNumber }) => !isNumber).map(({ element }) => element));
    keyNumberRows.replaceChildren(...rows.filter(({ isNumber }) => isNumber).map(({ element }) => element));
  }

  /** @param {KeyRow} row */
  #makeRow({ action, words }) {
    const change = { type: "button", class: "key-change", "data-action": action, "data-words": words, title: "Change" };
    const button = make("button", { ...change, on: { click: () => this.#wait(action) } }, make("kbd"));
    return make("tr", {}, make("td", { text: words }), make("td", {}, button));
  }

  /** @param {string|null} action */
  #wait(action) {
    if (this.#waiting === action) return;
    this.#waiting = action;
    if (action) this.parts.keysSaid.textContent = "Press the new key, or Esc to leave it.";
    this.show();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (this.#waiting === null || isModifier(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      this.#wait(null);
      this.parts.keysSaid.textContent = HOW;
      return;
    }
    this.#isTaken = true;
    const said = this.keyMap.assign(this.#waiting, nameKey(event));
    this.#waiting = null;
    this.#say(said);
  }

  /** Space and Enter that were taken as keys must not press the button as they come up. @param {KeyboardEvent} event */
  #release(event) {
    if (this.#isTaken) event.preventDefault();
    this.#isTaken = false;
  }

  /** @param {string} words */
  #say(words) {
    this.parts.keysSaid.textContent = words;
    this.show();
    this.onChange();
  }
}
