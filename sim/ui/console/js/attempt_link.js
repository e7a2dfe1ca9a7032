/** The line to the attempt on the server: opens it, keeps the lead among tabs, carries events, learns how it ends. */

import { AttemptApi, Outbox, Refusal } from "./attempt_api.js";
import { makeUuid, must } from "./dom.js";

const KEY = "sightline-tab";
const ANSWER_WAIT_MS = 120;
const LOCK_WAIT_MS = 1500;

class TabIdentity {
  /** @type {string|null} */ id = null;
  /** @type {BroadcastChannel|null} */ #channel = null;
  #nonce = makeUuid();
  /** @type {((value?: unknown) => void)|null} */ #letGo = null;

  constructor(/** @type {Kept} */ storage) {
    this.storage = storage;
  }

  async claim() {
    const kept = this.storage.getItem(KEY);
    this.id = kept ?? makeUuid();
    const isMine = await (navigator.locks ? this.#lock() : kept === null || !(await this.#isTaken()));
    if (!isMine) this.id = makeUuid();
    this.storage.setItem(KEY, this.id);
    if (!navigator.locks) this.#defend();
    else if (!isMine) await this.#lock();
    return this.id;
  }

  release() {
    this.#letGo?.();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Returns whether the lock is held now; it is let go with the page or by `release`. */
  #lock() {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LOCK_WAIT_MS);
    return new Promise((resolve) => {
      const hold = () => {
        clearTimeout(timer);
        resolve(true);
        return new Promise((letGo) => (this.#letGo = letGo));
      };
      navigator.locks.request(`${KEY}-${this.id}`, { signal: patience.signal }, hold).catch(() => resolve(false));
    });
  }

  #isTaken() {
    const channel = (this.#channel ??= new BroadcastChannel(KEY));
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_WAIT_MS);
      channel.onmessage = ({ data }) => {
        if (data.kind !== "mine" || data.id !== this.id || data.to !== this.#nonce) return;
        clearTimeout(timer);
        resolve(true);
      };
      channel.postMessage({ kind: "whose", id: this.id, from: this.#nonce });
    });
  }

  #defend() {
    const channel = (this.#channel ??= new BroadcastChannel(KEY));
    channel.onmessage = ({ data }) => {
      if (data.kind === "whose" && data.id === this.id) channel.postMessage({ kind: "mine", id: this.id, to: data.from });
    };
  }
}

const RETRY_MS = 2000;
/** How far two clocks may be apart and both be right; see docs/events.md, "When an event was made". */
const CLOCK_MS = 2000;

const readClocks = (elapsedMs = 0) => ({ elapsedMs, at: performance.now(), wallAt: Date.now() });

export class AttemptLink {
  #release = readClocks();
  #isGone = false;
  #isPaused = false;
  #pausedMs = 0;
  /** Whether what is on screen may be more, or less, than what counts: to be read again when the clock runs. */
  #isStale = false;
  /** Whether something is on screen that the server does not count. */
  #isLess = false;
  #isReading = false;
  /** @type {number} */ #retryTimer = 0;
  /** @type {Outbox|null} */ #outbox = null;

  /**
   * @param {object} options
   * @param {ConsoleData} options.data the console's data
   * @param {Kept} options.storage
   * @param {(state: AttemptState, waiting: WaitingEvent[]) => void} options.onOpen the attempt runs; this is what is stored of it
   * @param {(state: string) => void} options.onEnded the attempt does not run, or no longer
   * @param {() => void} options.onNewLead this tab leads, and the log does not know yet what it shows
   * @param {() => void} options.onElsewhere another tab has taken the lead
   * @param {(kind: "unreachable"|"expired"|"refused") => void} options.onClosed it could not be opened
   * @param {(leftMs: number, isPaused: boolean) => void} options.onLeft
   * @param {(isPaused: boolean, isLess: boolean) => void} options.onPaused the trainer has stopped the clock, or lets it run on; `isLess`: what was done meanwhile is on screen no more
   * @param {(status: SaveState) => void} options.onStatus see Outbox
   */
  constructor({ data, storage, ...listeners }) {
    this.listeners = listeners;
    this.storage = storage;
    this.attemptId = data.attempt_id;
    this.token = data.token;
    this.api = new AttemptApi(data.api, () => this.token);
    this.identity = new TabIdentity(storage);
  }

  /** Since release. It stands while the trainer has stopped it; in sleep only the wall clock goes on. */
  get elapsedMs() {
    const { elapsedMs, at, wallAt } = this.#release;
    if (this.#isPaused) return elapsedMs;
    const [ranMs, wallMs] = [performance.now() - at, Date.now() - wallAt];
    return elapsedMs + (wallMs - ranMs > CLOCK_MS ? wallMs : ranMs);
  }

  /** After a late answer it goes on from the server's count; back only where it was ahead when it asked (clock set). */
  goOn(/** @type {number} */ elapsedMs, askedMs = 0) {
    if (elapsedMs > this.elapsedMs || elapsedMs < askedMs - CLOCK_MS) this.#release = readClocks(elapsedMs);
  }

  async open() {
    const [tab, state] = await Promise.all([this.identity.claim(), this.#load()]);
    if (this.#isGone || state === null) return;
    this.#release = readClocks(state.elapsed_ms);
    this.#pausedMs = state.paused_ms;
    this.#isStale = state.paused; // no footage was to be had for it
    this.#outbox = new Outbox({
      storage: this.storage,
      attemptId: this.attemptId,
      tab,
      api: this.api,
      sinceReleaseMs: () => this.elapsedMs,
      onAnswer: (answer, askedMs) => this.#meet(answer, askedMs),
      onStatus: (status) => this.listeners.onStatus(status),
    });
    const isNewTab = !(tab in state.acked) && this.#outbox.waiting.length === 0;
    if (!this.#take(state)) return;
    this.lead();
    if (isNewTab) this.listeners.onNewLead();
    this.#outbox.start();
  }

  async takeOver() {
    const state = await this.#load();
    if (state === null || !this.#take(state)) return;
    this.lead();
    this.listeners.onNewLead();
  }

  /** The newest `open` leads. */
  lead() {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    const screenSide = Math.min(screen.width, screen.height);
    this.send("open", { width: window.innerWidth, height: window.innerHeight, touch: isTouch, screen: screenSide });
    this.flush();
  }

  /** @type {SendEvent} */
  send(kind, payload) {
    this.#outbox?.add(kind, payload);
  }

  flush() {
    this.#outbox?.flush();
  }

  /** Bring all that waits to the server; returns whether it has taken it in time. @param {number} withinMs */
  async drain(withinMs) { return (await this.#outbox?.drain(withinMs)) ?? false; }

  leave(/** @type {number} */ timeS) {
    if (!this.#outbox || this.#outbox.isStopped) return;
    this.send("close", { t_s: timeS });
    this.#outbox.flushLeaving();
  }

  close() {
    this.#isGone = true;
    clearTimeout(this.#retryTimer);
    this.#outbox?.flushLeaving();
    this.#outbox?.stop();
    this.identity.release();
  }

  async #load() {
    while (!this.#isGone) {
      try {
        return await this.api.load();
      } catch (error) {
        if (error instanceof Refusal && error.status < 500) {
          this.listeners.onClosed(error.status === 401 || error.status === 403 ? "expired" : "refused");
          return null;
        }
        this.listeners.onClosed("unreachable");
        await new Promise((resolve) => {
          this.#retryTimer = setTimeout(resolve, RETRY_MS);
        });
      }
    }
    return null;
  }

  /** Returns whether the attempt runs. @param {AttemptState} state */
  #take(state) {
    const outbox = must(this.#outbox);
    outbox.dropAcknowledged(state.acked[outbox.tab] ?? 0);
    this.listeners.onLeft(state.remaining_ms, state.paused);
    if (state.state !== "running") {
      this.#end(state.state);
      return false;
    }
    this.listeners.onOpen(state, outbox.waiting);
    this.#setPaused(state);
    return true;
  }

  /**
   * The trainer has stopped the clock for everybody, or it runs on: from where the server says that it stands. A pause
   * may also have come and gone without an answer in between.
   * @param {{paused: boolean, elapsed_ms: number, paused_ms: number}} said
   */
  #setPaused({ paused, elapsed_ms: elapsedMs, paused_ms: pausedMs }) {
    const hasStood = pausedMs !== this.#pausedMs;
    this.#pausedMs = pausedMs;
    must(this.#outbox).isPaused = paused;
    if (!paused && !this.#isPaused && !hasStood) return;
    this.#release = readClocks(elapsedMs);
    this.#isPaused = paused;
    this.listeners.onPaused(paused, !paused && this.#isLess);
    if (!paused) this.#isLess = false;
  }

  /** Show what counts, after a pause in which something was done or this page was opened. */
  async #readAgain() {
    if (this.#isReading) return;
    this.#isReading = true;
    const state = await this.#load();
    this.#isReading = false;
    if (state === null) return;
    this.#isStale = state.paused;
    this.#take(state);
  }

  #meet(/** @type {Receipt} */ answer, /** @type {number} */ askedMs) {
    this.goOn(answer.elapsed_ms, askedMs);
    if (answer.left_out > 0) this.#isStale = this.#isLess = true;
    if (this.#isStale && !answer.paused && answer.state === "running") {
      const outbox = must(this.#outbox);
      outbox.isPaused = false;
      // what still waits is with the server before that is asked what counts
      if (outbox.waiting.length === 0) this.#readAgain();
      return;
    }
    this.#setPaused(answer);
    this.listeners.onLeft(answer.remaining_ms, answer.paused);
    if (answer.state !== "running") return this.#end(answer.state);
    const outbox = must(this.#outbox);
    const isOpening = outbox.waiting.some((event) => event.kind === "open");
    if (answer.leader !== null && answer.leader !== outbox.tab && !isOpening) this.listeners.onElsewhere();
  }

  #end(/** @type {string} */ state) {
    must(this.#outbox).stop();
    this.listeners.onEnded(state);
  }
}

/** Stands where the line to the server is when a finished attempt is watched again: nothing is sent, nothing is stored. */
export class ReplayLink {
  elapsedMs = 0;
  token = "";

  constructor(/** @type {{onOpen: (state: Partial<Work>, waiting: WaitingEvent[]) => void}} */ { onOpen }) {
    this.onOpen = onOpen;
  }

  open() {
    queueMicrotask(() => this.onOpen({}, []));
  }

  send() {}
  flush() {}
  lead() {}
  leave() {}
  close() {}
}

const PATIENCE_MS = 12_000;
const AGAIN_MS = 3000;

/** A token that has run out: the page is asked for a new one, and everything goes on where it was. */
export class Renewal {
  #token;
  #refusedAtMs = 0;
  #askTimer = 0;
  #isAsking = false;
  #hasFailed = false;

  constructor(/** @type {{token: string, refresh: () => void, onFailed: () => void}} */ { token, refresh, onFailed }) {
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
