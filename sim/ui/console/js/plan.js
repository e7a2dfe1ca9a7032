/** The floor plan: zones, walls, what each camera covers, and the cameras to choose from. */

import { make, makeSvg } from "./dom.js";
import { makeIcon } from "./icons.js";

const MARGIN_PX = 16;
const REACH_PX = 34;
const LABEL_PX = 11;
const LETTER_WIDTH = 0.54;
const LINE_HEIGHT = 1.15;
const GRID_PX = 4;
const SIGN_PX = 8;
const ROOM_ENOUGH_PX = 60;

export class Plan {
  #floor;
  #chosen = null;
  #places = [];
  #fixes = [];

  /**
   * @param {object} options
   * @param {object} options.parts elements by `data-part`
   * @param {object} options.site the site of the console's data
   * @param {string[]} options.cameraIds in the order of their number keys
   * @param {(cameraId: string) => void} options.onChoose
   */
  constructor({ parts, site, cameraIds, onChoose }) {
    Object.assign(this, { parts, site, cameraIds, onChoose });
    this.#floor = site.floors[0].floor_id;
    this.#buildFloors();
    parts.planMap.addEventListener("click", (event) => this.#chooseNearest(event));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(parts.planMap);
  }

  setChosen(cameraId) {
    this.#chosen = cameraId;
    const camera = this.site.cameras.find((each) => each.camera_id === cameraId);
    if (camera) this.#floor = camera.floor;
    this.draw();
  }

  /** Show how often each camera has been marked. */
  setFixes(fixes) {
    this.#fixes = fixes;
    this.draw();
  }

  destroy() {
    this.sizes.disconnect();
  }

  draw() {
    const { planMap, planFloors } = this.parts;
    const { clientWidth: width, clientHeight: height } = planMap;
    for (const button of planFloors.children) button.setAttribute("aria-pressed", String(button.dataset.floor === this.#floor));
    if (width < 40 || height < 40) return;
    const focused = planMap.getRootNode().activeElement?.dataset.camera;
    const toPixels = this.#fit(width, height);
    planMap.replaceChildren(this.#drawBuilding(width, height, toPixels), ...this.#placeCameras(toPixels));
    if (focused) planMap.querySelector(`[data-camera="${focused}"]`)?.focus();
  }

  #buildFloors() {
    const buttons = this.site.floors.map(({ floor_id: floorId, name }) => {
      const button = make("button", { type: "button", class: "tab", "data-floor": floorId, text: name });
      button.addEventListener("click", () => {
        this.#floor = floorId;
        this.draw();
      });
      return button;
    });
    this.parts.planFloors.replaceChildren(...buttons);
    this.parts.planFloors.hidden = buttons.length < 2;
  }

  #zones() {
    return this.site.zones.filter((zone) => zone.floor === this.#floor);
  }

  /** Metres to pixels of the space there is, the same on both axes, north up. */
  #fit(width, height) {
    const points = this.site.zones.flatMap((zone) => zone.polygon);
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.min((width - 2 * MARGIN_PX) / (right - left), (height - 2 * MARGIN_PX) / (top - bottom));
    const offsetX = (width - (right - left) * scale) / 2;
    const offsetY = (height - (top - bottom) * scale) / 2;
    return ([x, y]) => [offsetX + (x - left) * scale, offsetY + (top - y) * scale];
  }

  #drawBuilding(width, height, toPixels) {
    const path = (points) => points.map((point) => toPixels(point).map((value) => value.toFixed(1)).join(",")).join(" ");
    const svg = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
    for (const zone of this.#zones()) {
      const shape = makeSvg("polygon", { points: path(zone.polygon), class: "plan-zone" });
      shape.append(Object.assign(makeSvg("title"), { textContent: zone.name }));
      svg.append(shape);
    }
    for (const camera of this.#cameras()) {
      if (camera.cone.length < 3) continue;
      const state = camera.camera_id === this.#chosen ? "plan-cone plan-cone-chosen" : "plan-cone";
      svg.append(makeSvg("polygon", { points: path(camera.cone), class: state }));
    }
    for (const [x1, y1, x2, y2] of this.site.walls[this.#floor] ?? []) {
      svg.append(makeSvg("polyline", { points: path([[x1, y1], [x2, y2]]), class: "plan-wall" }));
    }
    for (const zone of this.#zones()) svg.append(...this.#labelZone(zone, toPixels));
    return svg;
  }

  /** The zone's name in one or two lines where it is least in the way, or nothing where it would not fit. */
  #labelZone(zone, toPixels) {
    const outline = zone.polygon.map(toPixels);
    const signs = this.#cameras().map((camera) => toPixels([camera.x, camera.y]));
    for (const lines of breakLabel(zone.name)) {
      const width = Math.max(...lines.map((line) => line.length)) * LABEL_PX * LETTER_WIDTH;
      const height = lines.length * LABEL_PX * LINE_HEIGHT;
      const centre = findRoom(outline, signs, width, height);
      if (centre) return lines.map((line, index) => writeLine(line, centre, index - (lines.length - 1) / 2));
    }
    return [];
  }

  #cameras() {
    return this.site.cameras.filter((camera) => camera.floor === this.#floor);
  }

  #placeCameras(toPixels) {
    this.#places = this.#cameras().map((camera) => {
      const [x, y] = toPixels([camera.x, camera.y]);
      return { camera, x, y };
    });
    return this.#places.map(({ camera, x, y }) => {
      const marks = this.#fixes.filter((fix) => fix.camera_id === camera.camera_id).length;
      const number = this.cameraIds.indexOf(camera.camera_id) + 1;
      const found = marks ? `, ${marks} mark${marks === 1 ? "" : "s"}` : "";
      const sign = make("span", { class: "plan-sign", style: `--turn:${-camera.yaw_deg}deg` }, makeIcon("camera"));
      return make(
        "button",
        {
          type: "button",
          class: "plan-camera",
          style: `left:${x}px;top:${y}px`,
          title: camera.name,
          "data-camera": camera.camera_id,
          "data-marks": String(marks),
          "aria-pressed": String(camera.camera_id === this.#chosen),
          "aria-label": `Camera ${number}, ${camera.name}${found}: show large`,
        },
        sign,
        make("span", { class: "plan-number", text: String(number) }),
      );
    });
  }

  /** Targets may overlap on a small plan: the camera nearest to the pointer is meant. */
  #chooseNearest(event) {
    const byKeyboard = event.detail === 0 ? event.target.closest?.("[data-camera]") : null;
    if (byKeyboard) {
      this.onChoose(byKeyboard.dataset.camera);
      return;
    }
    const box = this.parts.planMap.getBoundingClientRect();
    const [pointX, pointY] = [event.clientX - box.left, event.clientY - box.top];
    const distance = ({ x, y }) => Math.hypot(x - pointX, y - pointY);
    const [nearest] = [...this.#places].sort((a, b) => distance(a) - distance(b));
    if (nearest && distance(nearest) <= REACH_PX) this.onChoose(nearest.camera.camera_id);
  }
}

/** The name on one line, then broken in two at each space. */
function breakLabel(name) {
  const words = name.split(" ");
  const broken = words.slice(1).map((_, index) => [words.slice(0, index + 1).join(" "), words.slice(index + 1).join(" ")]);
  return [[name], ...broken];
}

function writeLine(line, [x, y], place) {
  const text = makeSvg("text", { x, y: y + place * LABEL_PX * LINE_HEIGHT, class: "plan-label", "font-size": LABEL_PX });
  text.textContent = line;
  return text;
}

/** The centre of a box of that size inside the outline, as far from the signs as it can be; null when there is none. */
function findRoom(outline, signs, width, height) {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  let best = null;
  let bestDistance = SIGN_PX;
  for (let x = Math.min(...xs) + width / 2; x <= Math.max(...xs) - width / 2; x += GRID_PX) {
    for (let y = Math.min(...ys) + height / 2; y <= Math.max(...ys) - height / 2; y += GRID_PX) {
      const corners = [-1, 1].flatMap((side) => [-1, 0, 1].map((half) => [x + (side * width) / 2, y + (half * height) / 2]));
      if (!corners.every((corner) => isInside(corner, outline))) continue;
      const away = ([signX, signY]) => Math.hypot(Math.max(0, Math.abs(signX - x) - width / 2), Math.max(0, Math.abs(signY - y) - height / 2));
      const distance = Math.min(...signs.map(away), ROOM_ENOUGH_PX);
      if (distance > bestDistance) [best, bestDistance] = [[x, y], distance];
    }
  }
  return best;
}

/** Even-odd rule. */
function isInside([x, y], outline) {
  let inside = false;
  outline.forEach(([x1, y1], index) => {
    const [x2, y2] = outline[(index + 1) % outline.length];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
