/** A team exercise's words, its shared case, and the line on which its news comes. */

import { Refusal } from "./attempt_api.js";

// Roles of an exercise in words and as the letter on their marks.

export const ROLE_LETTERS = { lead: "L", viewer: "V", map: "M", radio: "R" };
export const ROLE_WORDS = { lead: "the lead", viewer: "the viewer", map: "the map", radio: "the radio" };

export const beginWith = (/** @type {Role} */ role) => capitalize(ROLE_WORDS[role]);

export function capitalize(/** @type {string} */ words) {
  return words[0].toUpperCase() + words.slice(1);
}

export const ABOUT_WORDS = { look: "please look at", "last-seen": "the student was last seen on" };

/** The shared case of an exercise, folded from what the server gives by number. The same news always give the same case. */
export class SharedCase {
  /** @type {Map<string, OpenAsk>} */ asks = new Map();
  /** @type {{role: Role, atMs: number, text: string}[]} */ lines = [];
  /** @type {Map<string, Mark & {role: Role, own_id: string}>} */ #marks = new Map();
  /** @type {Map<string, boolean>} */ #struck = new Map();

  constructor(/** @type {Role} */ ownRole) {
    this.ownRole = ownRole;
    this.number = 0;
  }

  /** Take entries in their order; returns those that were not known. @param {ExerciseEntry[]} entries */
  take(entries) {
    const fresh = entries.filter((entry) => entry.number > this.number);
    for (const entry of fresh) {
      this.#takeOne(entry);
      this.number = entry.number;
    }
    return fresh;
  }

  /** Marks of the others that are not taken back, each with its role, and named so that two members' never meet. */
  get others() {
    return [...this.#marks.values()].filter((mark) => mark.role !== this.ownRole).map((mark) => ({ ...mark, struck: this.isStruck(mark.role, mark.own_id) }));
  }

  isStruck(/** @type {Role} */ role, /** @type {string} */ markId) {
    return this.#struck.get(nameMark(role, markId)) ?? false;
  }

  get openAsks() { return [...this.asks.values()].filter((ask) => ask.takenBy === null); }

  #takeOne(/** @type {ExerciseEntry} */ { kind, role, payload, at_ms: atMs }) {
    const nameOf = (/** @type {{mark_id: string}} */ mark) => nameMark(role, mark.mark_id);
    if (kind === "mark") this.#marks.set(nameOf(payload), { ...payload, mark_id: nameOf(payload), own_id: payload.mark_id, role });
    else if (kind === "unmark") this.#marks.delete(nameOf(payload));
    else if (kind === "strike") this.#struck.set(nameMark(payload.role, payload.mark_id), payload.struck);
    else if (kind === "ask") this.asks.set(payload.ask_id, { ...payload, role, atMs, takenBy: null });
    else if (kind === "entry") this.lines.push({ role, atMs, text: payload.text });
    else if (kind === "take") {
      const ask = this.asks.get(payload.ask_id);
      if (ask?.takenBy === null) ask.takenBy = role;
    }
  }
}

function nameMark(/** @type {Role} */ role, /** @type {string} */ markId) {
  return `${role} ${markId}`;
}

const EVERY_MS = 1000;
const AGAIN_MS = 2500;
const MANY = 500;

/** Asks the server once a second what is new in the exercise, from the number that it had last. */
export class ExerciseLine {
  #timer = 0;
  #isOpen = false;

  /**
   * @param {object} options
   * @param {import("./attempt_api.js").AttemptApi} options.api
   * @param {() => number} options.since the number known last
   * @param {(news: ExerciseNews) => void} options.onNews
   * @param {(isLost: boolean) => void} options.onLost the line is lost, or back
   */
  constructor({ api, since, onNews, onLost }) {
    this.api = api;
    this.since = since;
    this.onNews = onNews;
    this.onLost = onLost;
  }

  open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#ask();
  }

  close() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  async #ask() {
    let waitMs = EVERY_MS;
    try {
      const news = await this.api.askExercise(this.since());
      if (!this.#isOpen) return;
      this.onLost(false);
      this.onNews(news);
      if (news.entries.length >= MANY) waitMs = 0;
    } catch (error) {
      if (!this.#isOpen) return;
      this.onLost(true);
      waitMs = AGAIN_MS;
      // the server could not be asked, refused, or something between answered in its place
      const isOfTheLine = [TypeError, Refusal, SyntaxError].some((kind) => error instanceof kind);
      if (!isOfTheLine && !(error instanceof DOMException && error.name === "AbortError")) throw error;
    } finally {
      if (this.#isOpen) this.#timer = setTimeout(() => this.#ask(), waitMs);
    }
  }
}
