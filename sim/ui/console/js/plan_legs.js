/** The marks on the plan: numbered in order of time, joined by lines where one follows the other on the same floor. */

import { make, makeSvg } from "./dom.js";
import { ROLE_LETTERS, ROLE_WORDS } from "./exercise_words.js";

const CHEST_M = 1.1;
const FARTHEST_M = 40;
const STEP_M = 0.1;

/**
 * Where a person stands who is marked at a point of a picture: there the line of sight is at chest height. Above the
 * horizon or farther than 40 m it says little, and the place is that far away at most.
 *
 * @param {PlanCamera} camera of the site in the console's data
 * @param {{x: number, y: number}} point shares of the picture
 * @returns {number[]} x and y, plan meters
 */
export function findGround(camera, { x, y }) {
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

/**
 * The place nearest to one, on the way to the camera, that the camera shows. On stairs a line of sight meets its floor
 * far behind the wall that it really ends at.
 *
 * @param {PlanCamera} camera of the site in the console's data
 * @param {number[]} at x and y, plan meters
 */
export function keepInSight(camera, [x, y]) {
  const length = Math.hypot(x - camera.x, y - camera.y);
  for (let share = 1; share > 0; share -= STEP_M / Math.max(length, STEP_M)) {
    const place = [camera.x + (x - camera.x) * share, camera.y + (y - camera.y) * share];
    if (isInside(camera.cone, place)) return place;
  }
  return [x, y];
}

/**
 * Whether a point lies in the area that rings enclose; a ring in a ring is a hole.
 * @param {Point[][]} rings
 * @param {Point} point
 */
function isInside(rings, [x, y]) {
  let crossed = 0;
  for (const ring of rings) {
    ring.forEach(([x1, y1], index) => {
      const [x2, y2] = ring[(index + 1) % ring.length];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) crossed++;
    });
  }
  return crossed % 2 === 1;
}

/** @param {number} degrees */
function toRadians(degrees) {
  return (degrees * Math.PI) / 180;
}

const HEAD_PX = 7;
const CLOSE_PX = 26;

/**
 * @param {Site} site the site of the console's data
 * @param {ListedMark[]} marks by their times
 * @returns {Station[]} `at`: plan meters
 */
export function listStations(site, marks) {
  const cameras = new Map(site.cameras.map((camera) => [camera.camera_id, camera]));
  return marks.flatMap((mark, index) => {
    const camera = cameras.get(mark.camera_id);
    return camera ? [{ number: index + 1, mark, floor: camera.floor, at: keepInSight(camera, findGround(camera, mark)) }] : [];
  });
}

/**
 * Lines from each mark to the next one, with an arrow head in the middle.
 * @param {Station[]} stations
 * @param {string} floor
 * @param {ToPixels} toPixels
 */
export function drawLegs(stations, floor, toPixels) {
  /** @type {SVGElement[]} */
  const lines = [];
  stations.slice(1).forEach((to, index) => {
    const from = stations[index];
    if (from.floor === floor && to.floor === floor) lines.push(...drawLeg(toPixels(from.at), toPixels(to.at)));
  });
  return lines;
}

/** @param {Point} point @param {Point} point */
function drawLeg([x1, y1], [x2, y2]) {
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

/**
 * A mark's number, and an arrow where the way goes on upstairs or downstairs.
 * @param {Station} station
 * @param {Station[]} stations
 * @param {Floor[]} floors
 */
export function makeStation(station, stations, floors) {
  /** @param {Station} each */
  const place = (each) => floors.findIndex((floor) => floor.floor_id === each.floor);
  const index = stations.indexOf(station);
  const [before, after] = [stations[index - 1], stations[index + 1]].map((each) => (each && each.floor !== station.floor ? each : null));
  const words = [before && `from ${floors[place(before)].name}`, after && `on to ${floors[place(after)].name}`].filter(Boolean);
  const { role } = station.mark;
  const title = [`Mark ${station.number}${role ? ` by ${ROLE_WORDS[role]}` : ""}`, ...words].join(", ");
  const arrow = after ? (place(after) > place(station) ? "↑" : "↓") : "";
  return make("span", { class: "plan-station", title, "data-station": String(station.number), "data-role": role, text: `${station.number}${role ? ROLE_LETTERS[role] : ""}${arrow}` });
}
