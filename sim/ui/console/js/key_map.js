/** Which key does what now: the table of keys.js, changed by what this person chose. Kept in the browser. */

import { must } from "./dom.js";
import { isSingleKey, refuseKey, showKey } from "./key_names.js";

const STORAGE_KEY = "sightline-keys";
const SCHEMA_VERSION = 1;

export class KeyMap {
  /** @type {Record<string, string[]>} */
  #own = {};
  /** @type {Map<string, string>} */
  #byKey = new Map();
  /** @type {Map<string, string[]>} */
  #byAction = new Map();
  #isNewer = false;

  /**
   * @param {object} options
   * @param {{action: string, keys: string[], words: string}[]} options.table
   * @param {Kept} options.storage
   */
  constructor({ table, storage }) {
    this.table = table;
    this.storage = storage;
    this.areSinglesOn = true;
    this.read();
  }

  /** Take what is stored, as at the start or after another tab has changed it. */
  read() {
    const stored = parse(this.storage.getItem(STORAGE_KEY));
    this.#isNewer = stored.schema_version > SCHEMA_VERSION;
    const isKnown = stored.schema_version === SCHEMA_VERSION;
    this.areSinglesOn = !(isKnown && stored.singles === false);
    this.#own = {};
    for (const { action } of this.table) {
      const keys = isKnown ? stored.keys?.[action] : null;
      if (Array.isArray(keys) && keys.every((key) => typeof key === "string" && key && !isRefused(key))) this.#own[action] = keys;
    }
    this.#resolve();
  }

  /** The action of a key, or null: no action, or single keys are off. @param {string} key */
  actionOf(key) {
    if (isSingleKey(key) && !this.areSinglesOn) return null;
    return this.#byKey.get(key) ?? null;
  }

  /** An action's keys as a person reads them; "" for one that has none or whose keys are off. @param {string} action */
  show(action) {
    const keys = (this.#byAction.get(action) ?? []).filter((key) => this.areSinglesOn || !isSingleKey(key));
    return keys.map(showKey).join(" ");
  }

  /** All keys of an action, those that are off too. @param {string} action */
  showAll(action) {
    return (this.#byAction.get(action) ?? []).map(showKey).join(" ");
  }

  /** Whether anything differs from the table. */
  get isOwn() {
    return Object.keys(this.#own).length > 0;
  }

  /**
   * Give a key to an action. Where another action has it, the two swap.
   *
   * @param {string} action
   * @param {string|null} key
   * @returns {string} what came of it, in words
   */
  assign(action, key) {
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

  /** @param {boolean} areOn */
  setSingles(areOn) {
    this.areSinglesOn = areOn;
    this.#store();
  }

  /** Every key as in the table again. */
  reset() {
    this.#own = {};
    this.#store();
  }

  /** @param {string} action */
  #wordsOf(action) {
    return must(this.table.find((row) => row.action === action)).words;
  }

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

/** @param {string} key */
function isRefused(key) {
  return key !== "Escape" && refuseKey(key) !== null;
}

/** @param {string|null} text */
function parse(text) {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}
