/** Keys by their names, those that this person chose, and the sheet in which they are chosen. */

import { getElement, listElements, make, must, readJson } from "./dom.js";

// Keys as events give them, as people read them, and those that belong to the browser.

/** @type {Record<string, string>} */
const SHOWN = {
  " ": "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  PageUp: "Page up",
  PageDown: "Page down",
  "-": "−",
};
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "ScrollLock", "Fn"];
const RESERVED = /^(Tab|Escape|ContextMenu|PrintScreen|Pause|Insert|F1|F3|F5|F6|F7|F10|F11|F12|Browser.*|Launch.*|Audio.*|Media.*)$/;
const UNFINISHED = ["Dead", "Process", "Unidentified", "Compose"];
const IS_MAC = /mac|iphone|ipad/i.test(navigator.platform);

/**
 * The key that an event means: a character, lower case, or the browser's name of a key. Null when it means none: with
 * Ctrl, Alt or the Meta key it is the browser's. Where AltGr (on a Mac, Option) makes the character, it counts.
 * @returns {string|null}
 */
export function nameKey(/** @type {KeyboardEvent} */ event) {
  const isCharacter = event.key.length === 1;
  const isThirdLevel = isCharacter && (event.getModifierState("AltGraph") || (IS_MAC && event.altKey && !event.ctrlKey));
  if (event.isComposing || event.metaKey) return null;
  if (!isThirdLevel && (event.ctrlKey || event.altKey)) return null;
  return isCharacter ? event.key.toLowerCase() : event.key;
}

/** Ctrl Z, or Cmd Z: undo everywhere, whatever single keys do. @param {KeyboardEvent} event */
export function isUndoKey(event) {
  return event.ctrlKey !== event.metaKey && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
}

/** The digit on a key of the upper row where digits need Shift, as on French keyboards; null for any other key. */
export function nameDigit(/** @type {KeyboardEvent} */ event) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1] ?? null;
  return event.shiftKey || event.ctrlKey || event.altKey || event.metaKey ? null : digit;
}

export function showKey(/** @type {string} */ key) {
  return SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** A letter, digit or sign, which people who speak or use a switch may press without meaning it. @param {string} key */
function isSingleKey(key) {
  return key.length === 1 && key !== " ";
}

/** Why a key cannot be given to an action, in words; null when it can. @param {string|null} key */
export function refuseKey(key) {
  if (key === null) return "Keys with Ctrl, Alt or Cmd belong to the browser. Press another key.";
  if (UNFINISHED.includes(key)) return "That key only begins a letter on this keyboard. Press another key.";
  return RESERVED.test(key) ? `${showKey(key)} belongs to the browser. Press another key.` : null;
}

const STORAGE_KEY = "sightline-keys";
const SCHEMA_VERSION = 1;

/** Which key does what now: the table of keys.js, changed by what this person chose. Kept in the browser. */
export class KeyMap {
  /** @type {Record<string, string[]>} */ #own = {};
  /** @type {Map<string, string>} */ #byKey = new Map();
  /** @type {Map<string, string[]>} */ #byAction = new Map();
  #isNewer = false;

  constructor(/** @type {{table: {action: string, keys: string[], words: string}[], storage: Kept}} */ { table, storage }) {
    this.table = table;
    this.storage = storage;
    this.areSinglesOn = true;
    this.read();
  }

  /** Take what is stored, as at the start or after another tab has changed it. */
  read() {
    const stored = readJson(this.storage.getItem(STORAGE_KEY));
    this.#isNewer = stored.schema_version > SCHEMA_VERSION;
    const isKnown = stored.schema_version === SCHEMA_VERSION;
    this.areSinglesOn = !(isKnown && stored.singles === false);
    this.#own = {};
    for (const { action } of this.table) {
      const keys = isKnown ? stored.keys?.[action] : null;
      if (Array.isArray(keys) && keys.every((key) => typeof key === "string" && key && (key === "Escape" || refuseKey(key) === null))) this.#own[action] = keys;
    }
    this.#resolve();
  }

  actionOf(/** @type {string} */ key) {
    if (isSingleKey(key) && !this.areSinglesOn) return null;
    return this.#byKey.get(key) ?? null;
  }

  /** An action's keys as a person reads them; "" for one that has none or whose keys are off. @param {string} action */
  show(action) {
    const keys = (this.#byAction.get(action) ?? []).filter((key) => this.areSinglesOn || !isSingleKey(key));
    return keys.map(showKey).join(" ");
  }

  /** All keys of an action, those that are off too. @param {string} action */
  showAll(action) { return (this.#byAction.get(action) ?? []).map(showKey).join(" "); }
  get isOwn() { return Object.keys(this.#own).length > 0; }

  /** Give a key to an action. Where another action has it, the two swap. @returns {string} what came of it, in words */
  assign(/** @type {string} */ action, /** @type {string|null} */ key) {
    const problem = refuseKey(key);
    if (key === null || problem) return problem ?? "";
    const before = this.#byAction.get(action) ?? [];
    const other = this.#byKey.get(key);
    if (other === action) return `${showKey(key)} does that already.`;
    this.#own[action] = [key];
    let words = `${showKey(key)} is now for: ${this.#wordsOf(action)}.`;
    if (other) {
      const left = must(this.#byAction.get(other)).filter((each) => each !== key);
      this.#own[other] = left.length ? left : before;
      words += ` ${this.#own[other].map(showKey).join(" ") || "No key"} is for: ${this.#wordsOf(other)}.`;
    }
    this.#store();
    return words;
  }

  setSingles(/** @type {boolean} */ areOn) {
    this.areSinglesOn = areOn;
    this.#store();
  }

  reset() {
    this.#own = {};
    this.#store();
  }

  #wordsOf(/** @type {string} */ action) { return must(this.table.find((row) => row.action === action)).words; }

  /** What a person chose comes before the table; a key is never for two actions. */
  #resolve() {
    this.#byKey.clear();
    this.#byAction.clear();
    const rows = [...this.table].sort((a, b) => Number(b.action in this.#own) - Number(a.action in this.#own));
    for (const { action, keys } of rows) {
      const free = (this.#own[action] ?? keys).filter((key) => !this.#byKey.has(key));
      this.#byAction.set(action, free);
      for (const key of free) this.#byKey.set(key, action);
    }
  }

  #store() {
    this.#resolve();
    if (this.#isNewer) return;
    this.storage.setItem(STORAGE_KEY, JSON.stringify({ schema_version: SCHEMA_VERSION, singles: this.areSinglesOn, keys: this.#own }));
  }
}

const HOW = "Choose a key here to change it.";
const NUMBER = /^number[1-9]$/;

export class KeySheet {
  /** @type {string|null} */ #waiting = null;
  #isTaken = false;

  constructor(/** @type {{parts: Parts, keyMap: KeyMap, onChange: () => void}} */ { parts, keyMap, onChange }) {
    this.parts = parts;
    this.keyMap = keyMap;
    this.onChange = onChange;
    const { keysSheet, keysReset, singleKeys, keyRows, keyNumberRows } = parts;
    for (const row of keyMap.table) (NUMBER.test(row.action) ? keyNumberRows : keyRows).append(this.#makeRow(row));
    keysSheet.addEventListener("keydown", (event) => this.#press(event), true);
    // space and Enter that were taken as keys must not press the button as they come up
    const release = (/** @type {KeyboardEvent} */ event) => {
      if (this.#isTaken) event.preventDefault();
      this.#isTaken = false;
    };
    keysSheet.addEventListener("keyup", release, true);
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

  #makeRow(/** @type {KeyRow} */ { action, words }) {
    const change = { type: "button", class: "key-change", "data-action": action, "data-words": words, title: "Change" };
    const button = make("button", { ...change, on: { click: () => this.#wait(action) } }, make("kbd"));
    return make("tr", {}, make("td", { text: words }), make("td", {}, button));
  }

  #wait(/** @type {string|null} */ action) {
    if (this.#waiting === action) return;
    this.#waiting = action;
    if (action) this.parts.keysSaid.textContent = "Press the new key, or Esc to leave it.";
    this.show();
  }

  #press(/** @type {KeyboardEvent} */ event) {
    if (this.#waiting === null || MODIFIERS.includes(event.key)) return;
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

  #say(/** @type {string} */ words) {
    this.parts.keysSaid.textContent = words;
    this.show();
    this.onChange();
  }
}
