/** The floor plan: its floors, its cameras, and the marks on it. */

import { findFocus, make, makePushButton, makeSvg, makeSvgText, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { drawLegs, listStations, makeLabel, makeStation, placeApart } from "./plan_drawing.js";
import { PlanView } from "./plan_view.js";

class FloorTabs {
  /** @type {Map<string, {button: HTMLElement, camera: HTMLElement, count: HTMLElement, name: string}>} */
  #tabs = new Map();

  constructor(/** @type {{parts: Parts, site: Site, onChange: (floorId: string) => void}} */ { parts, site, onChange }) {
    this.floorOf = new Map(site.cameras.map((camera) => [camera.camera_id, camera.floor]));
    this.shown = site.floors[0].floor_id;
    for (const floor of site.floors) this.#tabs.set(floor.floor_id, this.#makeTab(floor, onChange));
    parts.planFloors.replaceChildren(...[...this.#tabs.values()].map((tab) => tab.button));
    parts.planFloors.hidden = this.#tabs.size < 2;
    parts.plan.dataset.floors = this.#tabs.size < 2 ? "one" : "many";
    this.show(this.shown);
  }

  /** The main picture's camera: its floor is shown, and its tab says so even while another floor is looked at. */
  setChosen(/** @type {string|null} */ cameraId) {
    const floor = cameraId === null ? undefined : this.floorOf.get(cameraId);
    for (const [floorId, tab] of this.#tabs) tab.camera.hidden = floorId !== floor;
    if (floor !== undefined) this.show(floor);
  }

  setMarks(/** @type {ListedMark[]} */ marks) {
    for (const [floorId, { button, count, name }] of this.#tabs) {
      const number = marks.filter((mark) => this.floorOf.get(mark.camera_id) === floorId).length;
      count.textContent = String(number);
      count.hidden = number === 0;
      button.setAttribute("aria-label", number ? `${name}, ${number} mark${number === 1 ? "" : "s"}` : name);
    }
  }

  #makeTab(/** @type {Floor} */ { floor_id: floorId, name }, /** @type {(floorId: string) => void} */ onChange) {
    const camera = make("span", { class: "plan-floor-camera", hidden: true }, makeIcon("camera"));
    const count = make("span", { class: "plan-floor-count", hidden: true });
    const short = name.startsWith(floorId) ? name : `${floorId} ${name}`;
    const choose = () => {
      if (this.shown === floorId) return;
      this.show(floorId);
      onChange(floorId);
    };
    const button = makePushButton(choose, { class: "tab", "data-floor": floorId, "aria-label": name, title: name }, short, camera, count);
    return { button, camera, count, name };
  }

  show(/** @type {string} */ floorId) {
    this.shown = floorId;
    for (const [each, tab] of this.#tabs) tab.button.setAttribute("aria-pressed", String(each === floorId));
  }
}

// The cameras of a floor as buttons: a number in a circle that points where the camera looks.

function makeCameraSign(/** @type {PlanCamera} */ camera, /** @type {{number: number, marks: number, isChosen: boolean}} */ { number, marks, isChosen }) {
  const found = marks ? `, ${marks} mark${marks === 1 ? "" : "s"}` : "";
  return make(
    "button",
    {
      type: "button",
      class: "plan-camera",
      title: camera.name,
      "data-camera": camera.camera_id,
      "data-marks": String(marks),
      "aria-pressed": String(isChosen),
      "aria-label": `Camera ${number}, ${camera.name}${found}: show large`,
    },
    make("span", { class: "plan-pointer", style: `--turn:${-camera.yaw_deg}deg` }),
    make("span", { class: "plan-sign", text: String(number) }),
  );
}

const MARGIN_PX = 14;
const REACH_PX = 34;
const SMALL_PX = 240;
const SIGN_PX = { small: 21, large: 27 };
const STATION_PX = 19;
const MOVED_PX = 5;
const KNOWN_PX = 20;

/** @typedef {XY & {camera?: PlanCamera, size: number, from: Point, element: HTMLElement}} Sign a sign on the plan, pixels */

export class Plan {
  /** @type {string|null} */ #chosen = null;
  /** @type {Sign[]} */ #places = [];
  /** @type {ListedMark[]} */ #marks = [];
  #request = 0;
  /** @type {{at: Point, floor: string}|null} */ #ghost = null;
  #ghostSign = make("span", { class: "plan-ghost", "data-part": "planGhost", title: "The student" });
  /** @type {ToPixels|null} */ #toPixels = null;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, data, picture } = console_;
    const { site } = data;
    this.parts = parts;
    this.site = site;
    this.known = data.task.known;
    this.numbers = picture.wall.numbers;
    this.floors = new FloorTabs({
      parts,
      site,
      onChange: (floor) => {
        this.view.reset();
        console_.send("view", { name: "floor", floor });
      },
    });
    this.view = new PlanView(parts, () => {
      cancelAnimationFrame(this.#request);
      this.#request = requestAnimationFrame(() => this.draw());
    });
    parts.planMap.addEventListener("click", (event) => this.#chooseNearest(event));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(parts.planMap);
  }

  setChosen(/** @type {string|null} */ cameraId) {
    const before = this.floors.shown;
    this.#chosen = cameraId;
    this.floors.setChosen(cameraId);
    if (this.floors.shown !== before) this.view.reset();
    const camera = this.site.cameras.find((each) => each.camera_id === cameraId);
    const { clientWidth: width, clientHeight: height } = this.parts.planMap;
    if (camera && width >= 40 && height >= 40) this.view.reveal(this.#fit(width, height)([camera.x, camera.y]), width, height);
    this.draw();
  }

  setMarks(/** @type {ListedMark[]} */ marks) {
    this.#marks = marks;
    this.floors.setMarks(marks);
    this.draw();
  }

  /** Show where the student really was, in a search that is watched again; null for nowhere. */
  setGhost(/** @type {{at: Point, floor: string}|null} */ ghost) {
    this.#ghost = ghost;
    this.#placeGhost();
  }

  #placeGhost() {
    const { planMap } = this.parts;
    if (this.#ghost === null || this.#toPixels === null || this.#ghost.floor !== this.floors.shown) {
      this.#ghostSign.remove();
      return;
    }
    const [x, y] = this.#toPixels(this.#ghost.at);
    Object.assign(this.#ghostSign.style, { left: `${x}px`, top: `${y}px` });
    if (this.#ghostSign.parentElement !== planMap) planMap.append(this.#ghostSign);
  }

  destroy() {
    cancelAnimationFrame(this.#request);
    this.sizes.disconnect();
  }

  draw() {
    const { planMap } = this.parts;
    const { clientWidth: width, clientHeight: height } = planMap;
    if (width < 40 || height < 40) return;
    const focused = findFocus(planMap)?.dataset.camera;
    planMap.dataset.small = String(height < SMALL_PX && this.view.scale < 1.5);
    const toWhole = this.#fit(width, height);
    const toPixels = (/** @type {Point} */ point) => this.view.place(toWhole(point), width, height);
    const signs = this.#placeSigns(toPixels, width, height);
    planMap.replaceChildren(this.#drawBuilding(width, height, toPixels, signs), ...signs.map((sign) => sign.element));
    this.#toPixels = toPixels;
    this.#placeGhost();
    if (focused) /** @type {HTMLElement|null} */ (planMap.querySelector(`[data-camera="${focused}"]`))?.focus();
  }

  /** Show a floor, as a search that is watched again did; null for that of the chosen camera. */
  showFloor(/** @type {string|null} */ floorId) {
    if (floorId === null) {
      if (this.#chosen !== null) this.setChosen(this.#chosen);
      return;
    }
    this.floors.show(floorId);
    this.view.reset();
  }

  #zones() { return this.site.zones.filter((zone) => zone.floor === this.floors.shown); }
  #cameras() { return this.site.cameras.filter((camera) => camera.floor === this.floors.shown); }

  /** Meters of the floor shown to pixels of the space there is, the same on both axes, north up. @returns {ToPixels} */
  #fit(/** @type {number} */ width, /** @type {number} */ height) {
    const points = this.#zones().flatMap((zone) => zone.polygon);
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.min((width - 2 * MARGIN_PX) / (right - left), (height - 2 * MARGIN_PX) / (top - bottom));
    const offsetX = (width - (right - left) * scale) / 2;
    const offsetY = (height - (top - bottom) * scale) / 2;
    return ([x, y]) => [offsetX + (x - left) * scale, offsetY + (top - y) * scale];
  }

  #drawBuilding(/** @type {number} */ width, /** @type {number} */ height, /** @type {ToPixels} */ toPixels, /** @type {Sign[]} */ signs) {
    const path = (/** @type {Point[]} */ points) => points.map((point) => toPixels(point).map((value) => value.toFixed(1)).join(",")).join(" ");
    const svg = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
    for (const zone of this.#zones()) {
      svg.append(makeSvg("polygon", { points: path(zone.polygon), class: "plan-zone" }, makeSvgText("title", zone.name)));
    }
    const isChosen = (/** @type {PlanCamera} */ camera) => camera.camera_id === this.#chosen;
    for (const camera of [...this.#cameras()].sort((a, b) => Number(isChosen(a)) - Number(isChosen(b)))) {
      const rings = camera.cone.map((ring) => `M${path(ring)}Z`).join("");
      svg.append(makeSvg("path", { d: rings, "fill-rule": "evenodd", class: isChosen(camera) ? "plan-cone plan-cone-chosen" : "plan-cone" }));
    }
    for (const [x1, y1, x2, y2] of this.site.walls[this.floors.shown] ?? []) {
      svg.append(makeSvg("polyline", { points: path([[x1, y1], [x2, y2]]), class: "plan-wall" }));
    }
    if (this.known?.floor === this.floors.shown) {
      const [cx, cy] = toPixels([this.known.x, this.known.y]);
      svg.append(makeSvg("circle", { cx, cy, r: KNOWN_PX, class: "plan-known" }, makeSvgText("title", this.known.words)));
    }
    const middles = signs.map(({ x, y }) => [x, y]);
    for (const zone of this.#zones()) svg.append(...makeLabel(zone.name, zone.polygon.map(toPixels), middles));
    svg.append(...drawLegs(listStations(this.site, this.#marks), this.floors.shown, toPixels));
    for (const { x, y, from } of signs) {
      if (Math.hypot(x - from[0], y - from[1]) > MOVED_PX) svg.append(makeSvg("line", { x1: from[0], y1: from[1], x2: x, y2: y, class: "plan-tether" }));
    }
    return svg;
  }

  /** Cameras and marks where they are, or beside it where others are in the way. */
  #placeSigns(/** @type {ToPixels} */ toPixels, /** @type {number} */ width, /** @type {number} */ height) {
    const stations = listStations(this.site, this.#marks);
    const size = this.parts.planMap.dataset.small === "true" ? SIGN_PX.small : SIGN_PX.large;
    const marksOf = (/** @type {string} */ cameraId) => this.#marks.filter((mark) => mark.camera_id === cameraId).length;
    const cameras = this.#cameras().map((camera) => ({
      camera,
      size,
      ...at(toPixels([camera.x, camera.y])),
      element: makeCameraSign(camera, {
        number: must(this.numbers.get(camera.camera_id)),
        marks: marksOf(camera.camera_id),
        isChosen: camera.camera_id === this.#chosen,
      }),
    }));
    const marks = stations
      .filter((station) => station.floor === this.floors.shown)
      .map((station) => ({ size: STATION_PX, ...at(toPixels(station.at)), element: makeStation(station, stations, this.site.floors) }));
    const isSeen = (/** @type {Sign} */ { from: [x, y] }) => x >= 0 && y >= 0 && x <= width && y <= height;
    /** @type {Sign[]} */ const signs = [...cameras, ...marks].filter(isSeen);
    const boxes = signs.map(({ from: [x, y], size: side }) => ({ x, y: y + side / 2, width: side, height: side }));
    placeApart(boxes, { left: 2, top: 2, right: width - 2, bottom: height - 2 }).forEach(({ left, top }, index) => {
      const sign = signs[index];
      Object.assign(sign, { x: left + sign.size / 2, y: top + sign.size / 2 });
      Object.assign(sign.element.style, { left: `${sign.x}px`, top: `${sign.y}px` });
    });
    this.#places = signs.filter((sign) => sign.camera !== undefined);
    return signs;
  }

  #choose(/** @type {string} */ cameraId) {
    this.console.send("map", { camera_id: cameraId });
    this.console.focus(cameraId);
  }

  /** Targets may overlap on a small plan: the camera nearest to the pointer is meant. @param {MouseEvent} event */
  #chooseNearest(event) {
    const byKeyboard = event.detail === 0 ? /** @type {HTMLElement} */ (event.target).closest?.("[data-camera]") : null;
    if (byKeyboard) return this.#choose(must(/** @type {HTMLElement} */ (byKeyboard).dataset.camera));
    const box = this.parts.planMap.getBoundingClientRect();
    const [pointX, pointY] = [event.clientX - box.left, event.clientY - box.top];
    const distance = (/** @type {XY} */ { x, y }) => Math.hypot(x - pointX, y - pointY);
    const [nearest] = [...this.#places].sort((a, b) => distance(a) - distance(b));
    if (nearest && distance(nearest) <= REACH_PX) this.#choose(must(nearest.camera).camera_id);
  }
}

/** A sign's place, and where it stands before it moves out of the way of others. @param {Point} point */
function at(point) {
  return { from: point, x: point[0], y: point[1] };
}
