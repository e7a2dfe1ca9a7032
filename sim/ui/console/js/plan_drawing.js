/** What is drawn on the plan and where: signs apart from each other, names of zones, the way from mark to mark. */

import { clamp, make, makeSvg, makeSvgText } from "./dom.js";
import { ROLE_LETTERS, ROLE_WORDS } from "./exercise_case.js";

// Where signs lie on the plan: over their anchors, inside, never on each other.

const GAP_PX = 4;
const ROUNDS = 24;

/** @typedef {{left: number, top: number, width: number, height: number}} Placed */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Bounds */

/** Boxes with their bottom at the anchor, inside, then apart, where they cover less than twice the bounds. Pixels. */
export function placeApart(/** @type {(XY & Size)[]} */ boxes, /** @type {Bounds} */ bounds) {
  const places = boxes.map(({ x, y, width, height }) => ({ left: x - width / 2, top: y - height, width, height }));
  const canBeApart = sumAreas(boxes) < 2 * (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
  for (let round = 0; round < ROUNDS; round++) {
    for (const place of places) keepInside(place, bounds);
    if (!canBeApart || !pushApart(places)) break;
  }
  for (const place of places) keepInside(place, bounds);
  return places.map(({ left, top }) => ({ left, top }));
}

const sumAreas = (/** @type {{width: number, height: number}[]} */ boxes) => boxes.reduce((sum, { width, height }) => sum + width * height, 0);

function keepInside(/** @type {Placed} */ place, /** @type {Bounds} */ { left, top, right, bottom }) {
  place.left = clamp(place.left, left, Math.max(left, right - place.width));
  place.top = clamp(place.top, top, Math.max(top, bottom - place.height));
}

function pushApart(/** @type {Placed[]} */ places) {
  let wasClose = false;
  places.forEach((a, index) => {
    for (const b of places.slice(index + 1)) {
      const acrossPx = (a.width + b.width) / 2 + GAP_PX - Math.abs(a.left + a.width / 2 - b.left - b.width / 2);
      const downPx = (a.height + b.height) / 2 + GAP_PX - Math.abs(a.top + a.height / 2 - b.top - b.height / 2);
      if (acrossPx <= 0.01 || downPx <= 0.01) continue;
      wasClose = true;
      if (downPx <= acrossPx) {
        const way = a.top + a.height / 2 <= b.top + b.height / 2 ? -downPx : downPx;
        a.top += way / 2;
        b.top -= way / 2;
      } else {
        const way = a.left + a.width / 2 <= b.left + b.width / 2 ? -acrossPx : acrossPx;
        a.left += way / 2;
        b.left -= way / 2;
      }
    }
  });
  return wasClose;
}

// Names of zones on the plan: in one or two lines where they are least in the way, or not at all.

const LABEL_PX = 11;
const LETTER_WIDTH = 0.54;
const LINE_HEIGHT = 1.15;
const GRID_PX = 4;
const SIGN_PX = 8;
const ROOM_ENOUGH_PX = 60;

/** A zone's name in lines of SVG text, away from the signs; none where it would not fit. All in pixels. */
export function makeLabel(/** @type {string} */ name, /** @type {Point[]} */ outline, /** @type {Point[]} */ signs) {
  const words = name.split(" ");
  const broken = words.slice(1).map((_, index) => [words.slice(0, index + 1).join(" "), words.slice(index + 1).join(" ")]);
  for (const lines of [[name], ...broken]) {
    const width = Math.max(...lines.map((line) => line.length)) * LABEL_PX * LETTER_WIDTH;
    const height = lines.length * LABEL_PX * LINE_HEIGHT;
    const center = findRoom(outline, signs, width, height);
    if (!center) continue;
    return lines.map((line, index) => {
      const y = center[1] + (index - (lines.length - 1) / 2) * LABEL_PX * LINE_HEIGHT;
      return makeSvgText("text", line, { x: center[0], y, class: "plan-label", "font-size": LABEL_PX });
    });
  }
  return [];
}

/** The center of a box of that size inside the outline, as far from the signs as it can be; null when there is none. */
function findRoom(/** @type {Point[]} */ outline, /** @type {Point[]} */ signs, /** @type {number} */ width, /** @type {number} */ height) {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  let best = null;
  let bestDistance = SIGN_PX;
  for (let x = Math.min(...xs) + width / 2; x <= Math.max(...xs) - width / 2; x += GRID_PX) {
    for (let y = Math.min(...ys) + height / 2; y <= Math.max(...ys) - height / 2; y += GRID_PX) {
      const corners = [-1, 1].flatMap((side) => [-1, 0, 1].map((half) => [x + (side * width) / 2, y + (half * height) / 2]));
      if (!corners.every((corner) => isInside([outline], corner))) continue;
      /** @param {Point} point */
      const away = ([signX, signY]) => Math.hypot(Math.max(0, Math.abs(signX - x) - width / 2), Math.max(0, Math.abs(signY - y) - height / 2));
      const distance = Math.min(...signs.map(away), ROOM_ENOUGH_PX);
      if (distance > bestDistance) [best, bestDistance] = [[x, y], distance];
    }
  }
  return best;
}

// The marks on the plan: numbered in order of time, joined by lines where one follows the other on the same floor.

const CHEST_M = 1.1;
const FARTHEST_M = 40;
const STEP_M = 0.1;

/** Where the line of sight is at chest height, plan meters; above the horizon or farther than 40 m, 40 m away. */
export function findGround(/** @type {PlanCamera} */ camera, /** @type {XY} */ { x, y }) {
  const { yaw_deg: yaw, pitch_deg: pitch, roll_deg: roll, hfov_deg: hfov, k1, height_share: ratio } = camera;
  const across = 2 * x - 1;
  const up = (1 - 2 * y) * ratio;
  const straight = (Math.tan(toRadians(hfov) / 2) * (1 + k1)) / (1 + k1 * (across * across + up * up));
  const [sinRoll, cosRoll] = [Math.sin(toRadians(roll)), Math.cos(toRadians(roll))];
  const right = (across * cosRoll + up * sinRoll) * straight;
  const lift = (up * cosRoll - across * sinRoll) * straight;
  const [sinYaw, cosYaw] = [Math.sin(toRadians(yaw)), Math.cos(toRadians(yaw))];
  const [sinPitch, cosPitch] = [Math.sin(toRadians(pitch)), Math.cos(toRadians(pitch))];
  const ahead = cosPitch - lift * sinPitch;
  const fall = -(sinPitch + lift * cosPitch);
  const flat = Math.hypot(ahead, right);
  const reach = fall > 1e-6 ? ((camera.over_floor_m - CHEST_M) / fall) * flat : FARTHEST_M;
  const meters = Math.min(Math.max(reach, 0), FARTHEST_M) / flat;
  return [camera.x + (ahead * cosYaw + right * sinYaw) * meters, camera.y + (ahead * sinYaw - right * cosYaw) * meters];
}

/** The nearest place, on the way to the camera, that it shows: on stairs a line of sight ends before its floor. */
export function keepInSight(/** @type {PlanCamera} */ camera, /** @type {Point} */ [x, y]) {
  const length = Math.hypot(x - camera.x, y - camera.y);
  for (let share = 1; share > 0; share -= STEP_M / Math.max(length, STEP_M)) {
    const place = [camera.x + (x - camera.x) * share, camera.y + (y - camera.y) * share];
    if (isInside(camera.cone, place)) return place;
  }
  return [x, y];
}

/** Whether a point lies in the area that rings enclose; a ring in a ring is a hole. */
function isInside(/** @type {Point[][]} */ rings, /** @type {Point} */ [x, y]) {
  let crossed = 0;
  for (const ring of rings) {
    ring.forEach(([x1, y1], index) => {
      const [x2, y2] = ring[(index + 1) % ring.length];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) crossed++;
    });
  }
  return crossed % 2 === 1;
}

function toRadians(/** @type {number} */ degrees) {
  return (degrees * Math.PI) / 180;
}

const HEAD_PX = 7;
const CLOSE_PX = 26;

/** Where marks, which come by their times, are on the plan. @returns {Station[]} `at`: plan meters */
export function listStations(/** @type {Site} */ site, /** @type {ListedMark[]} */ marks) {
  const cameras = new Map(site.cameras.map((camera) => [camera.camera_id, camera]));
  return marks.flatMap((mark, index) => {
    const camera = cameras.get(mark.camera_id);
    return camera ? [{ number: index + 1, mark, floor: camera.floor, at: keepInSight(camera, findGround(camera, mark)) }] : [];
  });
}

/** Lines from each mark to the next one, with an arrow head in the middle. */
export function drawLegs(/** @type {Station[]} */ stations, /** @type {string} */ floor, /** @type {ToPixels} */ toPixels) {
  /** @type {SVGElement[]} */ const lines = [];
  stations.slice(1).forEach((to, index) => {
    const from = stations[index];
    if (from.floor === floor && to.floor === floor) lines.push(...drawLeg(toPixels(from.at), toPixels(to.at)));
  });
  return lines;
}

function drawLeg(/** @type {Point} */ [x1, y1], /** @type {Point} */ [x2, y2]) {
  const ends = { x1, y1, x2, y2 };
  const line = [makeSvg("line", { ...ends, class: "plan-leg-case" }), makeSvg("line", { ...ends, class: "plan-leg" })];
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < CLOSE_PX) return line;
  const [alongX, alongY] = [((x2 - x1) / length) * HEAD_PX, ((y2 - y1) / length) * HEAD_PX];
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const points = [
    [x + alongX, y + alongY],
    [x - alongX / 2 - alongY * 0.7, y - alongY / 2 + alongX * 0.7],
    [x - alongX / 2 + alongY * 0.7, y - alongY / 2 - alongX * 0.7],
  ];
  return [...line, makeSvg("polygon", { points: points.map((point) => point.join()).join(" "), class: "plan-leg-head" })];
}

/** A mark's number, and an arrow where the way goes on upstairs or downstairs. */
export function makeStation(/** @type {Station} */ station, /** @type {Station[]} */ stations, /** @type {Floor[]} */ floors) {
  const place = (/** @type {Station} */ each) => floors.findIndex((floor) => floor.floor_id === each.floor);
  const index = stations.indexOf(station);
  const [before, after] = [stations[index - 1], stations[index + 1]].map((each) => (each && each.floor !== station.floor ? each : null));
  const words = [before && `from ${floors[place(before)].name}`, after && `on to ${floors[place(after)].name}`].filter(Boolean);
  const { role } = station.mark;
  const title = [`Mark ${station.number}${role ? ` by ${ROLE_WORDS[role]}` : ""}`, ...words].join(", ");
  const arrow = after ? (place(after) > place(station) ? "↑" : "↓") : "";
  return make("span", { class: "plan-station", title, "data-station": String(station.number), "data-role": role, text: `${station.number}${role ? ROLE_LETTERS[role] : ""}${arrow}` });
}
