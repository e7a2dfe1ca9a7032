/** How much moves on each camera and when, as the server measured it, and the way from motion to motion. */

import { readBase64 } from "./dom.js";

const RETRY_MS = [2000, 8000, 30000];

export class MotionData {
  /** @type {Map<string, {levels: Uint8Array|null, gaps: number[][]}>} */ #cameras = new Map();
  /** All cameras together, one byte a second, the busiest second 255. @type {Uint8Array|null} */ all = null;
  #timer = 0;
  #tries = 0;
  #isGone = false;

  everyS = 1;
  isLoaded = false;

  constructor(/** @type {string} */ url, /** @type {string[]} */ cameraIds, /** @type {() => void} */ onLoad) {
    this.url = url;
    this.cameraIds = cameraIds;
    this.onLoad = onLoad;
    this.#load();
  }

  /** One byte a second, or null: not loaded, or never measured. @param {string} cameraId */
  levels(cameraId) { return this.#cameras.get(cameraId)?.levels ?? null; }

  /** Spans without a picture, `[fromS, toS]`. @param {string} cameraId */
  gaps(cameraId) { return this.#cameras.get(cameraId)?.gaps ?? []; }

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
        this.#cameras.set(cameraId, { levels: motion === null ? null : readBase64(motion), gaps });
      }
      this.all = sumLevels([...this.#cameras.values()].map(({ levels }) => levels).filter((levels) => levels !== null));
      this.isLoaded = true;
      this.onLoad();
    } catch {
      if (this.#isGone || this.#tries >= RETRY_MS.length) return;
      this.#timer = setTimeout(() => this.#load(), RETRY_MS[this.#tries++]);
    }
  }
}

/** The root of the mean share of several cameras' levels, stretched so that the busiest second is 255. */
export function sumLevels(/** @type {Uint8Array[]} */ cameras) {
  const shares = new Float64Array(Math.max(0, ...cameras.map((levels) => levels.length)));
  for (const levels of cameras) levels.forEach((level, second) => (shares[second] += level ** 2));
  const most = Math.max(1e-9, ...shares);
  return Uint8Array.from(shares, (share) => Math.round(255 * Math.sqrt(share / most)));
}

const MOVING_LEVEL = 26;
const QUIET_LEVEL = 17;

/** Seconds in which motion begins, rising; what moves in the first second begins there. @param {Uint8Array} levels */
export function listMotionStarts(levels) {
  /** @type {number[]} */ const starts = [];
  let isMoving = false;
  levels.forEach((level, second) => {
    if (!isMoving && level >= MOVING_LEVEL) starts.push(second);
    isMoving = isMoving ? level >= QUIET_LEVEL : level >= MOVING_LEVEL;
  });
  return starts;
}

/** The next beginning after a time, or the last one before it, seconds; null when there is none. */
export function findMotionStart(/** @type {Uint8Array} */ levels, /** @type {number} */ everyS, /** @type {number} */ timeS, /** @type {number} */ direction) {
  const starts = listMotionStarts(levels).map((place) => place * everyS);
  const found = direction > 0 ? starts.find((each) => each > timeS + 1e-6) : starts.findLast((each) => each < timeS - 1e-6);
  return found ?? null;
}

/** Playing, "previous" means the one before the one that has just begun. */
const JUST_BEGUN_S = 1.5;

export class MotionSteps {
  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { tools } = console_;
    tools.add({ name: "motionBack", icon: "motionBack", label: "Previous motion", key: "<", run: () => this.#step(-1) });
    tools.add({ name: "motionForward", icon: "motionForward", label: "Next motion", key: ">", run: () => this.#step(1) });
  }

  get actions() { return { motionBack: () => this.#step(-1), motionForward: () => this.#step(1) }; }

  #step(/** @type {number} */ direction) {
    const { motion, picture, sayings, clock, transport, isLive } = this.console;
    if (!isLive) return;
    const { cameraId, playback } = picture;
    if (cameraId === null) return sayings.hint("Choose a camera first");
    const name = picture.nameOf(cameraId);
    const levels = motion.levels(cameraId);
    if (!levels) {
      sayings.hint(motion.isLoaded ? `Motion was not recorded on ${name}` : "Motion is still loading. Try again in a moment");
      return;
    }
    const isJustBegun = direction < 0 && playback.isPlaying;
    const fromS = playback.clockS - (isJustBegun ? JUST_BEGUN_S : 0);
    const timeS = findMotionStart(levels, motion.everyS, fromS, direction);
    if (timeS === null) {
      const side = direction > 0 ? "after" : "before";
      sayings.hint(`No motion begins ${side} ${clock.words(playback.clockS)} on ${name}`);
      return;
    }
    transport.seekTo(timeS, { by: "motion" });
    sayings.announce(`Motion at ${clock.words(timeS)} on ${name}`);
  }
}
