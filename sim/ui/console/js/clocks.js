/** The clocks of both ways of playing, and what they have in common. */

import { clamp } from "./dom.js";

/** A pause between two ticks longer than this is no playing: the page was held up, or the computer slept. */
const LONGEST_TICK_MS = 1000;

/** Troubles that pass by themselves. */
const PASSING = ["network", "expired"];

class PlayerClock {
  /** @type {"paused"|"forward"|"reverse"} */ mode = "paused";
  /** @type {number} */ speed = 1;
  /** @type {number|null} */ #heldFrame = null;
  #tickedAtMs = performance.now();

  /** @param {{walls: FootageScreen[], main: AnyScreen, fps: number, frameCount: number, onEnd: () => void}} options */
  constructor({ walls, main, fps, frameCount, onEnd }) {
    this.walls = walls;
    this.main = main;
    this.fps = fps;
    this.frameCount = frameCount;
    this.onEnd = onEnd;
    this.isStalled = false;
  }

  /** The frame that is to be on screen; each clock has its own way to say so. */
  get askedFrame() { return 0; }

  run(/** @type {number} */ speed) {
    this.speed = speed;
    this.mode = speed > 0 ? "forward" : "reverse";
  }

  stop() {
    this.mode = "paused";
  }

  get isPlaying() { return this.mode !== "paused"; }

  /** The screen a person is looking at: the main picture once it shows something, else the wall, where there is one. */
  get shownScreen() { return this.main.hasPicture || !this.walls.length ? this.main : this.walls[0]; }

  /** Frame on screen; before anything has been drawn, the frame asked for. */
  get shownFrame() {
    if (this.isPinned) return this.main.hasPicture ? this.main.frame : this.askedFrame;
    const { frame } = this.shownScreen;
    return frame >= 0 ? frame : this.askedFrame;
  }

  get shownS() { return this.shownFrame / this.fps; }

  // The main picture may have a time of its own: the wall then stands still, and the transport moves the main picture

  get isPinned() { return this.#heldFrame !== null; }
  get wallS() { return this.#heldFrame === null ? this.shownS : this.#heldFrame / this.fps; }
  get mainOffset() { return this.#heldFrame === null ? 0 : this.askedFrame - this.#heldFrame; }

  pin(/** @type {number} */ wallS = this.shownS) {
    this.#heldFrame = Math.round(wallS * this.fps);
  }

  unpin() {
    this.#heldFrame = null;
  }

  frameFor(/** @type {AnyScreen} */ screen) {
    return this.#heldFrame !== null && screen !== this.main ? this.#heldFrame : this.askedFrame;
  }

  /** Screens that something is loaded on; never a tile of the wall, which has no address. */
  get openScreens() {
    const open = [...this.walls, this.main].filter((screen) => screen.url !== null);
    return /** @type {FootageScreen[]} */ (open);
  }

  get movingScreens() {
    return this.isPinned ? this.openScreens.filter((screen) => screen === this.main) : this.openScreens;
  }

  /** Whether a screen that moves is more than `slack` frames behind; footage that nobody could see is not played. */
  isLate(/** @type {number} */ slack) {
    const asked = this.askedFrame;
    const waits = this.movingScreens.filter((screen) => screen.isUsable || PASSING.includes(screen.trouble ?? ""));
    return waits.some((screen) => Math.abs(Math.min(asked, screen.lastFrame) - screen.frame) > slack);
  }

  /** Note a tick; true when the page has not ticked for so long that the time since must not count as played. */
  noteTick() {
    const nowMs = performance.now();
    const wasHeldUp = nowMs - this.#tickedAtMs > LONGEST_TICK_MS;
    this.#tickedAtMs = nowMs;
    return wasHeldUp;
  }
}

/**
 * Forward, the wall's video is the clock and the others follow it. Paused, stepping, scrubbing and in reverse, a frame
 * number is the clock and every screen seeks to the middle of that frame.
 */
export class Playback extends PlayerClock {
  #frame = 0;
  #reverse = { at: 0, frame: 0 };
  /** @type {number|null} */ #seekS = null;

  get askedFrame() { return this.#frame; }

  /** Where the clock is or is going to be next: what a timeline should show. */
  get clockS() {
    if (this.mode === "forward") return this.#seekS ?? this.#leader?.video.currentTime ?? this.#frame / this.fps;
    return this.#frame / this.fps;
  }

  get #movingVideos() { return /** @type {VideoScreen[]} */ (this.movingScreens); }

  /** The screen whose video is the clock: one that has not come to the end of its footage, if there is any. */
  get #leader() {
    const usable = this.#movingVideos.filter((screen) => screen.isUsable);
    /** @type {VideoScreen|null} */ let last = null;
    for (const screen of usable) if (screen.lastFrame > (last?.lastFrame ?? -1)) last = screen;
    return usable.find((screen) => this.#frame < screen.lastFrame) ?? last;
  }

  /** Start, or change speed and direction. Returns false at the end that playing would run into. */
  play(/** @type {number} */ speed = this.speed) {
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

  step(/** @type {number} */ frames) {
    if (this.isPlaying) this.pause();
    this.#frame = clamp(this.#frame + frames, 0, this.frameCount - 1);
    this.tick();
  }

  seekTo(/** @type {number} */ timeS) {
    const frame = clamp(Math.floor(timeS * this.fps + 1e-3), 0, this.frameCount - 1);
    this.#frame = frame;
    this.#reverse = { at: performance.now(), frame };
    if (this.mode === "forward") this.#seekS = (frame + 0.5) / this.fps;
    this.tick();
  }

  takeOver(/** @type {Clock} */ before) {
    if (before.isPinned) this.pin(before.wallS);
    this.seekTo(before.askedFrame / this.fps);
    this.speed = before.speed;
    if (before.isPlaying) this.play();
  }

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

  #tickForward(/** @type {VideoScreen[]} */ moving) {
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

const PATIENCE_S = 0.25;

/**
 * The clock of decoded screens: a frame number that moves with time, and screens that show that very frame. Same duties
 * as `Playback`, which has video elements to steer. When a picture cannot keep up, the clock waits for it.
 */
export class FrameClock extends PlayerClock {
  #frame = 0;
  #anchor = { atMs: 0, frame: 0 };

  get clockS() { return this.#frame / this.fps; }
  get askedFrame() { return clamp(Math.floor(this.#frame + 1e-6), 0, this.frameCount - 1); }

  play(/** @type {number} */ speed = this.speed) {
    const isAtEnd = speed > 0 ? this.askedFrame >= this.frameCount - 1 : this.askedFrame <= 0;
    if (this.mode === "paused" && isAtEnd) return false;
    this.run(speed);
    this.#set(this.#frame);
    return true;
  }

  pause() {
    this.#set(this.isPlaying ? this.shownFrame : this.askedFrame);
    this.stop();
    this.isStalled = false;
  }

  step(/** @type {number} */ frames) {
    if (this.isPlaying) this.pause();
    this.#set(clamp(this.askedFrame + frames, 0, this.frameCount - 1));
    this.tick();
  }

  seekTo(/** @type {number} */ timeS) {
    this.#set(clamp(Math.floor(timeS * this.fps + 1e-3), 0, this.frameCount - 1));
    this.tick();
  }

  tick() {
    if (this.noteTick()) this.#set(this.#frame);
    if (this.isPlaying) this.#move();
    const pace = this.isPlaying ? this.speed * this.fps : 0;
    const moving = this.movingScreens;
    for (const screen of /** @type {DecodedScreen[]} */ (this.openScreens)) screen.show(this.frameFor(screen), moving.includes(screen) ? pace : 0);
  }

  #set(/** @type {number} */ frame) {
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
