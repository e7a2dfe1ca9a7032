/**
 * One clock for every picture.
 *
 * Forward, the wall's video is the clock and the others follow it. Paused, stepping, scrubbing and in reverse, a frame
 * number is the clock and every screen seeks to the middle of that frame.
 */

import { clamp } from "./dom.js";
import { PlayerClock } from "./player_clock.js";

export class Playback extends PlayerClock {
  #frame = 0;
  #reverse = { at: 0, frame: 0 };
  /** @type {number|null} */
  #seekS = null;

  get askedFrame() {
    return this.#frame;
  }

  /** Where the clock is or is going to be next: what a timeline should show. */
  get clockS() {
    if (this.mode === "forward") return this.#seekS ?? this.#leader?.video.currentTime ?? this.#frame / this.fps;
    return this.#frame / this.fps;
  }

  get #movingVideos() {
    return /** @type {VideoScreen[]} */ (this.movingScreens);
  }

  /** The screen whose video is the clock: one that has not come to the end of its footage, if there is any. */
  get #leader() {
    const usable = this.#movingVideos.filter((screen) => screen.isUsable);
    /** @type {VideoScreen|null} */
    let last = null;
    for (const screen of usable) if (screen.lastFrame > (last?.lastFrame ?? -1)) last = screen;
    return usable.find((screen) => this.#frame < screen.lastFrame) ?? last;
  }

  /**
   * Start, or change speed and direction. Returns false at the end that playing would run into.
   * @param {number} [speed]
   */
  play(speed = this.speed) {
    const isAtEnd = speed > 0 ? this.#frame >= this.frameCount - 1 : this.#frame <= 0;
    if (this.mode === "paused" && isAtEnd) return false;
    if (this.mode === "forward" && speed < 0) this.#frame = this.shownFrame;
    if (this.mode === "reverse" && speed > 0) this.#seekS = (this.#frame + 0.5) / this.fps;
    this.run(speed);
    this.#reverse = { at: performance.now(), frame: this.#frame };
    return true;
  }

  pause() {
    if (this.mode === "forward") this.#frame = this.#agreedFrame();
    this.#seekS = null;
    this.stop();
    this.isStalled = false;
  }

  /** @param {number} frames */
  step(frames) {
    if (this.isPlaying) this.pause();
    this.#frame = clamp(this.#frame + frames, 0, this.frameCount - 1);
    this.tick();
  }

  /** @param {number} timeS */
  seekTo(timeS) {
    const frame = clamp(Math.floor(timeS * this.fps + 1e-3), 0, this.frameCount - 1);
    this.#frame = frame;
    this.#reverse = { at: performance.now(), frame };
    if (this.mode === "forward") this.#seekS = (frame + 0.5) / this.fps;
    this.tick();
  }

  /** Go on where another clock is: its frame, the wall's time, and playing as it did. @param {Clock} before */
  takeOver(before) {
    if (before.isPinned) this.pin(before.wallS);
    this.seekTo(before.askedFrame / this.fps);
    this.speed = before.speed;
    if (before.isPlaying) this.play();
  }

  /** Keep all screens on the clock. Called once per drawn frame of the page. */
  tick() {
    if (this.noteTick()) this.#reverse = { at: performance.now(), frame: this.#frame };
    const moving = this.#movingVideos;
    for (const screen of /** @type {VideoScreen[]} */ (this.openScreens)) if (!moving.includes(screen)) screen.settle(this.frameFor(screen));
    if (this.mode === "forward") this.#tickForward(moving);
    else {
      if (this.mode === "reverse") this.#moveBack();
      for (const screen of moving) screen.settle(this.#frame);
    }
  }

  /** @param {VideoScreen[]} moving */
  #tickForward(moving) {
    const leader = this.#leader;
    if (!leader) return;
    const others = moving.filter((screen) => screen !== leader);
    const video = leader.video;
    const seekS = this.#takeSeek(leader);
    if (seekS !== null) {
      this.isStalled = true;
      for (const screen of others) screen.wait(seekS);
      return;
    }
    const timeS = video.currentTime;
    this.#frame = clamp(Math.floor(timeS * this.fps + 1e-3), 0, this.frameCount - 1);
    if (video.ended || timeS >= (this.frameCount - 0.5) / this.fps) {
      this.stop();
      this.#frame = Math.min(leader.lastFrame, this.frameCount - 1);
      this.onEnd();
      return;
    }
    leader.lead(this.speed);
    this.isStalled = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    for (const screen of others) {
      if (this.isStalled) screen.wait(timeS);
      else screen.follow(timeS, this.speed);
    }
  }

  /** Where a seek of the leader is bound, or null when none is wanted or under way. @param {VideoScreen} leader */
  #takeSeek(leader) {
    const video = leader.video;
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return this.#frame / this.fps;
    const isStarting = video.paused && !video.ended;
    if (this.#seekS === null && isStarting) {
      const isElsewhere = Math.abs(video.currentTime * this.fps - (this.#frame + 0.5)) > 1;
      if (isElsewhere) this.#seekS = (this.#frame + 0.5) / this.fps;
    }
    if (this.#seekS !== null) {
      const isThere = !video.seeking && Math.abs(video.currentTime - this.#seekS) < 0.5 / this.fps;
      if (isThere) this.#seekS = null;
      else leader.seek(this.#seekS);
    }
    return this.#seekS ?? (video.seeking ? video.currentTime : null);
  }

  #moveBack() {
    const slack = Math.max(2 * this.fps, -this.speed * this.fps);
    this.isStalled = this.isLate(slack);
    if (this.isStalled) {
      this.#reverse = { at: performance.now(), frame: this.#frame };
      return;
    }
    const passedS = (performance.now() - this.#reverse.at) / 1000;
    this.#frame = Math.max(0, Math.round(this.#reverse.frame + passedS * this.speed * this.fps));
    if (this.#frame === 0) {
      this.stop();
      this.onEnd();
    }
  }

  /** The frame to stop on: what the main picture shows, unless it has fallen behind. */
  #agreedFrame() {
    const leader = this.#leader;
    const clockFrame = this.#seekS === null ? (leader?.frame ?? -1) : -1;
    if (clockFrame < 0) return this.#frame;
    const near = Math.max(3, this.speed);
    return this.main.hasPicture && Math.abs(this.main.frame - clockFrame) <= near ? this.main.frame : clockFrame;
  }
}
