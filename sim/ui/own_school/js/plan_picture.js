/** What is drawn of a floor: its picture, spaces, doors, furniture, cameras, problems, and what is under way. */

import { makeSvg } from "./dom.js";
import { findBelow, layStairs } from "./plan_parts.js";
import { snapToWall } from "./snap.js";

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

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene @returns {Node[]} */
export function drawPlan(sheet, scene) {
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

/** @param {import("./sheet.js").Sheet} sheet @param {PlanPicture|null} picture @param {string|null} url */
function drawUnderlay(sheet, picture, url) {
  if (picture === null || url === null) return [];
  const [width, height] = picture.size_wh.map((size) => size * picture.m_per_px);
  const [x, y] = sheet.toPixels([picture.at[0], picture.at[1] + height]);
  return [makeSvg("image", { href: url, x, y, width: width * sheet.scale, height: height * sheet.scale, class: "underlay", preserveAspectRatio: "none" })];
}

/** The outlines of the floor below, to line this one up with. @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene */
function drawBelow(sheet, { drawing, floor }) {
  const below = findBelow(drawing.floors, floor);
  return Object.values(drawing.spaces).filter((space) => space.floor === below).map((space) => makeSvg("polygon", { points: writePoints(sheet, space.polygon), class: "below" }));
}

/** Stairs with a line for each step and an arrow from their foot to their top. @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene @param {string} name @param {DrawnStairs} stairs */
function drawStairs(sheet, scene, name, stairs) {
  const outline = makeSvg("polygon", { points: writePoints(sheet, stairs.polygon), class: `stairs${stateOf(scene, "stairs", name)}`, "data-stairs": name });
  const { steps, arrow } = layStairs(stairs);
  const lines = steps.map((line) => makeSvg("polyline", { points: writePoints(sheet, line), class: "step" }));
  const [before, tip] = arrow.slice(-2).map((point) => sheet.toPixels(point));
  const turn = (Math.atan2(tip[1] - before[1], tip[0] - before[0]) * 180) / Math.PI;
  const head = makeSvg("path", { d: "M-9 -5L0 0L-9 5", transform: `translate(${tip[0]} ${tip[1]}) rotate(${turn})`, class: "climb" });
  return [outline, ...lines, makeSvg("polyline", { points: writePoints(sheet, arrow), class: "climb" }), head];
}

/** @param {import("./sheet.js").Sheet} sheet @param {Point[]} points */
export function writePoints(sheet, points) {
  return points.map((point) => sheet.toPixels(point).map((value) => value.toFixed(1)).join()).join(" ");
}

/** @param {PlanScene} scene @param {PartKind} kind @param {string} name */
function stateOf(scene, kind, name) {
  return scene.chosen?.kind === kind && scene.chosen.name === name ? " chosen" : "";
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene @param {string} name @param {DrawnSpace} space */
function drawSpace(sheet, scene, name, space) {
  const outline = makeSvg("polygon", { points: writePoints(sheet, space.polygon), class: `space ${space.kind}${stateOf(scene, "spaces", name)}`, "data-space": name });
  const middle = space.polygon.reduce(([x, y], point) => [x + point[0] / space.polygon.length, y + point[1] / space.polygon.length], [0, 0]);
  const [x, y] = sheet.toPixels(middle);
  const label = makeSvg("text", { x, y, class: "label" });
  label.textContent = space.name;
  return [outline, label];
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene @param {string} name @param {DrawnThing} thing */
function drawThing(sheet, scene, name, thing) {
  return [makeSvg("polygon", { points: writePoints(sheet, thing.polygon), class: `thing${stateOf(scene, "things", name)}`, "data-thing": name })];
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene @param {Point[][]} outlines of the floor's spaces @param {string} name @param {DrawnDoor} door */
function drawDoor(sheet, scene, outlines, name, door) {
  const wall = snapToWall(door.at, outlines, 1.5);
  const along = wall?.along ?? [1, 0];
  const ends = [-1, 1].map((side) => sheet.toPixels([door.at[0] + (side * along[0] * door.width_m) / 2, door.at[1] + (side * along[1] * door.width_m) / 2]));
  const line = makeSvg("line", { x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1], class: `door ${door.kind}${wall ? "" : " lost"}${stateOf(scene, "doors", name)}`, "data-door": name });
  const title = makeSvg("title");
  title.textContent = door.name;
  line.append(title);
  return scene.makeHandle(line, { kind: "doors", name }, null);
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene @param {string} name @param {DrawnCamera} camera */
function drawCamera(sheet, scene, name, camera) {
  const at = camera.found?.at ?? camera.at;
  const [yaw, field] = [camera.found?.yaw_deg ?? camera.yaw_deg, camera.found?.hfov_deg ?? camera.hfov_deg ?? USUAL_FIELD];
  const arc = [-1, -0.5, 0, 0.5, 1].map((side) => {
    const angle = ((yaw + (side * field) / 2) * Math.PI) / 180;
    return [at[0] + CONE_M * Math.cos(angle), at[1] + CONE_M * Math.sin(angle)];
  });
  const [x, y] = sheet.toPixels(at);
  const state = `${camera.found ? " matched" : ""}${stateOf(scene, "cameras", name)}`;
  const sign = makeSvg("g", { class: `camera${state}`, "data-camera": name }, makeSvg("circle", { cx: x, cy: y, r: SIGN_PX + 3 }));
  const number = makeSvg("text", { x, y: y + 4 });
  number.textContent = String(Number(name.slice(4)));
  const title = makeSvg("title");
  title.textContent = `${name} ${camera.name}`;
  sign.append(number, title);
  return [makeSvg("polygon", { points: writePoints(sheet, [at, ...arc]), class: `cone${state}` }), scene.makeHandle(sign, { kind: "cameras", name }, null)];
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene */
function drawCorners(sheet, scene) {
  const { chosen, drawing } = scene;
  if (chosen === null || (chosen.kind !== "spaces" && chosen.kind !== "things" && chosen.kind !== "stairs")) return [];
  const part = drawing[chosen.kind][chosen.name];
  if (!part || (part.floor !== scene.floor && !("upper" in part && part.upper === scene.floor))) return [];
  return part.polygon.map((corner, number) => scene.makeHandle(drawDot(sheet, corner, "corner", 7), chosen, number));
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanScene} scene */
function drawTrail(sheet, { trail, pointer }) {
  if (trail.length === 0) return [];
  const points = pointer === null ? trail : [...trail, pointer];
  return [makeSvg("polyline", { points: writePoints(sheet, points), class: "trail" }), ...trail.map((corner, number) => drawDot(sheet, corner, number === 0 ? "corner first" : "corner", 6))];
}

/** @param {import("./sheet.js").Sheet} sheet @param {Point} at @param {string} kind @param {number} r */
export function drawDot(sheet, at, kind, r) {
  const [cx, cy] = sheet.toPixels(at);
  return makeSvg("circle", { cx, cy, r, class: kind });
}

/** @param {import("./sheet.js").Sheet} sheet @param {Point} at @param {string} name @param {string} kind */
export function drawPin(sheet, at, name, kind) {
  const [x, y] = sheet.toPixels(at);
  const text = makeSvg("text", { x: x + 9, y: y - 7, class: `pin ${kind}` });
  text.textContent = name;
  return [makeSvg("path", { class: `pin ${kind}`, d: `M${x - 6} ${y - 6}L${x + 6} ${y + 6}M${x - 6} ${y + 6}L${x + 6} ${y - 6}` }), text];
}

/** @param {import("./sheet.js").Sheet} sheet @param {PlanProblem} problem */
function drawProblem(sheet, { at, text }) {
  const [x, y] = sheet.toPixels(at);
  const title = makeSvg("title");
  title.textContent = text;
  return makeSvg("g", { class: "problem" }, makeSvg("circle", { cx: x, cy: y, r: 11 }), makeSvg("path", { d: `M${x} ${y - 6}V${y + 2}M${x} ${y + 5}V${y + 6}` }), title);
}
