/** What both clocks of the console have in common: the screens, the way of playing, pinning, and what is on screen. */

/** A pause between two ticks longer than this is no playing: the page was held up, or the computer slept. */
const LONGEST_TICK_MS = 1000;

/** Troubles that pass by themselves. */
const PASSING = ["network", "expired"];

export class PlayerClock {
  /** @type {"paused"|"forward"|"reverse"} */
  mode;
  /** @type {number} */
  speed;
  /** @type {number|null} */
  #heldFrame = null;
  #tickedAtMs = performance.now();

  /**
   * @param {object} options
   * @param {FootageScreen[]} options.walls screens of the mosaics, `Screen` or `DecodedScreen`; the first leads
   * @param {AnyScreen} options.main the focused camera's screen
   * @param {number} options.fps
   * @param {number} options.frameCount
   * @param {() => void} options.onEnd playback reached either end of the recording
   */
  constructor({ walls, main, fps, frameCount, onEnd }) {
    this.walls = walls;
    this.main = main;
    this.fps = fps;
    this.frameCount = frameCount;
    this.onEnd = onEnd;
    this.mode = "paused";
    this.speed = 1;
    this.isStalled = false;
  }

  /** The frame that is to be on screen; each clock has its own way to say so. */
  get askedFrame() {
    return 0;
  }

  /** It plays now, backwards with a speed under 0. @param {number} speed */
  run(speed) {
    this.speed = speed;
    this.mode = speed > 0 ? "forward" : "reverse";
  }

  /** It plays no longer. */
  stop() {
    this.mode = "paused";
  }

  get isPlaying() {
    return this.mode !== "paused";
  }

  /** The screen a person is looking at: the main picture once it shows something, else the wall, where there is one. */
  get shownScreen() {
    return this.main.hasPicture || !this.walls.length ? this.main : this.walls[0];
  }

  /** Frame on screen; before anything has been drawn, the frame asked for. */
  get shownFrame() {
    if (this.isPinned) return this.main.hasPicture ? this.main.frame : this.askedFrame;
    const { frame } = this.shownScreen;
    return frame >= 0 ? frame : this.askedFrame;
  }

  /** Site time of the frame on screen, seconds. */
  get shownS() {
    return this.shownFrame / this.fps;
  }

  // The main picture may have a time of its own: the wall then stands still, and the transport moves the main picture

  get isPinned() {
    return this.#heldFrame !== null;
  }

  /** Site time of the wall, seconds. */
  get wallS() {
    return this.#heldFrame === null ? this.shownS : this.#heldFrame / this.fps;
  }

  /** How many frames the main picture is ahead of the wall; 0 while they are together. */
  get mainOffset() {
    return this.#heldFrame === null ? 0 : this.askedFrame - this.#heldFrame;
  }

  /** Let the wall stand still, where it is or at a site time. @param {number} [wallS] */
  pin(wallS = this.shownS) {
    this.#heldFrame = Math.round(wallS * this.fps);
  }

  /** The wall goes along again. */
  unpin() {
    this.#heldFrame = null;
  }

  /** The frame that a screen should show. @param {AnyScreen} screen */
  frameFor(screen) {
    return this.#heldFrame !== null && screen !== this.main ? this.#heldFrame : this.askedFrame;
  }

  /** Screens that something is loaded on; never a tile of the wall, which has no address. */
  get openScreens() {
    const open = [...this.walls, this.main].filter((screen) => screen.url !== null);
    return /** @type {FootageScreen[]} */ (open);
  }

  /** Screens that go along with the clock. */
  get movingScreens() {
    return this.isPinned ? this.openScreens.filter((screen) => screen === this.main) : this.openScreens;
  }

  /**
   * Whether a screen that moves has fallen behind, by more than `slack` frames, what it still has to show. One without a
   * network has: footage that nobody could see must not count as played.
   * @param {number} slack
   */
  isLate(slack) {
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
