/**
 * The clock of decoded screens: a frame number that moves with time, and screens that show that very frame. Same duties
 * as `Playback`, which has video elements to steer. When a picture cannot keep up, the clock waits for it.
 */

import { clamp } from "./dom.js";
import { PlayerClock } from "./player_clock.js";

const PATIENCE_S = 0.25;

export class FrameClock extends PlayerClock {
  #frame = 0;
  #anchor = { atMs: 0, frame: 0 };

  get clockS() {
    return this.#frame / this.fps;
  }

  get askedFrame() {
    return clamp(Math.floor(this.#frame + 1e-6), 0, this.frameCount - 1);
  }

  /** @param {number} [speed] */
  play(speed = this.speed) {
    const isAtEnd = speed > 0 ? this.askedFrame >= this.frameCount - 1 : this.askedFrame <= 0;
    if (this.mode === "paused" && isAtEnd) return false;
    this.run(speed);
    this.#set(this.#frame);
    return true;
  }

  /** Stop on the frame that is on screen. */
  pause() {
    this.#set(this.isPlaying ? this.shownFrame : this.askedFrame);
    this.stop();
    this.isStalled = false;
  }

  /** @param {number} frames */
  step(frames) {
    if (this.isPlaying) this.pause();
    this.#set(clamp(this.askedFrame + frames, 0, this.frameCount - 1));
    this.tick();
  }

  /** @param {number} timeS */
  seekTo(timeS) {
    this.#set(clamp(Math.floor(timeS * this.fps + 1e-3), 0, this.frameCount - 1));
    this.tick();
  }

  /** Move the clock and have every screen follow. Called once per drawn frame of the page. */
  tick() {
    if (this.noteTick()) this.#set(this.#frame);
    if (this.isPlaying) this.#move();
    const pace = this.isPlaying ? this.speed * this.fps : 0;
    const moving = this.movingScreens;
    for (const screen of /** @type {DecodedScreen[]} */ (this.openScreens)) screen.show(this.frameFor(screen), moving.includes(screen) ? pace : 0);
  }

  /** @param {number} frame */
  #set(frame) {
    this.#frame = frame;
    this.#anchor = { atMs: performance.now(), frame };
  }

  #move() {
    const nowMs = performance.now();
    const passedS = (nowMs - this.#anchor.atMs) / 1000;
    const goal = this.#anchor.frame + passedS * this.speed * this.fps;
    const slack = Math.max(2, Math.abs(this.speed) * this.fps * PATIENCE_S);
    this.isStalled = this.isLate(slack);
    if (this.isStalled) {
      this.#anchor = { atMs: nowMs, frame: this.#frame };
      return;
    }
    this.#frame = clamp(goal, 0, this.frameCount - 1);
    const isOver = this.speed > 0 ? goal >= this.frameCount - 1 : goal <= 0;
    if (!isOver) return;
    this.stop();
    this.#set(this.askedFrame);
    this.onEnd();
  }
}
