/**
 * A surface to draw on, of the plan or of a picture: closer and wider by the console's plan view, clicks and drags in its
 * own units, and a cross for the keyboard. Everything is drawn again when something changes.
 */

import { clamp, make, makeSvg, makeSvgText } from "./dom.js";
import { findBelow, layStairs, snapToWall } from "./plan_geometry.js";
import { PlanView } from "./plan_view.js";

const MARGIN_PX = 14;
const STEP_PX = 12;
const FINE_PX = 1;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @typedef {object} SheetOptions
 * @property {string} name
 * @property {string} label for screen readers
 * @property {boolean} isUp whether y grows upward
 * @property {(point: Point) => void} onClick
 * @property {(point: Point) => void} onMove
 * @property {(event: KeyboardEvent) => boolean} onKey whether the key was taken
 * @property {(() => boolean)} [isBoxing] whether a drag draws a box now, in place of moving the view
 * @property {(from: Point, to: Point, isDone: boolean) => void} [onBox]
 * @property {(sheet: Sheet) => Node[]} draw
 */

export class Sheet {
  /** What is shown, in its own units: left, low, right, high. @type {number[]} */ extent = [0, 0, 60, 40];
  /** @type {Point|null} */ cross = null;
  #request = 0;
  #isHandled = false;
  /** Whether the last click or move was with Alt: it is meant exactly there. */
  isExact = false;
  /** Its size, read once a drawing: each reading has the browser lay out the page. @type {{width: number, height: number}|null} */
  #size = null;

  constructor(/** @type {SheetOptions} */ options) {
    this.options = options;
    const { name, label } = options;
    this.closer = make("button", { type: "button", class: "small", "aria-label": "Closer", text: "+" });
    this.wider = make("button", { type: "button", class: "small", "aria-label": "Wider", text: "−" });
    this.svg = makeSvg("svg", { class: "drawn" });
    this.map = make("div", { class: "sheet", "data-sheet": name, tabindex: "0", role: "application", "aria-label": label }, this.svg);
    this.element = make("div", { class: "sheet-frame" }, this.map, make("div", { class: "sheet-buttons" }, make("button", { type: "button", class: "small", text: "Show all", on: { click: () => this.view.reset() } }), this.closer, this.wider));
    // before the view's own: the wheel scrolls the page, with Ctrl it comes closer
    this.map.addEventListener("wheel", (event) => event.ctrlKey || event.metaKey || event.stopImmediatePropagation());
    // a field that is left by a click here must know, and Escape is for what was clicked
    this.map.addEventListener("pointerdown", () => this.map.focus({ preventScroll: true }), { capture: true });
    this.map.addEventListener("pointerdown", (event) => options.isBoxing?.() && this.#dragBox(event));
    const parts = /** @type {Parts} */ (/** @type {unknown} */ ({ planMap: this.map, planCloser: this.closer, planWider: this.wider }));
    this.view = new PlanView(parts, () => this.redraw(), options.isUp ? 0.5 : 1);
    this.map.addEventListener("click", (event) => this.#click(event));
    this.map.addEventListener("pointermove", (event) => {
      this.isExact = event.altKey;
      options.onMove(this.toUnits(this.#place(event)));
    });
    this.map.addEventListener("keydown", (event) => this.#press(event));
    this.sizes = new ResizeObserver(() => {
      this.#size = null;
      this.redraw();
    });
    this.sizes.observe(this.map);
  }

  destroy() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.#request);
  }

  get scale() { return this.#fit().scale * this.view.scale; }

  redraw() {
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame(() => this.#draw());
  }

  toPixels(/** @type {number[]} */ point) {
    const { width, height } = this.#fit();
    return this.view.place(this.#toWhole(point), width, height);
  }

  /** Have a place in the middle, and so many units around it in sight. @param {number[]} point @param {number} across */
  lookAt(point, across) {
    this.#size = null;
    const { scale, width, height } = this.#fit();
    this.view.center(this.#toWhole(point), width, height, Math.min(width, height) / across / scale);
  }

  /** Where a point is while all is in sight, pixels. @param {number[]} point @returns {Point} */
  #toWhole([x, y]) {
    const { scale, left, top } = this.#fit();
    const [low, high] = [this.extent[1], this.extent[3]];
    return [left + (x - this.extent[0]) * scale, top + (this.options.isUp ? high - y : y - low) * scale];
  }

  toUnits(/** @type {Point} */ [x, y]) {
    const { scale, left, top, width, height } = this.#fit();
    const [zeroX, zeroY] = this.view.place([0, 0], width, height);
    const [wholeX, wholeY] = [(x - zeroX) / this.view.scale, (y - zeroY) / this.view.scale];
    const down = (wholeY - top) / scale;
    return [this.extent[0] + (wholeX - left) / scale, this.options.isUp ? this.extent[3] - down : this.extent[1] + down];
  }

  /**
   * Let an element of the drawing be dragged; a press that does not move is a click on it. All else that is drawn is not
   * pressed: a click whose element is drawn again meanwhile would be none.
   * @param {SVGElement} handle
   * @param {{onDrag: (point: Point) => void, onDrop: (point: Point) => void, onCancel: () => void, onClick: (point: Point) => void}} on
   */
  makeHandle(handle, { onDrag, onDrop, onCancel, onClick }) {
    handle.classList.add("handle");
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      if (!event.isPrimary || event.button !== 0) return;
      const from = this.#place(event);
      let isDrag = false;
      const move = (/** @type {PointerEvent} */ moved) => {
        if (moved.pointerId !== event.pointerId) return;
        const now = this.#place(moved);
        isDrag ||= Math.hypot(now[0] - from[0], now[1] - from[1]) > 5;
        if (isDrag) onDrag(this.toUnits(now));
      };
      const end = (/** @type {PointerEvent} */ ended) => {
        if (ended.pointerId !== event.pointerId) return;
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
        this.#isHandled = true;
        setTimeout(() => (this.#isHandled = false));
        if (ended.type !== "pointerup") onCancel();
        else if (isDrag) onDrop(this.toUnits(this.#place(ended)));
        else onClick(this.toUnits(from));
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
    });
    handle.addEventListener("click", (event) => event.stopPropagation());
    return handle;
  }

  #dragBox(/** @type {PointerEvent} */ event) {
    event.stopImmediatePropagation();
    const from = this.#place(event);
    const move = (/** @type {PointerEvent} */ moved) => {
      const to = this.#place(moved);
      const isDone = moved.type === "pointerup";
      if (isDone) window.removeEventListener("pointermove", move);
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 5) return;
      this.options.onBox?.(this.toUnits(from), this.toUnits(to), isDone);
      this.#isHandled = true;
      if (isDone) setTimeout(() => (this.#isHandled = false));
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", move, { once: true });
  }

  #fit() {
    const { width, height } = (this.#size ??= { width: this.map.clientWidth || 1, height: this.map.clientHeight || 1 });
    const [x1, y1, x2, y2] = this.extent;
    const scale = Math.max(1e-6, Math.min((width - 2 * MARGIN_PX) / (x2 - x1), (height - 2 * MARGIN_PX) / (y2 - y1)));
    return { scale, width, height, left: (width - (x2 - x1) * scale) / 2, top: (height - (y2 - y1) * scale) / 2 };
  }

  #draw() {
    this.#size = null;
    const { width, height } = this.#fit();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(...this.options.draw(this), ...this.#drawCross());
    const [x, y] = this.toUnits([0, 0]);
    Object.assign(this.map.dataset, { left: x.toFixed(5), top: y.toFixed(5), scale: this.scale.toFixed(5) });
  }

  #drawCross() {
    if (this.cross === null) return [];
    const [x, y] = this.toPixels(this.cross);
    return [makeSvg("path", { class: "cross", d: `M${x - 14} ${y}H${x + 14}M${x} ${y - 14}V${y + 14}` })];
  }

  #place(/** @type {MouseEvent} */ event) {
    const box = this.map.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #click(/** @type {MouseEvent} */ event) {
    if (event.detail === 0 || this.#isHandled) return;
    this.cross = null;
    this.isExact = event.altKey;
    this.options.onClick(this.toUnits(this.#place(event)));
    this.redraw();
  }

  #press(/** @type {KeyboardEvent} */ event) {
    this.isExact = event.altKey;
    const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (this.options.onKey(event)) event.preventDefault();
    else if (arrow) this.#moveCross(arrow, event.shiftKey ? FINE_PX : STEP_PX);
    else if (event.key === "Enter" && this.cross !== null) this.options.onClick(this.cross);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.redraw();
  }

  #moveCross(/** @type {number[]} */ [across, down], /** @type {number} */ step) {
    const { clientWidth: width, clientHeight: height } = this.map;
    const [x, y] = this.cross ? this.toPixels(this.cross) : [width / 2, height / 2];
    this.cross = this.toUnits([clamp(x + across * step, 0, width), clamp(y + down * step, 0, height)]);
    this.options.onMove(this.cross);
  }
}

// What is drawn of a floor: its picture, spaces, doors, furniture, cameras, problems, and what is under way.

const SIGN_PX = 9;
const CONE_M = 7;
const USUAL_FIELD = 85;

/**
 * @typedef {object} PlanScene
 * @property {SchoolDrawing} drawing
 * @property {string} floor
 * @property {string|null} pictureUrl
 * @property {ChosenPart|null} chosen
 * @property {Point[]} trail corners clicked so far
 * @property {Point|null} pointer
 * @property {PlanProblem[]} problems
 * @property {{at: Point, name: string, kind: string}[]} pins points of the match
 * @property {Point[]} people
 * @property {(sign: SVGElement, part: ChosenPart, corner: number|null) => SVGElement} makeHandle
 */

export function drawPlan(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ scene) {
  const { drawing, floor } = scene;
  /** @template {{floor: string}} Part @param {Record<string, Part>} parts @returns {[string, Part][]} */
  const here = (parts) => Object.entries(parts).filter(([, part]) => part.floor === floor);
  const outlines = here(drawing.spaces).map(([, space]) => space.polygon);
  return [
    ...drawUnderlay(sheet, drawing.floors[floor].picture, scene.pictureUrl),
    ...drawBelow(sheet, scene),
    ...here(drawing.spaces).flatMap(([name, space]) => drawSpace(sheet, scene, name, space)),
    ...here(drawing.things).flatMap(([name, thing]) => drawThing(sheet, scene, name, thing)),
    ...Object.entries(drawing.stairs).filter(([, stairs]) => stairs.floor === floor || stairs.upper === floor).flatMap(([name, stairs]) => drawStairs(sheet, scene, name, stairs)),
    ...here(drawing.doors).map(([name, door]) => drawDoor(sheet, scene, outlines, name, door)),
    ...here(drawing.cameras).flatMap(([name, camera]) => drawCamera(sheet, scene, name, camera)),
    ...drawCorners(sheet, scene),
    ...drawTrail(sheet, scene),
    ...scene.people.map((at) => drawDot(sheet, at, "person", 5)),
    ...scene.pins.flatMap(({ at, name, kind }) => drawPin(sheet, at, name, kind)),
    ...scene.problems.filter((problem) => problem.floor === floor).map((problem) => drawProblem(sheet, problem)),
  ];
}

function drawUnderlay(/** @type {Sheet} */ sheet, /** @type {PlanPicture|null} */ picture, /** @type {string|null} */ url) {
  if (picture === null || url === null) return [];
  const [width, height] = picture.size_wh.map((size) => size * picture.m_per_px);
  const [x, y] = sheet.toPixels(picture.at);
  return [makeSvg("image", { href: url, x, y: y - height * sheet.scale, width: width * sheet.scale, height: height * sheet.scale, transform: `rotate(${-picture.turn_deg} ${x} ${y})`, class: "underlay", preserveAspectRatio: "none" })];
}

function drawBelow(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ { drawing, floor }) {
  const below = findBelow(drawing.floors, floor);
  return Object.values(drawing.spaces).filter((space) => space.floor === below).map((space) => makeSvg("polygon", { points: writePoints(sheet, space.polygon), class: "below" }));
}

function drawStairs(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ scene, /** @type {string} */ name, /** @type {DrawnStairs} */ stairs) {
  const outline = makeSvg("polygon", { points: writePoints(sheet, stairs.polygon), class: `stairs${stateOf(scene, "stairs", name)}`, "data-stairs": name });
  const { steps, arrow } = layStairs(stairs);
  const lines = steps.map((line) => makeSvg("polyline", { points: writePoints(sheet, line), class: "step" }));
  const [before, tip] = arrow.slice(-2).map((point) => sheet.toPixels(point));
  const turn = (Math.atan2(tip[1] - before[1], tip[0] - before[0]) * 180) / Math.PI;
  const head = makeSvg("path", { d: "M-9 -5L0 0L-9 5", transform: `translate(${tip[0]} ${tip[1]}) rotate(${turn})`, class: "climb" });
  return [outline, ...lines, makeSvg("polyline", { points: writePoints(sheet, arrow), class: "climb" }), head];
}

export function writePoints(/** @type {Sheet} */ sheet, /** @type {Point[]} */ points) {
  return points.map((point) => sheet.toPixels(point).map((value) => value.toFixed(1)).join()).join(" ");
}

function stateOf(/** @type {PlanScene} */ scene, /** @type {PartKind} */ kind, /** @type {string} */ name) {
  return scene.chosen?.kind === kind && scene.chosen.name === name ? " chosen" : "";
}

function drawSpace(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ scene, /** @type {string} */ name, /** @type {DrawnSpace} */ space) {
  const outline = makeSvg("polygon", { points: writePoints(sheet, space.polygon), class: `space ${space.kind}${stateOf(scene, "spaces", name)}`, "data-space": name });
  const middle = space.polygon.reduce(([x, y], point) => [x + point[0] / space.polygon.length, y + point[1] / space.polygon.length], [0, 0]);
  const [x, y] = sheet.toPixels(middle);
  return [outline, makeSvgText("text", space.name, { x, y, class: "label" })];
}

function drawThing(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ scene, /** @type {string} */ name, /** @type {DrawnThing} */ thing) {
  return [makeSvg("polygon", { points: writePoints(sheet, thing.polygon), class: `thing${stateOf(scene, "things", name)}`, "data-thing": name })];
}

/** @param {Sheet} sheet @param {PlanScene} scene @param {Point[][]} outlines of the floor's spaces @param {string} name @param {DrawnDoor} door */
function drawDoor(sheet, scene, outlines, name, door) {
  const wall = snapToWall(door.at, outlines, 1.5);
  const along = wall?.along ?? [1, 0];
  const ends = [-1, 1].map((side) => sheet.toPixels([door.at[0] + (side * along[0] * door.width_m) / 2, door.at[1] + (side * along[1] * door.width_m) / 2]));
  const line = makeSvg("line", { x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1], class: `door ${door.kind}${wall ? "" : " lost"}${stateOf(scene, "doors", name)}`, "data-door": name });
  line.append(makeSvgText("title", door.name));
  return scene.makeHandle(line, { kind: "doors", name }, null);
}

function drawCamera(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ scene, /** @type {string} */ name, /** @type {DrawnCamera} */ camera) {
  const at = camera.found?.at ?? camera.at;
  const [yaw, field] = [camera.found?.yaw_deg ?? camera.yaw_deg, camera.found?.hfov_deg ?? camera.hfov_deg ?? USUAL_FIELD];
  const arc = [-1, -0.5, 0, 0.5, 1].map((side) => {
    const angle = ((yaw + (side * field) / 2) * Math.PI) / 180;
    return [at[0] + CONE_M * Math.cos(angle), at[1] + CONE_M * Math.sin(angle)];
  });
  const [x, y] = sheet.toPixels(at);
  const state = `${camera.found ? " matched" : ""}${stateOf(scene, "cameras", name)}`;
  const sign = makeSvg("g", { class: `camera${state}`, "data-camera": name }, makeSvg("circle", { cx: x, cy: y, r: SIGN_PX + 3 }));
  sign.append(makeSvgText("text", String(Number(name.slice(4))), { x, y: y + 4 }), makeSvgText("title", `${name} ${camera.name}`));
  return [makeSvg("polygon", { points: writePoints(sheet, [at, ...arc]), class: `cone${state}` }), scene.makeHandle(sign, { kind: "cameras", name }, null)];
}

function drawCorners(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ scene) {
  const { chosen, drawing } = scene;
  if (chosen === null || (chosen.kind !== "spaces" && chosen.kind !== "things" && chosen.kind !== "stairs")) return [];
  const part = drawing[chosen.kind][chosen.name];
  if (!part || (part.floor !== scene.floor && !("upper" in part && part.upper === scene.floor))) return [];
  return part.polygon.map((corner, number) => scene.makeHandle(drawDot(sheet, corner, "corner", 7), chosen, number));
}

function drawTrail(/** @type {Sheet} */ sheet, /** @type {PlanScene} */ { trail, pointer }) {
  if (trail.length === 0) return [];
  const points = pointer === null ? trail : [...trail, pointer];
  return [makeSvg("polyline", { points: writePoints(sheet, points), class: "trail" }), ...trail.map((corner, number) => drawDot(sheet, corner, number === 0 ? "corner first" : "corner", 6))];
}

export function drawDot(/** @type {Sheet} */ sheet, /** @type {Point} */ at, /** @type {string} */ kind, /** @type {number} */ r) {
  const [cx, cy] = sheet.toPixels(at);
  return makeSvg("circle", { cx, cy, r, class: kind });
}

export function drawPin(/** @type {Sheet} */ sheet, /** @type {Point} */ at, /** @type {string} */ name, /** @type {string} */ kind) {
  const [x, y] = sheet.toPixels(at);
  const text = makeSvgText("text", name, { x: x + 9, y: y - 7, class: `pin ${kind}` });
  return [makeSvg("path", { class: `pin ${kind}`, d: `M${x - 6} ${y - 6}L${x + 6} ${y + 6}M${x - 6} ${y + 6}L${x + 6} ${y - 6}` }), text];
}

function drawProblem(/** @type {Sheet} */ sheet, /** @type {PlanProblem} */ { at, text }) {
  const [x, y] = sheet.toPixels(at);
  const title = makeSvgText("title", text);
  return makeSvg("g", { class: "problem" }, makeSvg("circle", { cx: x, cy: y, r: 11 }), makeSvg("path", { d: `M${x} ${y - 6}V${y + 2}M${x} ${y + 5}V${y + 6}` }), title);
}
