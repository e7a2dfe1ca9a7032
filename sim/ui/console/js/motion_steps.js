/** Previous and next motion of the main picture's camera, by the rule in motion_rule.js. */


const MOVING_LEVEL = 26;
const QUIET_LEVEL = 17;

/** Seconds in which motion begins, rising; what moves in the first second begins there. @param {Uint8Array} levels */
export function listMotionStarts(levels) {
  /** @type {number[]} */
  const starts = [];
  let isMoving = false;
  levels.forEach((level, second) => {
    if (!isMoving && level >= MOVING_LEVEL) starts.push(second);
    isMoving = isMoving ? level >= QUIET_LEVEL : level >= MOVING_LEVEL;
  });
  return starts;
}

/**
 * The next beginning after a time, or the last one before it, seconds; null when there is none.
 * @param {Uint8Array} levels
 * @param {number} everyS
 * @param {number} timeS
 * @param {number} direction
 */
export function findMotionStart(levels, everyS, timeS, direction) {
  const starts = listMotionStarts(levels).map((place) => place * everyS);
  const found = direction > 0 ? starts.find((each) => each > timeS + 1e-6) : starts.findLast((each) => each < timeS - 1e-6);
  return found ?? null;
}

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
