/** A small picture of what each tool does: where to click, in which order, and what comes of it. */

import { makeSvg } from "./dom.js";

const [WIDTH, HEIGHT] = [132, 72];

/** @typedef {["path"|"circle"|"text", Record<string, string|number>, string?]} Stroke tag, attributes, text */

/** @param {string} d @param {string} kind @returns {Stroke} */
const line = (d, kind) => ["path", { d, class: kind }];

/** A click, with its number. @param {number} x @param {number} y @param {number|string} name @returns {Stroke[]} */
const dot = (x, y, name) => [["circle", { cx: x, cy: y, r: 7, class: "help-dot" }], ["text", { x, y: y + 3.5, class: "help-number" }, String(name)]];

/** Somebody who stands. @param {number} x @param {number} y of the feet @param {number} tall @param {string} kind @returns {Stroke[]} */
const person = (x, y, tall, kind) => [["circle", { cx: x, cy: y - tall * 0.87, r: tall * 0.11, class: kind }], line(`M${x - tall * 0.14} ${y - tall * 0.74}H${x + tall * 0.14}L${x + tall * 0.1} ${y}H${x - tall * 0.1}Z`, kind)];

const ROOM = "M16 14H116V58H16Z";
/** A hall as a camera shows it. */
const VIEW = [line("M4 4H128V68H4Z", "help-paper"), line("M4 4L44 20M128 4L88 20M4 68L44 46M128 68L88 46M44 20H88V46H44Z", "help-wall"), line("M58 46V28H74V46", "help-door")];

/** @type {Record<string, Stroke[]>} */
const PICTURES = {
  select: [line(ROOM, "help-chosen"), ["circle", { cx: 116, cy: 58, r: 5, class: "help-corner" }], line("M96 40L112 54M112 54L104 53M112 54L111 46", "help-arrow")],
  scale: [line(ROOM, "help-wall"), line("M16 36H116", "help-measure"), ...dot(16, 36, 1), ...dot(116, 36, 2), ["text", { x: 66, y: 31, class: "help-words" }, "12.5 m"]],
  space: [line("M16 14H116V36H70V58H16Z", "help-room"), ...dot(16, 14, 1), ...dot(116, 14, 2), ...dot(116, 36, 3), ...dot(70, 36, 4), ...dot(70, 58, 5), ...dot(16, 58, 6)],
  door: [line("M8 36H52M84 36H124", "help-wall"), line("M52 36H84", "help-door"), line("M52 36A32 32 0 0 1 84 66", "help-thin"), ...dot(68, 30, 1), ["text", { x: 24, y: 22, class: "help-words" }, "Hall"], ["text", { x: 106, y: 58, class: "help-words" }, "Room"]],
  stairs: [line("M8 60H124", "help-wall"), line("M40 12H92V60H40Z", "help-stairs"), line("M46 24H86M46 32H86M46 40H86M46 48H86M66 20V56", "help-thin"), line("M79 56V18H53V54M53 54L49 47M53 54L57 47", "help-arrow"), ...dot(40, 60, 1), ...dot(92, 12, 2)],
  thing: [line("M8 14H124", "help-wall"), line("M36 14H96V34H36Z", "help-thing"), ...dot(36, 14, 1), ...dot(96, 34, 2), ["text", { x: 66, y: 28, class: "help-words" }, "Lockers"]],
  camera: [line(ROOM, "help-wall"), line("M24 20L100 22L84 56Z", "help-cone"), ...dot(24, 20, 1), ...dot(90, 38, 2)],
  lineup: [line("M16 20H92V62H16Z", "help-below"), line("M34 8H116V50H34Z", "help-room"), ...dot(34, 50, 1), ...dot(16, 62, 2), line("M29 53L22 58", "help-arrow")],
  match: [line("M4 14H56V58H4Z", "help-wall"), line("M20 14H34", "help-door"), ...dot(34, 20, 1), line("M72 8H128V64H72Z", "help-paper"), line("M72 8L90 20M128 8L110 20M72 64L90 48M128 64L110 48M90 20H110V48H90Z", "help-wall"), line("M96 48V30H104V48", "help-door"), ...dot(104, 48, 2), line("M58 36H69M69 36L64 32M69 36L64 40", "help-arrow")],
  people: [...VIEW, ...person(34, 64, 44, "help-person"), ...person(82, 54, 22, "help-person")],
  outline: [...VIEW, line("M92 14H100V60H92Z", "help-outline"), ...dot(92, 14, 1), ...dot(100, 60, 2), ["text", { x: 66, y: 64, class: "help-words" }, "Post"]],
  boxes: [...VIEW, ...person(34, 62, 40, "help-person"), line("M24 18H44V64H24Z", "help-box"), ...dot(24, 18, 1), ...dot(44, 64, 2)],
};

/** @param {string} id of the tool */
export function makeHelpPicture(id) {
  const strokes = PICTURES[id] ?? [];
  return makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "help", "aria-hidden": "true" }, ...strokes.map(([tag, attributes, text]) => {
    const element = makeSvg(tag, attributes);
    if (text) element.textContent = text;
    return element;
  }));
}
