/** What both clocks of the console have in common: the screens, the way of playing, and what is on screen. */

export class PlayerClock {
  /**
   * @param {object} options
   * @param {object[]} options.walls screens of the mosaics, `Screen` or `DecodedScreen`; the first leads
   * @param {object} options.main the focused camera's screen
   * @param {number} options.fps
   * @param {number} options.frameCount
   * @param {() => void} options.onEnd playback reached either end of the recording
   */
  constructor({ walls, main, fps, frameCount, onEnd }) {
    Object.assign(this, { walls, main, fps, frameCount, onEnd });
    this.mode = "paused";
    this.speed = 1;
  }

  get isPlaying() {
    return this.mode !== "paused";
  }

  /** The screen a person is looking at: the main picture once it shows something, else the wall. */
  get shownScreen() {
    return this.main.hasPicture ? this.main : this.walls[0];
  }

  /** Frame on screen; before anything has been drawn, the frame asked for. */
  get shownFrame() {
    const { frame } = this.shownScreen;
    return frame >= 0 ? frame : this.askedFrame;
  }

  /** Site time of the frame on screen, seconds. */
  get shownS() {
    return this.shownFrame / this.fps;
  }
}
