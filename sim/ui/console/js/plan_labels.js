/** Names of zones on the plan: in one or two lines where they are least in the way, or not at all. */

import { makeSvg } from "./dom.js";

const LABEL_PX = 11;
const LETTER_WIDTH = 0.54;
const LINE_HEIGHT = 1.15;
const GRID_PX = 4;
const SIGN_PX = 8;
const ROOM_ENOUGH_PX = 60;

/**
 * The name's lines as SVG text, none where it would not fit.
 * @param {string} name
 * @param {number[][]} outline of the zone, pixels
 * @param {number[][]} signs to keep away from, pixels
 */
export function makeLabel(name, outline, signs) {
  for (const lines of breakLabel(name)) {
    const width = Math.max(...lines.map((line) => line.length)) * LABEL_PX * LETTER_WIDTH;
    const height = lines.length * LABEL_PX * LINE_HEIGHT;
    const center = findRoom(outline, signs, width, height);
    if (center) return lines.map((line, index) => writeLine(line, center, index - (lines.length - 1) / 2));
  }
  return [];
}

/** The name on one line, then broken in two at each space. @param {string} name */
function breakLabel(name) {
  const words = name.split(" ");
  const broken = words.slice(1).map((_, index) => [words.slice(0, index + 1).join(" "), words.slice(index + 1).join(" ")]);
  return [[name], ...broken];
}

/** @param {string} line @param {Point} point @param {number} place */
function writeLine(line, [x, y], place) {
  const text = makeSvg("text", { x, y: y + place * LABEL_PX * LINE_HEIGHT, class: "plan-label", "font-size": LABEL_PX });
  text.textContent = line;
  return text;
}

/**
 * The center of a box of that size inside the outline, as far from the signs as it can be; null when there is none.
 * @param {Point[]} outline
 * @param {Point[]} signs
 * @param {number} width
 * @param {number} height
 */
function findRoom(outline, signs, width, height) {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  let best = null;
  let bestDistance = SIGN_PX;
  for (let x = Math.min(...xs) + width / 2; x <= Math.max(...xs) - width / 2; x += GRID_PX) {
    for (let y = Math.min(...ys) + height / 2; y <= Math.max(...ys) - height / 2; y += GRID_PX) {
      const corners = [-1, 1].flatMap((side) => [-1, 0, 1].map((half) => [x + (side * width) / 2, y + (half * height) / 2]));
      if (!corners.every((corner) => isInside(corner, outline))) continue;
      /** @param {Point} point */
      const away = ([signX, signY]) => Math.hypot(Math.max(0, Math.abs(signX - x) - width / 2), Math.max(0, Math.abs(signY - y) - height / 2));
      const distance = Math.min(...signs.map(away), ROOM_ENOUGH_PX);
      if (distance > bestDistance) [best, bestDistance] = [[x, y], distance];
    }
  }
  return best;
}

/** Even-odd rule. @param {Point} point @param {Point[]} outline */
function isInside([x, y], outline) {
  let inside = false;
  outline.forEach(([x1, y1], index) => {
    const [x2, y2] = outline[(index + 1) % outline.length];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
