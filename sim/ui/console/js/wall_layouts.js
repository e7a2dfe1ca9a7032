/** How many small pictures the wall shows at a time. */

import { must } from "./dom.js";

export const LAYOUTS = [
  { name: "1", tiles: 1, words: "1", long: "one camera at a time" },
  { name: "2x2", tiles: 4, words: "2×2", long: "2 by 2" },
  { name: "3x3", tiles: 9, words: "3×3", long: "3 by 3" },
  { name: "4x4", tiles: 16, words: "4×4", long: "4 by 4" },
];

/** A phone shows four, whatever the layout. */
export const PHONE_LAYOUT = LAYOUTS[1];

/**
 * The layout of a name; the largest there is for a name that is none.
 * @param {string|undefined} name
 * @param {Layout[]} layouts
 */
export function findLayout(name, layouts) {
  return layouts.find((each) => each.name === name) ?? must(layouts.at(-1));
}
