/** The keyboard: one table of keys, active while the console or the bare page has focus. */

import { make } from "./dom.js";

const TYPING = "input, textarea, select, [contenteditable]";
const STORAGE_KEY = "sightline-single-keys";

/** Every key: what the sheet says, and the action it calls. Single characters can be switched off. */
export const KEY_TABLE = [
  { keys: [" "], show: "Space", words: "Play or pause", action: "togglePlay" },
  { keys: [","], show: ", .", words: "One frame back, one frame on", action: "frameBack" },
  { keys: ["."], action: "frameForward" },
  { keys: ["j"], show: "J K L", words: "Play backwards, pause, play forwards; again for faster", action: "shuttleBack" },
  { keys: ["k"], action: "pause" },
  { keys: ["l"], action: "shuttleForward" },
  { keys: ["ArrowLeft"], show: "← →", words: "1 second back or on; with Shift 10 seconds", action: "arrowLeft" },
  { keys: ["ArrowRight"], action: "arrowRight" },
  { keys: ["ArrowUp"], action: "arrowUp" },
  { keys: ["ArrowDown"], action: "arrowDown" },
  { keys: ["["], show: "[ ]", words: "Slower, faster", action: "slower" },
  { keys: ["]"], action: "faster" },
  { keys: ["f"], show: "F", words: "Cross for marking: arrows move it, F or Enter marks, Esc ends", action: "cross" },
  { keys: ["Enter"], action: "crossMark" },
  { keys: ["Escape"], action: "escape" },
  { keys: ["+", "="], show: "+ −", words: "Look closer at the main picture, or less close", action: "closer" },
  { keys: ["-"], action: "lessClose" },
  { keys: ["m"], show: "M", words: "Plan large or small", action: "togglePlan" },
  { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], show: "1 to 9", words: "Camera of that number", action: "camera" },
  { keys: ["/"], show: "/", words: "Find a camera by its name or number", action: "findCamera" },
  { keys: ["?"], show: "?", words: "This sheet", action: "openKeys" },
];

export class Keys {
  #byKey = new Map();

  /**
   * @param {object} options
   * @param {object} options.parts elements by `data-part`
   * @param {Record<string, (event: KeyboardEvent) => boolean|void>} options.actions false means: not meant for me
   * @param {Storage} options.storage
   */
  constructor({ parts, actions, storage }) {
    Object.assign(this, { parts, actions, storage });
    for (const row of KEY_TABLE) for (const key of row.keys) this.#byKey.set(key, row);
    this.listener = (event) => this.#press(event);
    window.addEventListener("keydown", this.listener, true);
    parts.console.addEventListener("mousedown", (event) => this.#keepFocusFree(event));
    this.#fillSheet();
  }

  destroy() {
    window.removeEventListener("keydown", this.listener, true);
  }

  get #areSinglesOn() {
    return this.storage.getItem(STORAGE_KEY) !== "off";
  }

  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const path = event.composedPath();
    const target = path[0];
    const isOurs = path.includes(this.parts.console) || target === document.body || target === document.documentElement;
    if (!isOurs || target.matches?.(TYPING) || path.some((node) => node.tagName === "DIALOG")) return;
    const row = this.#byKey.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!row) return;
    const isNative = [" ", "Enter"].includes(event.key) && target.matches?.("button, [role=button]");
    const isSlider = event.key.startsWith("Arrow") && target.matches?.("[role=slider]");
    const isSingle = event.key.length === 1 && event.key !== " " && event.key !== "?";
    if (isNative || isSlider || (isSingle && !this.#areSinglesOn)) return;
    if (this.actions[row.action](event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A button pressed with the mouse does not take the focus, so that Space goes on meaning play and pause. */
  #keepFocusFree(event) {
    if (!event.target.closest("button")) return;
    event.preventDefault();
    this.parts.console.getRootNode().activeElement?.blur();
  }

  #fillSheet() {
    const { keyRows, singleKeys } = this.parts;
    const rows = KEY_TABLE.filter((row) => row.words);
    keyRows.replaceChildren(
      ...rows.map((row) => make("tr", {}, make("th", { scope: "row" }, make("kbd", { text: row.show })), make("td", { text: row.words }))),
    );
    singleKeys.checked = this.#areSinglesOn;
    singleKeys.addEventListener("change", () => this.storage.setItem(STORAGE_KEY, singleKeys.checked ? "on" : "off"));
  }
}
