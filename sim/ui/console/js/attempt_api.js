/** The server's side of the attempt, and the events on their way to it. */

import { readJson } from "./dom.js";

const TIMEOUT_MS = 8000;

/** The server answered, and not with what was asked for. */
export class Refusal extends Error {
  constructor(/** @type {number} */ status, /** @type {{error?: string, paused?: boolean}} */ { error, paused }) {
    super(error || `HTTP ${status}`);
    this.status = status;
    /** The trainer has stopped the clock: what was sent is wanted again when the drill continues. */
    this.isPaused = paused === true;
  }
}

export class AttemptApi {
  /** The address of the attempt has no slash at its end; `getToken` has the newest token of the page. */
  constructor(/** @type {string} */ url, /** @type {() => string} */ getToken) {
    this.url = url;
    this.getToken = getToken;
  }

  /** The attempt as stored. @returns {Promise<AttemptState>} */
  load() { return this.#ask(this.url, { method: "GET" }); }

  /**
   * Hand over events; `waiting` more are held back. The answer acknowledges them and carries state, times and the
   * leading tab.
   * @returns {Promise<Receipt>}
   */
  post(/** @type {string} */ tab, /** @type {WaitingEvent[]} */ events, /** @type {number} */ waiting) {
    const body = JSON.stringify({ tab, events, waiting });
    return this.#ask(`${this.url}/events`, { method: "POST", body });
  }

  /** Who looks like the person in a box? See sim/console/similar_search.py. @returns {Promise<SimilarAnswer>} */
  askSimilar(/** @type {SimilarQuery} */ query) {
    return this.#ask(`${this.url}/similar`, { method: "POST", body: JSON.stringify(query) });
  }

  /** What is new in the exercise after a number, see sim/console/exercise.py. @returns {Promise<ExerciseNews>} */
  askExercise(/** @type {number} */ since) {
    return this.#ask(`${this.url}/exercise?since=${since}`, { method: "GET" });
  }

  /** A hint, see sim/console/questions.py. @param {HintAsked} asked @returns {Promise<HintAnswer>} */
  askHint(asked) { return this.#ask(`${this.url}/hint`, { method: "POST", body: JSON.stringify(asked) }); }

  /**
   * Whom is a point of the picture on: a box, or null for nobody? See sim/console/questions.py.
   * @returns {Promise<{box?: Box|null}>}
   */
  askOutline(/** @type {{camera_id: string, frame: number, x: number, y: number}} */ spot) {
    return this.#ask(`${this.url}/outline`, { method: "POST", body: JSON.stringify(spot) });
  }

  /** Ask the trainer for help, see sim/console/questions.py. @returns {Promise<HelpCalls>} */
  askHelp() { return this.#ask(`${this.url}/help`, { method: "POST" }); }

  /** How the calls for help stand. @returns {Promise<HelpCalls>} */
  loadHelp() { return this.#ask(`${this.url}/help`, { method: "GET" }); }

  /** Hand over events while the page goes away; nobody waits for the answer. */
  postLeaving(/** @type {string} */ tab, /** @type {WaitingEvent[]} */ events, /** @type {number} */ waiting) {
    const body = JSON.stringify({ tab, events, waiting });
    fetch(`${this.url}/events`, { method: "POST", body, keepalive: true, headers: this.#headers() }).catch(() => {});
  }

  #headers() { return { "Content-Type": "application/json", Authorization: `Bearer ${this.getToken()}` }; }

  async #ask(/** @type {string} */ url, /** @type {RequestInit} */ request) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(url, { ...request, headers: this.#headers(), signal: abort.signal, cache: "no-store" });
      const text = await answer.text();
      if (!answer.ok) throw new Refusal(answer.status, readJson(text));
      return JSON.parse(text);
    } finally {
      clearTimeout(timer);
    }
  }
}

const BATCH_MS = 1000;
const HEARTBEAT_MS = 4000;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];
const BATCH_EVENTS = 200;
const DRAIN_EVERY_MS = 100;
const LEAVING_BYTES = 60_000;
/** Kinds that are sent in a pause too, as in sim/attempt/arrivals.py. All others wait here until it ends. */
const ALWAYS = new Set(["open", "close", "pause", "hidden", "visible", "connection"]);

/** Events on their way to the server: kept in the tab's storage until the server has acknowledged them. */
export class Outbox {
  /** @type {WaitingEvent[]} */ waiting = [];
  #lastSeq = 0;
  #isPosting = false;
  #failures = 0;
  #nextTryAt = 0;
  #lastPostAt = 0;
  #timer = 0;

  /**
   * @param {object} options
   * @param {Kept} options.storage
   * @param {string} options.attemptId
   * @param {string} options.tab
   * @param {AttemptApi} options.api
   * @param {() => number} options.sinceReleaseMs the browser's monotonic clock, from release
   * @param {(answer: Receipt, askedMs: number) => void} options.onAnswer also told when it was asked for, since release
   * @param {(status: SaveState) => void} options.onStatus
   */
  constructor({ storage, attemptId, tab, api, sinceReleaseMs, onAnswer, onStatus }) {
    this.storage = storage;
    this.tab = tab;
    this.api = api;
    this.sinceReleaseMs = sinceReleaseMs;
    this.onAnswer = onAnswer;
    this.onStatus = onStatus;
    this.key = `sightline-outbox-${attemptId}-${tab}`;
    this.isStopped = false;
    /** Whether the trainer has stopped the clock: what is done waits, and the server is asked every second for the end. */
    this.isPaused = false;
    this.#read();
  }

  dropAcknowledged(/** @type {number} */ ack) {
    this.waiting = this.waiting.filter((event) => event.seq > ack);
    this.#lastSeq = Math.max(this.#lastSeq, ack);
    this.#write();
  }

  /** @type {SendEvent} */
  add(kind, payload) {
    if (this.isStopped) return;
    const event = { seq: ++this.#lastSeq, t_client_ms: Math.round(this.sinceReleaseMs()), kind, payload };
    this.waiting.push(/** @type {WaitingEvent} */ (event));
    this.#write();
    if (this.#failures === 0) this.#tell();
  }

  start() {
    this.#timer = setInterval(() => this.#tick(), BATCH_MS / 4);
  }

  stop() {
    this.isStopped = true;
    clearInterval(this.#timer);
  }

  /** Send now, whatever the wait for the next batch or retry was. */
  async flush() {
    this.#nextTryAt = 0;
    await this.#post();
  }

  /** Send until nothing waits any more; returns whether that came about in time. @param {number} withinMs */
  async drain(withinMs) {
    const endAt = performance.now() + withinMs;
    while (this.waiting.length && !this.isStopped && performance.now() < endAt) {
      await this.flush();
      if (this.waiting.length) await new Promise((resolve) => setTimeout(resolve, DRAIN_EVERY_MS));
    }
    return this.waiting.length === 0;
  }

  /** The page is going away: a last attempt that outlives it. What is not acknowledged stays in storage. */
  flushLeaving() {
    if (this.isStopped || !this.#sendable.length) return;
    const batch = [];
    let bytes = 0;
    for (const event of this.#sendable) {
      bytes += JSON.stringify(event).length + 1;
      if (bytes > LEAVING_BYTES) break;
      batch.push(event);
    }
    this.api.postLeaving(this.tab, batch, this.waiting.length - batch.length);
  }

  #tick() {
    const now = performance.now();
    if (now < this.#nextTryAt) return;
    const pauseMs = this.waiting.length || this.isPaused ? BATCH_MS : HEARTBEAT_MS;
    if (now - this.#lastPostAt >= pauseMs) this.#post();
  }

  async #post() {
    if (this.#isPosting || this.isStopped) return;
    this.#isPosting = true;
    this.#lastPostAt = performance.now();
    const batch = this.#sendable.slice(0, BATCH_EVENTS);
    const askedMs = this.sinceReleaseMs();
    try {
      const answer = await this.api.post(this.tab, batch, this.waiting.length - batch.length);
      const wasOffline = this.#failures > 0;
      this.#failures = 0;
      this.#nextTryAt = 0;
      this.dropAcknowledged(answer.ack);
      if (wasOffline) this.add("connection", { online: true });
      this.onAnswer(answer, askedMs);
      this.#tell();
    } catch (error) {
      this.#meetFailure(error);
    } finally {
      this.#isPosting = false;
    }
  }

  /** What may be sent now: all that waits or, in a pause, what comes before the first thing that was done. */
  get #sendable() {
    const held = this.isPaused ? this.waiting.findIndex((event) => !ALWAYS.has(event.kind)) : -1;
    return held < 0 ? this.waiting : this.waiting.slice(0, held);
  }

  #tell() {
    if (this.isStopped) return;
    const waiting = this.waiting.length;
    const isHeld = this.#sendable.length < waiting;
    this.onStatus({ kind: isHeld ? "held" : waiting ? "saving" : "saved", waiting, text: "" });
  }

  #meetFailure(/** @type {unknown} */ error) {
    if (error instanceof Refusal && error.isPaused) {
      this.isPaused = true;
      this.#failures = 0;
      this.#tell();
      return;
    }
    const waiting = this.waiting.length;
    const wait = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)];
    this.#nextTryAt = performance.now() + wait;
    this.#failures++;
    const isRefused = error instanceof Refusal;
    if (isRefused && (error.status === 401 || error.status === 403)) {
      this.onStatus({ kind: "expired", waiting, text: error.message });
    } else if (isRefused && error.status < 500 && error.status !== 429) {
      this.onStatus({ kind: "refused", waiting, text: error.message });
    } else {
      this.onStatus({ kind: "offline", waiting, text: "" });
    }
  }

  #read() {
    const kept = this.storage.getItem(this.key);
    if (kept === null) return;
    const { lastSeq, events } = JSON.parse(kept);
    this.#lastSeq = lastSeq;
    this.waiting = events;
  }

  #write() {
    this.storage.setItem(this.key, JSON.stringify({ lastSeq: this.#lastSeq, events: this.waiting }));
  }
}
