/** How much moves on each camera and where it has no picture, as the server measured it on the pictures. */

const RETRY_MS = [2000, 8000, 30000];

export class MotionData {
  /** @type {Map<string, {levels: Uint8Array|null, gaps: number[][]}>} */
  #cameras = new Map();
  /** @type {Uint8Array|null} */
  #all = null;
  #timer = 0;
  #tries = 0;
  #isGone = false;

  everyS = 1;
  isLoaded = false;

  /**
   * @param {string} url of the recording's timeline
   * @param {string[]} cameraIds those that the drill shows
   * @param {() => void} onLoad
   */
  constructor(url, cameraIds, onLoad) {
    this.url = url;
    this.cameraIds = cameraIds;
    this.onLoad = onLoad;
    this.#load();
  }

  /** One byte a second, or null: not loaded, or never measured. @param {string} cameraId */
  levels(cameraId) {
    return this.#cameras.get(cameraId)?.levels ?? null;
  }

  /** Spans without a picture, `[fromS, toS]`. @param {string} cameraId */
  gaps(cameraId) {
    return this.#cameras.get(cameraId)?.gaps ?? [];
  }

  /** All cameras together, one byte a second, the busiest second 255; null before it is loaded. */
  get all() {
    return this.#all;
  }

  /** Ask again for what could not be had. */
  retry() {
    if (this.isLoaded) return;
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.#load();
  }

  destroy() {
    this.#isGone = true;
    clearTimeout(this.#timer);
  }

  async #load() {
    try {
      const answer = await fetch(this.url);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const told = await answer.json();
      if (this.#isGone) return;
      this.everyS = told.every_s;
      for (const [cameraId, { motion, gaps_s: gaps }] of Object.entries(told.cameras)) {
        if (!this.cameraIds.includes(cameraId)) continue;
        this.#cameras.set(cameraId, { levels: motion === null ? null : decodeLevels(motion), gaps });
      }
      this.#all = sumLevels([...this.#cameras.values()].map(({ levels }) => levels).filter((levels) => levels !== null));
      this.isLoaded = true;
      this.onLoad();
    } catch {
      if (this.#isGone || this.#tries >= RETRY_MS.length) return;
      this.#timer = setTimeout(() => this.#load(), RETRY_MS[this.#tries++]);
    }
  }
}

/** Bytes from base 64. @param {string} text */
export function decodeLevels(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/**
 * The root of the mean share of several cameras' levels, stretched so that the busiest second is 255.
 * @param {Uint8Array[]} cameras
 */
export function sumLevels(cameras) {
  const shares = new Float64Array(Math.max(0, ...cameras.map((levels) => levels.length)));
  for (const levels of cameras) levels.forEach((level, second) => (shares[second] += level ** 2));
  const most = Math.max(1e-9, ...shares);
  return Uint8Array.from(shares, (share) => Math.round(255 * Math.sqrt(share / most)));
}
