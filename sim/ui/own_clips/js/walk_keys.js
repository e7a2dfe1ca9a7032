/** Keys of the walk's footage: those of the console for playing, arrows for the box, and what a page has besides. */

import { make } from "./dom.js";
import { nameKey, showKey } from "./key_names.js";

const MOVE = 0.004;
const STRIDE = 0.02;
const GROWTH = 1.06;
/** @type {Record<string, XY>} */
const ARROWS = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

/** @typedef {{keys: string[], words: string, run: () => unknown}} WalkKey */

/**
 * @param {object} options
 * @param {HTMLElement} options.root has the focus
 * @param {HTMLElement} options.list where the keys are listed
 * @param {import("./footage_view.js").FootageView} options.view
 * @param {import("./box_layer.js").BoxLayer} options.layer
 * @param {WalkKey[]} options.own
 */
export function addWalkKeys({ root, list, view, layer, own }) {
  const { transport } = view;
  /** @type {WalkKey[]} */
  const keys = [
    ...own,
    { keys: [" "], words: "Play or pause", run: () => transport.toggle() },
    { keys: [","], words: "Previous frame", run: () => transport.step(-1) },
    { keys: ["."], words: "Next frame", run: () => transport.step(1) },
    { keys: ["j"], words: "1 second back", run: () => transport.jumpBy(-1) },
    { keys: ["l"], words: "1 second on", run: () => transport.jumpBy(1) },
    { keys: ["f"], words: "A box in the middle of the picture", run: () => layer.begin(view.zoom.middle, view.zoom.scale) },
    { keys: ["["], words: "Box smaller", run: () => layer.grow(1 / GROWTH, "both") },
    { keys: ["]"], words: "Box larger", run: () => layer.grow(GROWTH, "both") },
    { keys: ["+", "="], words: "Zoom in", run: () => view.zoomBy(1.4, layer.box) },
    { keys: ["-"], words: "Zoom out", run: () => view.zoomBy(1 / 1.4, layer.box) },
  ];
  const arrows = { keys: "← → ↑ ↓", words: "Move the box, with Shift farther; without a box, 1 second back or on" };
  const rows = [...keys.map((each) => ({ keys: each.keys.map(showKey).join(" "), words: each.words })), arrows];
  list.replaceChildren(...rows.map((row) => make("li", {}, make("kbd", { text: row.keys }), ` ${row.words}`)));
  root.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    const key = isUndo ? "z" : nameKey(event);
    const isNative = target.matches("select, summary") || (target.matches("button, [role=slider], ol") && key !== null && /^( |Enter|Arrow.*|Page.*|Home|End)$/.test(key));
    if (key === null || (isNative && !isUndo) || !take(key, event)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** @param {string} key @param {KeyboardEvent} event */
  function take(key, event) {
    const arrow = ARROWS[key];
    const found = keys.find((each) => each.keys.includes(key));
    if (found) found.run();
    else if (/^[1-9]$/.test(key)) return layer.choose(Number(key));
    else if (arrow && layer.box) layer.moveBy(arrow.x * size(event), arrow.y * size(event));
    else if (arrow && arrow.x) transport.jumpBy(arrow.x);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event */
  function size(event) {
    return (event.shiftKey ? STRIDE : MOVE) / view.zoom.scale;
  }
}
