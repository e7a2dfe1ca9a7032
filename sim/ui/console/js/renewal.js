/** A token that has run out: the page is asked for a new one, and everything goes on where it was. */

const PATIENCE_MS = 12_000;
const AGAIN_MS = 3000;

export class Renewal {
  #token;
  #refusedAtMs = 0;
  #askTimer = 0;
  #isAsking = false;
  #hasFailed = false;

  /**
   * @param {object} options
   * @param {string} options.token the one that is in use
   * @param {() => void} options.refresh asks the page to hand over its data again
   * @param {() => void} options.onFailed no other token has come
   */
  constructor({ token, refresh, onFailed }) {
    this.refresh = refresh;
    this.onFailed = onFailed;
    this.#token = token;
  }

  /** Something was refused. The page may be reconnecting, so it is asked more than once. */
  ask() {
    if (this.#isAsking || this.#hasFailed) return;
    this.#isAsking = true;
    this.#refusedAtMs = performance.now();
    this.#askOnce();
  }

  /** The page has handed over its data; true when it holds another token. @param {string} token */
  meet(token) {
    const isNew = token !== this.#token;
    this.#token = token;
    if (isNew) {
      this.#hasFailed = false;
      this.close();
    }
    return isNew;
  }

  close() {
    clearTimeout(this.#askTimer);
    this.#isAsking = false;
  }

  #askOnce() {
    if (performance.now() - this.#refusedAtMs > PATIENCE_MS) {
      this.close();
      this.#hasFailed = true;
      this.onFailed();
      return;
    }
    this.refresh();
    this.#askTimer = setTimeout(() => this.#askOnce(), AGAIN_MS);
  }
}
