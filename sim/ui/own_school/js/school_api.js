/** What the editor asks the server for. An answer that is no success is an error with the server's words. */

import { makeRefused } from "./refused.js";

export class SchoolApi {
  /** @param {string} schoolId @param {string} tab */
  constructor(schoolId, tab) {
    this.base = new URL(`api/schools/${schoolId}`, document.baseURI).href;
    this.tab = tab;
  }

  /** @returns {Promise<SchoolState>} */
  load() {
    return this.#ask(`?tab=${this.tab}`);
  }

  /** @param {SchoolStep} step @param {number} base @returns {Promise<SchoolState>} */
  send(step, base) {
    return this.#ask("/steps", { method: "POST", body: JSON.stringify({ ...step, tab: this.tab, base }) });
  }

  /** @param {boolean} takesOver @returns {Promise<SchoolState>} */
  hold(takesOver) {
    return this.#ask(`/turn?tab=${this.tab}&take=${takesOver ? 1 : 0}`, { method: "POST" });
  }

  /** @returns {Promise<{problems: PlanProblem[]}>} */
  check() {
    return this.#ask("/check");
  }

  /** @param {string} cameraId @returns {Promise<MatchResult>} */
  match(cameraId) {
    return this.#ask(`/match/${cameraId}`, { method: "POST" });
  }

  /** @param {string} part @param {File} file @param {number} page @returns {Promise<TakenPicture>} */
  sendPicture(part, file, page) {
    return this.#ask(`/pictures/${part}?page=${page}`, { method: "POST", body: file });
  }

  /** Fill the boxes of a camera's picture from around them. @param {string} cameraId @returns {Promise<{painted: number}>} */
  paint(cameraId) {
    return this.#ask(`/pictures/${cameraId}/paint`, { method: "POST" });
  }

  /** The address of a picture in this browser, for as long as the page is open. @param {string} part */
  async fetchPicture(part) {
    const answer = await fetch(`${this.base}/pictures/${part}`);
    if (!answer.ok) throw await readRefusal(answer);
    return URL.createObjectURL(await answer.blob());
  }

  /** @param {string} path @param {RequestInit} [options] */
  async #ask(path, options) {
    const answer = await fetch(`${this.base}${path}`, options);
    if (!answer.ok) throw await readRefusal(answer);
    return answer.json();
  }
}

/** @param {Response} answer */
async function readRefusal(answer) {
  return makeRefused(answer.status, await answer.json().catch(() => null));
}
