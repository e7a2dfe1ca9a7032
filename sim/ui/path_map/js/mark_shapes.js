/** The shape of a mark says what it hit: a square the right person, a diamond a wrong one, a ring nobody. */

import { makeSvg } from "./dom.js";

/** @type {Record<string, () => SVGElement>} */
const SHAPES = {
  right: () => makeSvg("rect", { x: -11, y: -11, width: 22, height: 22, rx: 3, class: "shape right" }),
  "wrong person": () => makeSvg("path", { d: "M0-15L15 0L0 15L-15 0Z", class: "shape wrong" }),
};

/** Return the shape of a kind of mark, about the origin, some 22 to 30 px wide. @param {string} kind */
export function makeShape(kind) {
  return (SHAPES[kind] ?? (() => makeSvg("circle", { r: 12, class: "shape nobody" })))();
}
