/** The line to the attempt on the server: opens it, keeps the lead among tabs, carries events, learns how it ends. */

import { AttemptApi, Refusal } from "./attempt_api.js";
import { Outbox } from "./outbox.js";
import { TabIdentity } from "./tab_identity.js";

const RETRY_MS = 2000;
/** Behind the server by more than this, milliseconds: the browser's clock has stood still, as in a sleeping computer. */
const SLEPT_MS = 2000;

export class AttemptLink {
  #release = { elapsedMs: 0, at: performance.now() };
  #isGone = false;
  #retryTimer = 0;
  #outbox = null;

  /**
   * @param {object} options
   * @param {object} options.data the console's data
   * @param {Storage} options.storage
   * @param {(state: object, waiting: object[]) => void} options.onOpen the attempt runs; this is what is stored of it
   * @param {(state: string) => void} options.onEnded the attempt does not run, or no longer
   * @param {() => void} options.onNewLead this tab leads, and the log does not know yet what it shows
   * @param {() => void} options.onElsewhere another tab has taken the lead
   * @param {(kind: "unreachable"|"expired"|"refused") => void} options.onClosed it could not be opened
   * @param {(leftMs: number) => void} options.onLeft
   * @param {(status: object) => void} options.onStatus see Outbox
   */
  constructor({ data, storage, ...listeners }) {
    Object.assign(this, listeners);
    this.storage = storage;
    this.attemptId = data.attempt_id;
    this.token = data.token;
    this.api = new AttemptApi(data.api, () => this.token);
    this.identity = new TabIdentity(storage);
  }

  /** Milliseconds since release, by the browser's monotonic clock. */
  get elapsedMs() {
    return this.#release.elapsedMs + performance.now() - this.#release.at;
  }

  /** Ask for the attempt, go on where it was, and take the lead. */
  async open() {
    const [tab, state] = await Promise.all([this.identity.claim(), this.#load()]);
    if (this.#isGone || state === null) return;
    this.#release = { elapsedMs: state.elapsed_ms, at: performance.now() };
    this.#outbox = new Outbox({
      storage: this.storage,
      attemptId: this.attemptId,
      tab,
      api: this.api,
      sinceReleaseMs: () => this.elapsedMs,
      onAnswer: (answer) => this.#meet(answer),
      onStatus: (status) => this.onStatus(status),
    });
    const isNewTab = !(tab in state.acked) && this.#outbox.waiting.length === 0;
    if (!this.#take(state)) return;
    this.lead();
    if (isNewTab) this.onNewLead();
    this.#outbox.start();
  }

  /** Another tab has the lead: get the newest state and take it back. */
  async takeOver() {
    const state = await this.#load();
    if (state === null || !this.#take(state)) return;
    this.lead();
    this.onNewLead();
  }

  /** The newest `open` leads. */
  lead() {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    this.send("open", { width: window.innerWidth, height: window.innerHeight, touch: isTouch });
    this.flush();
  }

  send(kind, payload) {
    this.#outbox?.add(kind, payload);
  }

  flush() {
    this.#outbox?.flush();
  }

  /** Bring all that waits to the server; returns whether it has taken it in time. */
  async drain(withinMs) {
    return (await this.#outbox?.drain(withinMs)) ?? false;
  }

  /** The page goes away. */
  leave(timeS) {
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
          this.onClosed(error.status === 401 || error.status === 403 ? "expired" : "refused");
          return null;
        }
        this.onClosed("unreachable");
        await new Promise((resolve) => {
          this.#retryTimer = setTimeout(resolve, RETRY_MS);
        });
      }
    }
    return null;
  }

  /** Returns whether the attempt runs. */
  #take(state) {
    this.#outbox.dropAcknowledged(state.acked[this.#outbox.tab] ?? 0);
    this.onLeft(state.remaining_ms);
    if (state.state !== "running") {
      this.#end(state.state);
      return false;
    }
    this.onOpen(state, this.#outbox.waiting);
    return true;
  }

  /** The server counts the time. Where the browser's clock stood still, it goes on from there; it never goes back. */
  #align(elapsedMs) {
    if (elapsedMs - this.elapsedMs > SLEPT_MS) this.#release = { elapsedMs, at: performance.now() };
  }

  #meet(answer) {
    this.#align(answer.elapsed_ms);
    this.onLeft(answer.remaining_ms);
    if (answer.state !== "running") {
      this.#end(answer.state);
      return;
    }
    const isOpening = this.#outbox.waiting.some((event) => event.kind === "open");
    if (answer.leader !== null && answer.leader !== this.#outbox.tab && !isOpening) this.onElsewhere();
  }

  #end(state) {
    this.#outbox.stop();
    this.onEnded(state);
  }
}
