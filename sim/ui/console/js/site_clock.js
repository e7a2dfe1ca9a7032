/** The site's clock: site seconds to the words the cameras show, and back from what a person types. */

import { must } from "./dom.js";

const START = /^\d{4}-\d\d-\d\dT(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?/;
const TYPED = /^(\d{1,2})(?:[:.\s]?(\d\d))?(?:[:.\s]?(\d\d))?(?:\.\d+)?\s*(?:([ap])\.?\s*m?\.?)?$/i;
const MOVED = /^([+\-−–])\s*(?:(\d{1,3}):)?(\d{1,5})(?:\.\d+)?\s*s?$/i;
const DAY_S = 86400;

export class SiteClock {
  constructor(/** @type {string} */ startTime, /** @type {number} */ durationS) {
    const [, hours = 0, minutes = 0, seconds = 0] = START.exec(startTime) ?? [];
    this.startS = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    this.durationS = durationS;
  }

  /** "8:02:40 AM" for a site time. @param {number} timeS */
  words(timeS) {
    const { hours, minutes, seconds, half } = this.#split(timeS);
    return `${hours}:${pad(minutes)}:${pad(seconds)} ${half}`;
  }

  /** "8:02" on a full minute, "8:02:30" between. @param {number} timeS */
  shortWords(timeS) {
    const { hours, minutes, seconds } = this.#split(timeS);
    return seconds ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${hours}:${pad(minutes)}`;
  }

  /**
   * Read a typed time: `{timeS}`, or `{problem}` in words. Accepts 8:02:40, 802, 80240, 8:02:40 AM, 8:02 a.m., and a
   * way to go from `atS`: +10, -30 in seconds, +1:30 in minutes and seconds; that ends at the recording's ends.
   */
  parse(/** @type {string} */ text, /** @type {number} */ atS = 0) {
    const words = text.trim();
    if (MOVED.test(words)) return this.#move(words, atS);
    const typed = TYPED.exec(words);
    if (!typed) {
      const how = `Type it like ${this.words(0)}, or +10 and -10 for seconds from here.`;
      return { problem: words === "" ? `No time was typed. ${how}` : `“${words}” is not a time. ${how}` };
    }
    const [hours, minutes, seconds] = [typed[1], typed[2] ?? 0, typed[3] ?? 0].map(Number);
    if (Math.max(hours, minutes, seconds) > 59) return { problem: `There is no time ${words}. Minutes and seconds go up to 59.` };
    const readings = this.#readings(hours, minutes, seconds, typed);
    if (!readings.length) return { problem: `There is no time ${words}. Hours go up to 23.` };
    for (const dayS of readings) {
      const timeS = (dayS - this.startS + DAY_S) % DAY_S;
      if (timeS <= this.durationS) return { timeS };
    }
    const last = this.words(Math.max(0, this.durationS - 1));
    return { problem: `The recording runs from ${this.words(0)} to ${last}.` };
  }

  #move(/** @type {string} */ words, /** @type {number} */ atS) {
    const [, sign, minutes = 0, seconds] = must(MOVED.exec(words));
    if (minutes && Number(seconds) > 59) return { problem: `${words} has more than 59 seconds. Type ${sign}1:30 or ${sign}90.` };
    const moved = (Number(minutes) * 60 + Number(seconds)) * (sign === "+" ? 1 : -1);
    return { timeS: Math.max(0, Math.min(this.durationS, atS + moved)) };
  }

  #readings(/** @type {number} */ hours, /** @type {number} */ minutes, /** @type {number} */ seconds, /** @type {RegExpExecArray} */ typed) {
    const rest = minutes * 60 + seconds;
    const half = typed[4]?.toLowerCase();
    if (half && hours <= 12) return [(hours % 12) * 3600 + (half === "p" ? DAY_S / 2 : 0) + rest];
    const readings = hours <= 23 ? [hours * 3600 + rest] : [];
    if (hours <= 12) readings.push((hours % 12) * 3600 + rest, (hours % 12) * 3600 + DAY_S / 2 + rest);
    const isMinutesAndSeconds = typed[2] !== undefined && typed[3] === undefined;
    if (isMinutesAndSeconds) {
      const firstHour = Math.floor(this.startS / 3600);
      const lastHour = Math.floor((this.startS + this.durationS) / 3600);
      for (let hour = firstHour; hour <= lastHour; hour++) readings.push(hour * 3600 + hours * 60 + minutes);
    }
    return readings;
  }

  #split(/** @type {number} */ timeS) {
    const whole = (Math.floor(this.startS + timeS + 1e-6) + DAY_S) % DAY_S;
    const hours24 = Math.floor(whole / 3600);
    return {
      hours: hours24 % 12 || 12,
      minutes: Math.floor(whole / 60) % 60,
      seconds: whole % 60,
      half: hours24 < 12 ? "AM" : "PM",
    };
  }
}

function pad(/** @type {number} */ value) {
  return String(value).padStart(2, "0");
}

/** "3:07" left, rounded up so that 0:00 means over. @param {number} leftMs */
export function countdownWords(leftMs) {
  const left = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(left / 60)}:${pad(left % 60)}`;
}

/** "3 minutes 7 seconds", for people who listen. @param {number} leftMs */
export function spokenDuration(leftMs) {
  const left = Math.max(0, Math.ceil(leftMs / 1000));
  const [minutes, seconds] = [Math.floor(left / 60), left % 60];
  const parts = [];
  if (minutes) parts.push(`${minutes} minute${minutes === 1 ? "" : "s"}`);
  if (seconds || !minutes) parts.push(`${seconds} second${seconds === 1 ? "" : "s"}`);
  return parts.join(" ");
}
