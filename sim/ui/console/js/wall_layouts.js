/** How many small pictures the wall shows at a time. */

import { must } from "./dom.js";

export const LAYOUTS = [
  { name: "1", tiles: 1, words: "1", long: "one camera at a time" },
  { name: "2x2", tiles: 4, words: "2×2", long: "2 by 2" },
  { name: "3x3", tiles: 9, words: "3×3", long: "3 by 3" },
  { name: "4x4", tiles: 16, words: "4×4", long: "4 by 4" },
];

const PHONE_COLUMNS = 2;
const LEAST_ROWS = 2;
const MOST_ROWS = 4;
const MOST_IN_A_ROW = 4;
/** A row of a phone may be this much flatter than its pictures, which then have a margin at their sides. */
const FLATTEST = 0.85;

/**
 * What a phone shows at a time, whatever the layout: two columns, and two to four rows where there is the height; of a
 * few cameras one row, where that makes their pictures larger than two flat ones.
 * @param {number} width pixels there are
 * @param {number} height
 * @param {number} ratio a picture's width by its height
 * @param {number} [cameras] how many there are
 */
export function fitPhone(width, height, ratio, cameras = Infinity) {
  const inOneRowPx = Math.min(height, width / cameras / ratio);
  if (cameras <= MOST_IN_A_ROW && height > 0 && inOneRowPx > Math.min(height / LEAST_ROWS, width / PHONE_COLUMNS / ratio)) {
    return { name: `${cameras}x1`, tiles: cameras, columns: cameras, words: `${cameras}×1`, long: `${cameras} in a row` };
  }
  const rowPx = (Math.max(1, width) / PHONE_COLUMNS / ratio) * FLATTEST;
  const rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.floor(height / rowPx)));
  const tiles = PHONE_COLUMNS * rows;
  return { name: `${PHONE_COLUMNS}x${rows}`, tiles, columns: PHONE_COLUMNS, words: `${PHONE_COLUMNS}×${rows}`, long: `${PHONE_COLUMNS} by ${rows}` };
}

/**
 * The layout that a wall begins with: the smallest square that holds every camera, or the largest there is.
 * @param {number} cameras how many
 * @param {Layout[]} layouts
 */
export function chooseLayout(cameras, layouts) {
  return layouts.find((each) => each.tiles > 1 && each.tiles >= cameras) ?? must(layouts.at(-1));
}

/**
 * The layout of a name; `usual` for a name that is none.
 * @param {string|undefined} name
 * @param {Layout[]} layouts
 * @param {Layout} usual
 */
export function findLayout(name, layouts, usual) {
  return layouts.find((each) => each.name === name) ?? usual;
}
