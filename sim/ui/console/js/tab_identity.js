/**
 * Which tab this is.
 *
 * The identity lives in sessionStorage, so that a reload keeps it. Browsers copy sessionStorage when a tab is
 * duplicated; two live tabs must not share a sequence of events, so a tab holds a lock of its identity's name while it
 * lives. A reload waits a moment for its former self to let go. Where there are no locks (plain http), the tab asks the
 * others instead and takes silence for a no.
 */

import { makeUuid } from "./dom.js";

const KEY = "sightline-tab";
const ANSWER_WAIT_MS = 120;
const LOCK_WAIT_MS = 1500;

export class TabIdentity {
  /** @type {string|null} */
  id;
  /** @type {BroadcastChannel|null} */
  #channel = null;
  #nonce = makeUuid();
  /** @type {((value?: unknown) => void)|null} */
  #letGo = null;

  /** @param {Kept} storage */
  constructor(storage) {
    this.storage = storage;
    this.id = null;
  }

  /** Settle on an identity that no other living tab has. */
  async claim() {
    const kept = this.storage.getItem(KEY);
    this.id = kept ?? makeUuid();
    const isMine = await (navigator.locks ? this.#lock() : this.#isFree(kept));
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

  /** @param {string|null} kept */
  async #isFree(kept) {
    return kept === null || !(await this.#isTaken());
  }

  #open() {
    if (!this.#channel && "BroadcastChannel" in globalThis) this.#channel = new BroadcastChannel(KEY);
    return this.#channel;
  }

  #isTaken() {
    const channel = this.#open();
    if (!channel) return Promise.resolve(false);
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
    const channel = this.#open();
    if (!channel) return;
    channel.onmessage = ({ data }) => {
      if (data.kind === "whose" && data.id === this.id) channel.postMessage({ kind: "mine", id: this.id, to: data.from });
    };
  }
}
