/** The server's side of the attempt: its state, and the door that events go through. */

const TIMEOUT_MS = 8000;

/** The server answered, and not with what was asked for. */
export class Refusal extends Error {
  /** @param {number} status @param {{error?: string, paused?: boolean}} said */
  constructor(status, { error, paused }) {
    super(error || `HTTP ${status}`);
    this.status = status;
    /** The trainer has stopped the clock: what was sent is wanted again when the drill continues. */
    this.isPaused = paused === true;
  }
}

export class AttemptApi {
  /**
   * @param {string} url of the attempt, without a slash at the end
   * @param {() => string} getToken the newest token that the page has handed over
   */
  constructor(url, getToken) {
    this.url = url;
    this.getToken = getToken;
  }

  /** The attempt as stored. @returns {Promise<AttemptState>} */
  load() {
    return this.#ask(this.url, { method: "GET" });
  }

  /**
   * Hand over events; `waiting` more are held back. The answer acknowledges them and carries state, times and the leading tab.
   * @param {string} tab
   * @param {WaitingEvent[]} events
   * @param {number} waiting
   * @returns {Promise<Receipt>}
   */
  post(tab, events, waiting) {
    const body = JSON.stringify({ tab, events, waiting });
    return this.#ask(`${this.url}/events`, { method: "POST", body });
  }

  /**
   * Who looks like the person in a box? See sim/services/attempt/similar_search.py.
   * @param {SimilarQuery} query
   * @returns {Promise<SimilarAnswer>}
   */
  askSimilar(query) {
    return this.#ask(`${this.url}/similar`, { method: "POST", body: JSON.stringify(query) });
  }

  /**
   * What is new in the exercise after a number, see sim/services/attempt/exercise.py.
   * @param {number} since
   * @returns {Promise<ExerciseNews>}
   */
  askExercise(since) {
    return this.#ask(`${this.url}/exercise?since=${since}`, { method: "GET" });
  }

  /** A hint, see sim/services/attempt/questions.py. @param {HintAsked} asked @returns {Promise<HintAnswer>} */
  askHint(asked) {
    return this.#ask(`${this.url}/hint`, { method: "POST", body: JSON.stringify(asked) });
  }

  /**
   * Whom is a point of the picture on: a box, or null for nobody? See sim/services/attempt/questions.py.
   * @param {{camera_id: string, frame: number, x: number, y: number}} spot
   * @returns {Promise<{box?: Box|null}>}
   */
  askOutline(spot) {
    return this.#ask(`${this.url}/outline`, { method: "POST", body: JSON.stringify(spot) });
  }

  /** Ask the trainer for help, see sim/services/attempt/questions.py. @returns {Promise<HelpCalls>} */
  askHelp() {
    return this.#ask(`${this.url}/help`, { method: "POST" });
  }

  /** How the calls for help stand. @returns {Promise<HelpCalls>} */
  loadHelp() {
    return this.#ask(`${this.url}/help`, { method: "GET" });
  }

  /**
   * Hand over events while the page goes away; nobody waits for the answer.
   * @param {string} tab
   * @param {WaitingEvent[]} events
   * @param {number} waiting
   */
  postLeaving(tab, events, waiting) {
    const body = JSON.stringify({ tab, events, waiting });
    fetch(`${this.url}/events`, { method: "POST", body, keepalive: true, headers: this.#headers() }).catch(() => {});
  }

  #headers() {
    return { "Content-Type": "application/json", Authorization: `Bearer ${this.getToken()}` };
  }

  /** @param {string} url @param {RequestInit} request */
  async #ask(url, request) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(url, { ...request, headers: this.#headers(), signal: abort.signal, cache: "no-store" });
      const text = await answer.text();
      if (!answer.ok) throw new Refusal(answer.status, readRefusal(text));
      return JSON.parse(text);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {string} text @returns {{error?: string, paused?: boolean}} */
function readRefusal(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
