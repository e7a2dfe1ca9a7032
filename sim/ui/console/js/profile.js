/** What this drill's console offers: a profile of sim/drill/profile.py, as it comes with the page's data. */

const JUMP_BUTTONS = { backTen: 10, forwardTen: 10, backOne: 1, forwardOne: 1 };

/**
 * Show only what the profile offers.
 *
 * @param {Parts} parts elements by `data-part`
 * @param {Profile} profile
 */
export function showProfile(parts, profile) {
  const { console: root, frame, reverse, tabPlan } = parts;
  root.dataset.profile = profile.name;
  root.dataset.map = profile.map ? "on" : "off";
  frame.dataset.narrow = String(profile.is_narrow);
  reverse.hidden = !canReverse(profile);
  tabPlan.hidden = !profile.map;
  for (const [name, seconds] of Object.entries(JUMP_BUTTONS)) parts[/** @type {keyof typeof JUMP_BUTTONS} */ (name)].hidden = !profile.jumps_s.includes(seconds);
}

/**
 * The rows of a table of keys that the profile offers, in its words.
 * @param {KeyRow[]} table
 * @param {Profile} profile
 */
export function listProfileKeys(table, profile) {
  const gone = [...(profile.map ? [] : ["togglePlan"]), ...(canReverse(profile) ? [] : ["shuttleBack"])];
  const [short, long] = [profile.jumps_s[0], profile.jumps_s.at(-1)];
  /** @param {string} words */
  const jump = (words) => words.replace("1 second", short === 1 ? "1 second" : `${short} seconds`).replace(", with Shift 10 seconds", short === long ? "" : `, with Shift ${long} seconds`);
  return table.filter((row) => !gone.includes(row.action)).map((row) => (row.action.startsWith("arrow") ? { ...row, words: jump(row.words) } : row));
}

/** @param {Profile} profile */
function canReverse(profile) {
  return profile.speeds.some((speed) => speed < 0);
}
