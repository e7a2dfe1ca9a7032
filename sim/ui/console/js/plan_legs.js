/** The marks on the plan: numbered in order of time, joined by lines where one follows the other on the same floor. */

import { ROLE_LETTERS, ROLE_WORDS } from "./exercise_words.js";
import { make, makeSvg } from "./dom.js";
import { findGround, keepInSight } from "./plan_ground.js";

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
