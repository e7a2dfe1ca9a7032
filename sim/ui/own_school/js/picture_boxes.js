/** What is to be painted out of a camera's picture: people that were found in it, and boxes drawn by hand. Pure but for the drawing. */

import { makeSvg } from "./dom.js";

const LEAST = 0.004;

/**
 * The boxes after a click: one that was clicked is gone; else a first corner waits for the second.
 * @param {Box[]} boxes
 * @param {Point[]} trail corners clicked so far
 * @param {Point} spot shares
 * @returns {{boxes: Box[], trail: Point[]}}
 */
export function takeBoxClick(boxes, trail, spot) {
  const [from] = trail;
  if (from === undefined) {
    const hit = boxes.findLastIndex((box) => isInBox(box, spot));
    return hit < 0 ? { boxes, trail: [spot] } : { boxes: boxes.toSpliced(hit, 1), trail: [] };
  }
  const box = [Math.min(from[0], spot[0]), Math.min(from[1], spot[1]), Math.max(from[0], spot[0]), Math.max(from[1], spot[1])].map((value) => Math.round(value * 1e4) / 1e4);
  return { boxes: box[2] - box[0] < LEAST || box[3] - box[1] < LEAST ? boxes : [...boxes, box], trail: [] };
}

/** @param {Box} box @param {Point} spot */
function isInBox([left, top, right, bottom], [u, v]) {
  return u >= left && u <= right && v >= top && v <= bottom;
}

/** @param {import("./sheet.js").Sheet} sheet @param {Box[]} boxes @param {number} ratio */
export function drawBoxes(sheet, boxes, ratio) {
  return boxes.map(([left, top, right, bottom]) => {
    const [x, y] = sheet.toPixels([left, top * ratio]);
    const [x2, y2] = sheet.toPixels([right, bottom * ratio]);
    return makeSvg("rect", { x, y, width: x2 - x, height: y2 - y, class: "box" });
  });
}
