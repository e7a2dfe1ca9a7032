/** One floor of the map with the way and the marks on it. */

import { clamp, makeSvg, makeSvgText } from "./dom.js";
import { cutRuns, titlePlan } from "./moment.js";

/**
 * The shape of a mark says what it hit: a square the right person, a diamond a wrong one, a ring nobody.
 * @type {Record<string, () => SVGElement>}
 */
const SHAPES = {
  right: () => makeSvg("rect", { x: -11, y: -11, width: 22, height: 22, rx: 3, class: "shape right" }),
  "wrong person": () => makeSvg("path", { d: "M0-15L15 0L0 15L-15 0Z", class: "shape wrong" }),
};

export function makeShape(/** @type {string} */ kind) {
  return (SHAPES[kind] ?? (() => makeSvg("circle", { r: 12, class: "shape nobody" })))();
}

const MARGIN_M = 1.5;
const LETTER_PX = 6.6;
const MOST_WORDS = 30;
const EDGE_PX = 24;

/** @typedef {{t_s: number, place: MapPlace|null, watched: MapSpan[], isSeen: boolean, nearest: MapMark|null}} Shown a moment */

/** One floor: rooms, walls, cameras, the whole way faint and so far strong, the marks, and where the student is now. */
export class FloorPicture {
  /** @type {number} */ scale;
  /** @type {number} */ widthPx;
  /** @type {SVGGElement} */ strong;
  /** @type {SVGGElement} */ now;
  /** @type {SVGGElement} */ marks;
  /** @type {Map<string, SVGGElement>} */ signs;
  /** @type {{mark: MapMark, group: SVGGElement}[]} */ #places = [];

  constructor(/** @type {MapFloor} */ floor, /** @type {MapData} */ data) {
    this.floor = floor;
    this.data = data;
    this.svg = makeSvg("svg", { role: "img", "aria-label": titlePlan(floor.name, data.has_floors), "data-floor": floor.id });
    const points = data.zones.flatMap(({ polygon }) => polygon);
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    this.left = Math.min(...xs) - MARGIN_M;
    this.top = Math.max(...ys) + MARGIN_M;
    this.widthM = Math.max(...xs) + MARGIN_M - this.left;
    this.heightM = this.top - (Math.min(...ys) - MARGIN_M);
  }

  /** Height by width. */
  get shape() { return this.heightM / this.widthM; }

  draw(/** @type {number} */ widthPx) {
    this.scale = widthPx / this.widthM;
    this.widthPx = widthPx;
    const heightPx = this.heightM * this.scale;
    this.svg.style.maxWidth = `${widthPx}px`;
    this.svg.setAttribute("viewBox", `0 0 ${widthPx.toFixed(1)} ${heightPx.toFixed(1)}`);
    this.strong = makeSvg("g", { class: "way strong" });
    this.now = makeSvg("g", { class: "now" });
    this.marks = makeSvg("g", {});
    this.#places = this.#drawMarks();
    const looked = this.#drawCameras();
    this.svg.replaceChildren(
      ...this.#drawBuilding(),
      ...looked.signs,
      makeSvg("g", { class: "way faint" }, ...this.#drawRuns(Infinity)),
      this.strong,
      this.marks,
      this.now,
    );
    this.signs = looked.byId;
    this.marks.replaceChildren(...this.#places.map(({ group }) => group));
  }

  show(/** @type {Shown} */ { t_s, place, watched, isSeen, nearest }) {
    this.strong.replaceChildren(...this.#drawRuns(t_s));
    for (const { mark, group } of this.#places) {
      group.classList.toggle("to-come", mark.t_s > t_s);
      group.classList.toggle("here", mark === nearest);
      if (mark === nearest && group !== this.marks.lastChild) this.marks.append(group);
    }
    const ids = new Set(watched.map(({ id }) => id));
    for (const [id, sign] of this.signs) sign.classList.toggle("looked", ids.has(id));
    this.now.replaceChildren(...(place?.floor === this.floor.id ? this.#drawStudent(place, isSeen) : []));
  }

  #toPixels(/** @type {Point} */ [x, y]) { return [(x - this.left) * this.scale, (this.top - y) * this.scale]; }

  #writePoints(/** @type {Point[]} */ points) {
    return points.map((point) => this.#toPixels(point).map((each) => each.toFixed(1)).join(",")).join(" ");
  }

  #drawBuilding() {
    const zones = this.data.zones.filter(({ floor }) => floor === this.floor.id);
    const walls = this.data.walls[this.floor.id] ?? [];
    return [
      ...zones.map(({ polygon }) => makeSvg("polygon", { class: "room", points: this.#writePoints(polygon) })),
      ...walls.map(([x1, y1, x2, y2]) => makeSvg("polyline", { class: "wall", points: this.#writePoints([[x1, y1], [x2, y2]]) })),
      ...zones.flatMap((zone) => this.#nameZone(zone)),
    ];
  }

  #nameZone(/** @type {{name: string, polygon: Point[]}} */ { name, polygon }) {
    const xs = polygon.map(([x]) => x);
    if (name.length * LETTER_PX > (Math.max(...xs) - Math.min(...xs)) * this.scale) return [];
    const middle = [0, 1].map((n) => polygon.reduce((sum, point) => sum + point[n], 0) / polygon.length);
    return [this.#write("zone", this.#toPixels(middle), name)];
  }

  #drawCameras() {
    const byId = new Map();
    for (const { id, floor, x, y } of this.data.cameras) {
      if (floor !== this.floor.id) continue;
      const at = this.#toPixels([x, y]);
      const ring = makeSvg("circle", { cx: at[0], cy: at[1], r: 9, class: "ring" });
      const dot = makeSvg("circle", { cx: at[0], cy: at[1], r: 4, class: "dot" });
      const isAtEdge = at[0] > this.widthPx - EDGE_PX;
      const name = this.#write("", [at[0] + (isAtEdge ? -8 : 8), at[1] - 6], id.slice(-2), isAtEdge ? "end" : "start");
      byId.set(id, makeSvg("g", { class: "camera", "data-camera": id }, ring, dot, name));
    }
    return { byId, signs: [...byId.values()] };
  }

  #drawRuns(/** @type {number} */ untilS) {
    return cutRuns(this.data.path, untilS)
      .filter(({ floor }) => floor === this.floor.id)
      .map(({ isSeen, points }) => makeSvg("polyline", { class: isSeen ? "seen" : "unseen", points: this.#writePoints(points) }));
  }

  #drawMarks() {
    const hasWords = this.data.marks.length <= MOST_WORDS;
    return this.data.marks
      .filter(({ floor }) => floor === this.floor.id)
      .map((mark) => {
        const [x, y] = this.#toPixels([mark.x, mark.y]);
        const group = makeSvg("g", { class: "mark", "data-mark": mark.number, "data-kind": mark.kind, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
        group.append(makeShape(mark.kind), this.#write("number", [0, 4.5], String(mark.number)));
        if (hasWords && mark.kind !== "right") group.append(this.#write("words", [this.#keepInside(x, mark.words) - x, 28], mark.words));
        return { mark, group };
      });
  }

  #drawStudent(/** @type {{phase: string, x: number, y: number}} */ { phase, x, y }, /** @type {boolean} */ isSeen) {
    const [left, top] = this.#toPixels([x, y]);
    const words = { before: "Student, first seen here", after: "Student, last seen here" }[phase] ?? (isSeen ? "Student" : "Student, off camera");
    const spot = makeSvg("circle", { cx: left, cy: top, r: 9, class: isSeen ? "student" : "student unseen", "data-part": "student", "data-x": x.toFixed(3), "data-y": y.toFixed(3) });
    const over = top > 40 ? top - 17 : top + 29;
    return [spot, this.#write("student-name", [this.#keepInside(left, words, 7.6), over], words)];
  }

  /** Return where the middle of some words goes so that all of them are inside the picture. */
  #keepInside(/** @type {number} */ x, /** @type {string} */ words, /** @type {number} */ letterPx = LETTER_PX) {
    const half = (words.length * letterPx) / 2 + 4;
    return clamp(x, half, Math.max(half, this.widthPx - half));
  }

  #write(/** @type {string} */ kind, /** @type {Point} */ [x, y], /** @type {string} */ words, /** @type {string} */ anchor = "middle") {
    return makeSvgText("text", words, { class: kind, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor });
  }
}
