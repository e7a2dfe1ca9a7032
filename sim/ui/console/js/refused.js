/** An answer of the server that is no success, in words for the pages to which plans, stills and clips are sent. */

const TOO_LARGE = 413;
const TOO_LARGE_WORDS = "This file is larger than the server takes. Ask an administrator to let larger files in.";

export class RefusedError extends Error {
  constructor(/** @type {string} */ words, /** @type {number} */ status) {
    super(words);
    this.status = status;
  }
}

/** What a page asks the server for, below one address. */
export class PageApi {
  constructor(/** @type {string} */ path) {
    this.base = new URL(`api/${path}`, document.baseURI).href;
  }

  async ask(/** @type {string} */ path, /** @type {RequestInit} */ options = {}) {
    return (await this.get(path, options)).json();
  }

  async get(/** @type {string} */ path, /** @type {RequestInit} */ options = {}) {
    const answer = await fetch(`${this.base}${path}`, options);
    if (!answer.ok) throw makeRefused(answer.status, await answer.json().catch(() => null));
    return answer;
  }
}

/** What an answer says. A proxy that takes no file so large answers with a page of its own, which `said` is not. */
export function makeRefused(/** @type {number} */ status, /** @type {{error?: string}|null} */ said) {
  return new RefusedError(said?.error ?? (status === TOO_LARGE ? TOO_LARGE_WORDS : ""), status);
}
