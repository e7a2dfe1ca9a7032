/** Previous and next motion of the main picture's camera, by the rule in motion_rule.js. */

import { findMotionStart } from "./motion_rule.js";

/** Playing, "previous" means the one before the one that has just begun. */
const JUST_BEGUN_S = 1.5;

export class MotionSteps {
  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { tools } = console_;
    tools.add({ name: "motionBack", icon: "motionBack", label: "Previous motion", key: "<", run: () => this.#step(-1) });
    tools.add({ name: "motionForward", icon: "motionForward", label: "Next motion", key: ">", run: () => this.#step(1) });
  }

  get actions() {
    return { motionBack: () => this.#step(-1), motionForward: () => this.#step(1) };
  }

  /** @param {number} direction */
  #step(direction) {
    const { motion, picture, sayings, clock, transport, isLive } = this.console;
    if (!isLive) return;
    const { cameraId, playback } = picture;
    if (cameraId === null) {
      sayings.hint("Choose a camera first");
      return;
    }
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
