/** Camera names where there is little room: cut in the middle, so that the end, which tells them apart, can be read. */

import { make } from "./dom.js";

/** Of a longer beginning the first letter always shows, and the dots after it. */
const SHORT = 3;

/**
 * Split every name into what may be cut and the end that stays. The end is as short as it can be while no other name
 * has the same first letter and the same end: of "Main street west" and "Main street far west" the ends are
 * "street west" and "far west".
 *
 * @param {string[]} names
 * @returns {Map<string, [string, string]>} by name: the beginning with its last space, "" for none, and the end
 */
export function splitNames(names) {
  const all = [...new Set(names)];
  return new Map(all.map((name) => [name, splitName(name, all)]));
}

/** @param {string} name @param {string[]} all @returns {[string, string]} */
function splitName(name, all) {
  const words = name.split(" ");
  for (let kept = 1; kept < words.length; kept++) {
    const end = words.slice(-kept).join(" ");
    const isClear = all.every((other) => other === name || other[0] !== name[0] || !` ${other}`.endsWith(` ${end}`));
    if (isClear) return [name.slice(0, -end.length), end];
  }
  return words.length > 1 ? [`${words[0]} `, words.slice(1).join(" ")] : ["", name];
}

/**
 * The parts of an element that shows a name, cut in its middle where there is too little room.
 * @param {[string, string]} split
 */
export function makeNameParts([beginning, end]) {
  const first = beginning ? [make("span", { class: beginning.length > SHORT ? "name-begin name-long" : "name-begin", text: beginning })] : [];
  return [...first, make("span", { class: "name-end", text: end })];
}
