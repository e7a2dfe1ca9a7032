/** The part of the recording that the timeline shows: from 30 seconds to all of it, always inside the recording. */

import { clamp, must } from "./dom.js";

const LEAST_S = 30;

export class TimeWindow {
  /** @type {number} */
  fromS;
  /** @type {number} */
  toS;
  /** @param {number} durationS length of the recording */
  constructor(durationS) {
    this.durationS = durationS;
    this.leastS = Math.min(LEAST_S, durationS);
    this.showAll();
  }

  get spanS() {
    return this.toS - this.fromS;
  }

  get isWhole() {
    return this.fromS === 0 && this.toS === this.durationS;
  }

  get isClosest() {
    return this.spanS <= this.leastS + 1e-6;
  }

  /** @param {number} timeS */
  has(timeS) {
    return timeS >= this.fromS && timeS <= this.toS;
  }

  /** Where a time is, 0 at the left edge and 1 at the right. @param {number} timeS */
  shareOf(timeS) {
    return (timeS - this.fromS) / this.spanS;
  }

  /** The time at a place, 0 at the left edge and 1 at the right. @param {number} share */
  timeAt(share) {
    return this.fromS + clamp(share, 0, 1) * this.spanS;
  }

  showAll() {
    this.fromS = 0;
    this.toS = this.durationS;
  }

  /** @param {number} fromS @param {number} toS */
  showSpan(fromS, toS) {
    this.#place(fromS, clamp(toS - fromS, this.leastS, this.durationS));
  }

  /**
   * Show a factor less time, or more with a factor under 1; `aroundS` stays where it is on screen.
   * @param {number} factor
   * @param {number} aroundS
   */
  zoomBy(factor, aroundS) {
    const spanS = clamp(this.spanS / factor, this.leastS, this.durationS);
    this.#place(aroundS - this.shareOf(aroundS) * spanS, spanS);
  }

  /** @param {number} seconds */
  panBy(seconds) {
    this.#place(this.fromS + seconds, this.spanS);
  }

  /** @param {number} timeS */
  centerOn(timeS) {
    this.#place(timeS - this.spanS / 2, this.spanS);
  }

  /**
   * Move no further than it takes to have a time between two shares of the window.
   * @param {number} timeS
   * @param {number} low
   * @param {number} high
   */
  keepBetween(timeS, low, high) {
    const share = this.shareOf(timeS);
    this.panBy((share - clamp(share, low, high)) * this.spanS);
  }

  /** @param {number} fromS @param {number} spanS */
  #place(fromS, spanS) {
    this.fromS = clamp(fromS, 0, this.durationS - spanS);
    this.toS = spanS >= this.durationS ? this.durationS : this.fromS + spanS;
  }
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/**
 * How far apart ticks stand, seconds: the smallest round step that leaves each the pixels `roomPx(stepS)`.
 * @param {number} spanS
 * @param {number} widthPx
 * @param {(stepS: number) => number} roomPx
 */
export function chooseTickStep(spanS, widthPx, roomPx) {
  return STEPS_S.find((stepS) => (stepS / spanS) * widthPx >= roomPx(stepS)) ?? must(STEPS_S.at(-1));
}

/**
 * Times of a window at full steps of the wall clock, `startS` being the clock at time 0.
 * @param {{fromS: number, toS: number}} of
 * @param {number} startS
 * @param {number} everyS
 */
export function listTicks({ fromS, toS }, startS, everyS) {
  const first = Math.ceil((startS + fromS) / everyS - 1e-9) * everyS - startS;
  const count = Math.floor((toS - first) / everyS + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => first + place * everyS);
}
