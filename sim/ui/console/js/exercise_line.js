/** Asks the server once a second what is new in the exercise, from the number that it had last. */

import { Refusal } from "./attempt_api.js";

const EVERY_MS = 1000;
const AGAIN_MS = 2500;
const MANY = 500;

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
      if (!isOfTheLine(error)) throw error;
    } finally {
      if (this.#isOpen) this.#timer = setTimeout(() => this.#ask(), waitMs);
    }
  }
}

/** Whether the server could not be asked, refused, or something between answered in its place. @param {unknown} error */
function isOfTheLine(error) {
  return error instanceof TypeError || error instanceof Refusal || error instanceof SyntaxError || (error instanceof DOMException && error.name === "AbortError");
}
