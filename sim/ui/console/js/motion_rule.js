/**
 * Where motion begins. A level is 255 times the root of the share of the picture that changed in a second.
 *
 * Motion begins in the first second of at least 26 (a hundredth of the picture), and ends with a quiet second, under 17
 * (a fourhundredth). What flickers between the two goes on as it was, so that one walk through the picture is one motion.
 */

export const MOVING_LEVEL = 26;
export const QUIET_LEVEL = 17;

/**
 * Seconds in which motion begins, rising; what moves in the first second begins there.
 * @param {Uint8Array} levels
 */
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
