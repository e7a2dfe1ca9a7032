/**
 * Which tab this is.
 *
 * The identity lives in sessionStorage, so that a reload keeps it. Browsers copy sessionStorage when a tab is
 * duplicated; two live tabs must not share a sequence of events, so a tab asks whether its identity is taken.
 */

import { makeUuid } from "./dom.js";

const KEY = "sightline-tab";
const ANSWER_WAIT_MS = 120;

export class TabIdentity {
  #channel = null;
  #nonce = makeUuid();

  constructor(storage) {
    this.storage = storage;
    this.id = null;
  }

  /** Settle on an identity that no other living tab has. */
  async claim() {
    const kept = this.storage.getItem(KEY);
    this.id = kept ?? makeUuid();
    const isTaken = kept !== null && (await this.#isTaken());
    if (isTaken) this.id = makeUuid();
    this.storage.setItem(KEY, this.id);
    this.#defend();
    return this.id;
  }

  release() {
    this.#channel?.close();
    this.#channel = null;
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
