/** Lets site time go by. Where less motion is asked for, it goes in steps of a second. */

const LONGEST_FRAME_S = 0.25;

export class PlayClock {
  #request = 0;
  #sinceMs = 0;
  #owedS = 0;

  /**
   * @param {object} options
   * @param {() => number} options.readSpeed
   * @param {(seconds: number) => void} options.onPassed site seconds that went by
   */
  constructor({ readSpeed, onPassed }) {
    this.readSpeed = readSpeed;
    this.onPassed = onPassed;
    this.isPlaying = false;
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  }

  play() {
    if (this.isPlaying) return;
    this.isPlaying = true;
    this.#sinceMs = performance.now();
    this.#owedS = 0;
    this.#request = requestAnimationFrame(() => this.#tick());
  }

  pause() {
    this.isPlaying = false;
    cancelAnimationFrame(this.#request);
  }

  #tick() {
    const nowMs = performance.now();
    this.#owedS += Math.min((nowMs - this.#sinceMs) / 1000, LONGEST_FRAME_S);
    this.#sinceMs = nowMs;
    if (!this.calm.matches || this.#owedS >= 1) {
      const passedS = this.#owedS * this.readSpeed();
      this.#owedS = 0;
      this.onPassed(passedS);
    }
    if (this.isPlaying) this.#request = requestAnimationFrame(() => this.#tick());
  }
}
