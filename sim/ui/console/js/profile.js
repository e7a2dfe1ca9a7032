/** What this drill's console offers: a profile of sim/attempt/options.py, as it comes with the page's data. */

import { getElement, must } from "./dom.js";

export function showProfile(/** @type {Parts} */ parts, /** @type {Profile} */ profile) {
  const { console: root, frame, reverse, tabPlan } = parts;
  root.dataset.profile = profile.name;
  root.dataset.map = profile.map ? "on" : "off";
  frame.dataset.narrow = String(profile.is_narrow);
  reverse.hidden = !canReverse(profile);
  tabPlan.hidden = !profile.map;
  const [short, long] = [findJump(profile, false), findJump(profile, true)];
  nameJump(parts.backOne, short, "back");
  nameJump(parts.forwardOne, short, "on");
  nameJump(parts.backTen, long, "back");
  nameJump(parts.forwardTen, long, "on");
}

/** Seconds; 0 where the profile has none: with one length there are the outer buttons only. */
export function findJump(/** @type {Profile} */ { jumps_s: jumpsS }, /** @type {boolean} */ isLong) {
  return isLong ? must(jumpsS.at(-1)) : jumpsS.length > 1 ? jumpsS[0] : 0;
}

function nameJump(/** @type {HTMLElement} */ button, /** @type {number} */ seconds, /** @type {string} */ way) {
  const words = `${sayS(seconds)} ${way}`;
  button.hidden = seconds === 0;
  button.setAttribute("aria-label", words);
  button.title = words;
  getElement(button, "span:last-child").textContent = String(seconds);
}

export function sayS(/** @type {number} */ seconds) {
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}

/** The rows of a table of keys that the profile offers, in its words. */
export function listProfileKeys(/** @type {KeyRow[]} */ table, /** @type {Profile} */ profile) {
  const gone = [...(profile.map ? [] : ["togglePlan"]), ...(canReverse(profile) ? [] : ["shuttleBack"])];
  const [short, long] = [profile.jumps_s[0], profile.jumps_s.at(-1)];
  /** @param {string} words */
  const jump = (words) => words.replace("1 second", sayS(short)).replace(", with Shift 10 seconds", short === long ? "" : `, with Shift ${long} seconds`);
  const taken = Object.values(profile.keys);
  const change = (/** @type {KeyRow} */ row) => ({
    ...row,
    keys: profile.keys[row.action] ? [profile.keys[row.action]] : row.keys.filter((key) => !taken.includes(key)),
    words: row.action.startsWith("arrow") ? jump(row.words) : (profile.buttons[row.action] ?? row.words),
  });
  return table.filter((row) => !gone.includes(row.action)).map(change);
}

function canReverse(/** @type {Profile} */ profile) {
  return profile.speeds.some((speed) => speed < 0);
}
