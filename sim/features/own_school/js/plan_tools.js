/** What a click on the plan does, by the tool that is in hand. */

import { DOOR_WIDTHS } from "./fields.js";
import { findAbove, findBelow, findNearest, findTilt, guessStairs, isInside, makeRectangle, measure, round, snapCorner, snapToWall } from "./plan_geometry.js";

const CLOSE_PX = 15;
const WALL_M = 1.5;
const LEAST_THING_M = 0.1;
const LEAST_STAIRS_M = 0.8;
const USUAL_HANG_M = 2.8;
const UNDER_CEILING_M = 0.2;
const NEW_CAMERA = { hfov_deg: null, mode: "day", picture_wh: null, bars: [0, 0], points: [], found: null, outlines: [], boxes: [] };

export class PlanTools {
  tool = "select";
  /** Corners, or the camera's place, clicked so far. @type {Point[]} */ trail = [];
  /** @type {Point|null} */ pointer = null;

  /**
   * @param {object} on
   * @param {() => SchoolDrawing} on.getDrawing
   * @param {() => string} on.getFloor
   * @param {() => number} on.getScale pixels a meter
   * @param {() => number} on.getReach how far a click may be moved to what it is meant for, meters
   * @param {(changes: SchoolChange[]) => void} on.put
   * @param {(part: ChosenPart|null) => void} on.choose
   * @param {(by: Point) => void} on.moveFloor
   * @param {(degrees: number) => void} on.turnFloor
   * @param {(words: string) => void} on.say
   */
  constructor(on) {
    this.on = on;
  }

  take(/** @type {string} */ tool) {
    this.tool = tool;
    this.trail = [];
    this.pointer = null;
  }

  move(/** @type {Point} */ point) {
    this.pointer = this.trail.length > 0 ? this.#snap(point) : null;
  }

  click(/** @type {Point} */ point) {
    if (this.tool === "select") this.on.choose(this.#find(point));
    else if (this.tool === "space") this.#addCorner(point);
    else if (this.tool === "door") this.#addDoor(point);
    else if (this.tool === "thing") this.#addThing(point);
    else if (this.tool === "camera") this.#addCamera(point);
    else if (this.tool === "stairs") this.#addStairs(point);
    else if (this.tool === "lineup") this.#lineUp(point);
    else if (this.tool === "straighten") this.#straighten(point);
    else if (this.tool === "scale" && this.trail.length < 2) this.trail.push(point);
  }

  /** Whether Escape or Backspace had something to take back. */
  back() {
    if (this.trail.length === 0) return false;
    this.trail.pop();
    this.pointer = null;
    return true;
  }

  finish() {
    if (this.tool !== "space" || this.trail.length < 3) return false;
    const name = this.#makeName("spaces", "space");
    this.on.put([{ kind: "spaces", name, now: { floor: this.on.getFloor(), name: `Room ${name.slice(6)}`, kind: "hall", polygon: this.trail.map(round), height_m: null } }]);
    this.trail = [];
    this.pointer = null;
    this.on.choose({ kind: "spaces", name });
    return true;
  }

  listOutlines() {
    const { spaces } = this.on.getDrawing();
    return Object.values(spaces).filter((space) => space.floor === this.on.getFloor()).map((space) => space.polygon);
  }

  #snap(/** @type {Point} */ point) {
    if (this.tool !== "space") return point;
    return snapCorner(point, { outlines: this.listOutlines(), own: this.trail, reach: this.on.getReach() });
  }

  /** The first of two clicks, once the second is there. @param {Point} point @returns {Point|null} */
  #takeFirst(point) {
    const [first = null] = this.trail;
    this.trail = first ? [] : [point];
    return first;
  }

  #addCorner(/** @type {Point} */ point) {
    if (this.trail.length > 2 && measure(point, this.trail[0]) < CLOSE_PX / this.on.getScale()) this.finish();
    else this.trail.push(this.#snap(point));
  }

  #addDoor(/** @type {Point} */ point) {
    const wall = snapToWall(point, this.listOutlines(), WALL_M);
    const name = this.#makeName("doors", "door");
    const at = round(wall ? wall.at : point);
    this.on.put([{ kind: "doors", name, now: { floor: this.on.getFloor(), name: `Room ${name.slice(5)}`, kind: "classroom", at, width_m: DOOR_WIDTHS.classroom, height_m: 2.1, leaf: "open" } }]);
    this.on.choose({ kind: "doors", name });
  }

  #addThing(/** @type {Point} */ point) {
    const from = this.#takeFirst(point);
    if (!from || Math.abs(from[0] - point[0]) < LEAST_THING_M || Math.abs(from[1] - point[1]) < LEAST_THING_M) return;
    const name = this.#makeName("things", "thing");
    const polygon = makeRectangle(from, point);
    this.on.put([{ kind: "things", name, now: { floor: this.on.getFloor(), kind: "lockers", polygon, height_m: 1.8, solid: true } }]);
    this.on.choose({ kind: "things", name });
  }

  #addStairs(/** @type {Point} */ point) {
    const { floors } = this.on.getDrawing();
    const here = this.on.getFloor();
    const [below, above] = [findBelow(floors, here), findAbove(floors, here)];
    const [floor, upper] = above === null ? [below, here] : [here, above];
    if (floor === null || upper === null) {
      this.on.say("Add the other floor first, then draw the stairs.");
      return;
    }
    const spot = snapCorner(point, { outlines: this.listOutlines(), own: this.trail, reach: this.on.getReach() });
    const from = this.#takeFirst(spot);
    if (!from || Math.abs(from[0] - spot[0]) < LEAST_STAIRS_M || Math.abs(from[1] - spot[1]) < LEAST_STAIRS_M) return;
    const polygon = makeRectangle(from, spot);
    const name = this.#makeName("stairs", "stairs");
    const now = { floor, upper, name: `Stairs ${name.slice(7)}`, polygon, ...guessStairs(polygon, floors[upper].elevation_m - floors[floor].elevation_m) };
    this.on.put([{ kind: "stairs", name, now }]);
    this.on.choose({ kind: "stairs", name });
  }

  #lineUp(/** @type {Point} */ point) {
    const from = this.#takeFirst(point);
    if (!from) return;
    const { spaces, stairs, floors } = this.on.getDrawing();
    const below = findBelow(floors, this.on.getFloor());
    const corners = [...Object.values(spaces), ...Object.values(stairs)].filter(({ floor }) => floor === below).flatMap(({ polygon }) => polygon);
    const nearest = findNearest(corners, point);
    const to = nearest && measure(nearest, point) < this.on.getReach() ? nearest : point;
    this.on.moveFloor([to[0] - from[0], to[1] - from[1]]);
  }

  #straighten(/** @type {Point} */ point) {
    const from = this.#takeFirst(point);
    if (from) this.on.turnFloor(-findTilt(from, point));
  }

  #addCamera(/** @type {Point} */ point) {
    const at = this.#takeFirst(point);
    if (!at) return;
    const yaw = (Math.atan2(point[1] - at[1], point[0] - at[0]) * 180) / Math.PI;
    const { cameras, floors } = this.on.getDrawing();
    const floor = this.on.getFloor();
    const over_floor_m = Math.min(USUAL_HANG_M, floors[floor].height_m - UNDER_CEILING_M);
    const number = Array.from({ length: 99 }, (_, n) => n + 1).find((n) => !(`CAM-${String(n).padStart(2, "0")}` in cameras)) ?? 99;
    const name = `CAM-${String(number).padStart(2, "0")}`;
    this.on.put([{ kind: "cameras", name, now: { floor, ...NEW_CAMERA, over_floor_m, name: `Camera ${number}`, at: round(at), yaw_deg: Math.round(yaw * 10) / 10 } }]);
    this.on.choose({ kind: "cameras", name });
  }

  /** The part under a click: the smallest that holds it. @param {Point} point @returns {ChosenPart|null} */
  #find(point) {
    const { things, stairs, spaces } = this.on.getDrawing();
    for (const [kind, parts] of /** @type {[PartKind, Record<string, {floor: string, upper?: string, polygon: Point[]}>][]} */ ([["things", things], ["stairs", stairs], ["spaces", spaces]])) {
      const found = Object.entries(parts).reverse().find(([, part]) => [part.floor, part.upper].includes(this.on.getFloor()) && isInside(point, part.polygon));
      if (found) return { kind, name: found[0] };
    }
    return null;
  }

  #makeName(/** @type {PartKind} */ kind, /** @type {string} */ stem) {
    const taken = this.on.getDrawing()[kind];
    let number = Object.keys(taken).length + 1;
    while (`${stem}-${number}` in taken) number++;
    return `${stem}-${number}`;
  }
}
