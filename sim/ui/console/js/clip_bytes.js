/** The bytes of one clip: fetched in blocks of whole groups of pictures, kept while they are near the play head. */

import { must } from "./dom.js";

const BLOCK_BYTES = 160_000;
const MOST_BYTES = 10_000_000;
const RETRY_MS = [300, 1000, 2000, 4000, 8000];

/**
 * Some groups of pictures that are fetched together.
 * @typedef {object} Block
 * @property {number} firstByte
 * @property {number} endByte
 * @property {Uint8Array|null} bytes
 * @property {boolean} isUnderWay
 * @property {number} used when it was last wanted, by a count
 * @property {number} failures
 * @property {ReturnType<typeof setTimeout>|0} timer
 */

/**
 * Fetch a clip's index; `trouble` tells why there is none. No answer is trouble with the network, an answer that is no
 * index means that the clip is damaged.
 * @returns {Promise<{index: ClipIndex, trouble: null}|{index: null, trouble: Trouble}>}
 */
export async function fetchIndex(/** @type {string} */ url) {
  /** @type {Trouble} */ let trouble = "network";
  try {
    const answer = await fetch(url);
    if (answer.status === 401 || answer.status === 403) trouble = "expired";
    else if (answer.status === 404) trouble = "missing";
    else if (answer.ok) {
      trouble = "missing";
      const index = await answer.json();
      if (Array.isArray(index.sizes)) return { index, trouble: null };
    }
  } catch {
    // told by what is known so far
  }
  return { index: null, trouble };
}

export class ClipBytes {
  /** @type {Block[]} */ #blocks = [];
  /** @type {Uint16Array} */ #blockOf;
  #open = new AbortController();
  #keptBytes = 0;
  #clock = 0;
  #underWay = 0;

  /** @param {{url: string, index: ClipIndex, onArrived: () => void, onTrouble: (trouble: "expired"|"missing"|"network"|null) => void}} options */
  constructor({ url, index, onArrived, onTrouble }) {
    this.url = url;
    this.onArrived = onArrived;
    this.onTrouble = onTrouble;
    const count = index.sizes.length;
    this.offsets = new Float64Array(count + 1);
    let at = index.first_byte;
    for (let frame = 0; frame < count; frame++) {
      this.offsets[frame] = at;
      at += index.sizes[frame] + (index.gaps[frame] ?? 0);
    }
    this.offsets[count] = at;
    this.sizes = index.sizes;
    this.keys = index.keys;
    this.#blockOf = new Uint16Array(count);
    this.#cutBlocks(count);
  }

  get frameCount() { return this.sizes.length; }

  keyOf(/** @type {number} */ frame) {
    let low = 0;
    let high = this.keys.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.keys[middle] <= frame) low = middle;
      else high = middle - 1;
    }
    return this.keys[low];
  }

  isKey(/** @type {number} */ frame) { return this.keyOf(frame) === frame; }

  /** The first frame of the group after a frame's own, or the number of frames. @param {number} frame */
  endOfGroup(frame) {
    const place = this.keys.indexOf(this.keyOf(frame)) + 1;
    return place < this.keys.length ? this.keys[place] : this.frameCount;
  }

  /** A frame's bytes, or null while they are on the way; asking is what fetches them. @param {number} frame */
  take(frame) {
    const block = this.#blocks[this.#blockOf[frame]];
    block.used = ++this.#clock;
    if (!block.bytes) {
      this.#fetch(block);
      return null;
    }
    const start = this.offsets[frame] - block.firstByte;
    return block.bytes.subarray(start, start + this.sizes[frame]);
  }

  countAhead(/** @type {number} */ frame) {
    let block = this.#blockOf[frame];
    while (block < this.#blocks.length && this.#blocks[block].bytes) block++;
    const first = this.#blockOf.indexOf(block);
    return Math.max(0, (first < 0 ? this.frameCount : first) - frame);
  }

  /** Fetch ahead, only while nothing is on the way: of six connections to a server, events must have one. */
  foresee(/** @type {number} */ frame) {
    if (frame < 0 || frame >= this.frameCount || this.#underWay > 0) return;
    const block = this.#blocks[this.#blockOf[frame]];
    // what was just foreseen is not the oldest: else two that are wanted would push each other out
    block.used = ++this.#clock;
    if (!block.bytes) this.#fetch(block);
  }

  retry() {
    for (const block of this.#blocks) {
      clearTimeout(block.timer);
      Object.assign(block, { timer: 0, failures: 0 });
    }
    this.onArrived();
  }

  close() {
    this.#open.abort();
    for (const block of this.#blocks) {
      clearTimeout(block.timer);
      block.bytes = null;
    }
  }

  #cutBlocks(/** @type {number} */ count) {
    /** @type {Block|null} */ let block = null;
    for (let frame = 0; frame < count; frame++) {
      const isFull = block === null || this.offsets[frame] - block.firstByte >= BLOCK_BYTES;
      if (isFull && (block === null || this.isKey(frame))) {
        block = { firstByte: this.offsets[frame], endByte: 0, bytes: null, isUnderWay: false, used: 0, failures: 0, timer: 0 };
        this.#blocks.push(block);
      }
      must(block).endByte = this.offsets[frame] + this.sizes[frame];
      this.#blockOf[frame] = this.#blocks.length - 1;
    }
  }

  async #fetch(/** @type {Block} */ block) {
    if (block.isUnderWay || block.timer || this.#open.signal.aborted) return;
    block.isUnderWay = true;
    this.#underWay++;
    /** @type {"expired"|"missing"|"network"|null} */ let trouble = null;
    try {
      const headers = { Range: `bytes=${block.firstByte}-${block.endByte - 1}` };
      const answer = await fetch(this.url, { headers, signal: this.#open.signal });
      if (answer.status === 401 || answer.status === 403) trouble = "expired";
      else if (!answer.ok) trouble = answer.status === 404 ? "missing" : "network";
      else trouble = this.#keep(block, new Uint8Array(await answer.arrayBuffer()), answer.status);
    } catch {
      trouble = "network";
    }
    block.isUnderWay = false;
    this.#underWay--;
    if (this.#open.signal.aborted) return;
    this.onTrouble(trouble);
    if (trouble === null) this.onArrived();
    else if (trouble === "network") {
      block.timer = setTimeout(() => {
        block.timer = 0;
        this.onArrived();
      }, RETRY_MS[Math.min(block.failures++, RETRY_MS.length - 1)]);
    }
  }

  /**
   * Keep what came for a block: the part asked for, or the whole clip where a proxy ignores ranges.
   * @returns {"missing"|"network"|null}
   */
  #keep(/** @type {Block} */ block, /** @type {Uint8Array} */ answer, /** @type {number} */ status) {
    const isWhole = status === 200;
    if (isWhole && answer.length < block.endByte) return "missing";
    const bytes = isWhole ? answer.slice(block.firstByte, block.endByte) : answer;
    if (bytes.length !== block.endByte - block.firstByte) return "network";
    block.bytes = bytes;
    block.failures = 0;
    this.#keptBytes += bytes.length;
    while (this.#keptBytes > MOST_BYTES) {
      const held = this.#blocks.filter((other) => other.bytes && other !== block);
      if (!held.length) break;
      const oldest = held.reduce((a, b) => (a.used < b.used ? a : b));
      this.#keptBytes -= must(oldest.bytes).length;
      oldest.bytes = null;
    }
    return null;
  }
}
