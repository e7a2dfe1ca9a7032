/** The floor plan, one floor at a time: zones, walls, what each camera covers, and the cameras to choose from. */

import { make, makeSvg } from "./dom.js";
import { makeIcon } from "./icons.js";
import { FloorTabs } from "./plan_floors.js";
import { makeLabel } from "./plan_labels.js";

const MARGIN_PX = 16;
const REACH_PX = 34;
const SMALL_PX = 170;

export class Plan {
  #chosen = null;
  #places = [];
  #fixes = [];

  /**
   * @param {object} options
   * @param {object} options.parts elements by `data-part`
   * @param {object} options.site the site of the console's data
   * @param {string[]} options.cameraIds in the order of their number keys
   * @param {(cameraId: string) => void} options.onChoose
   * @param {(floorId: string) => void} options.onFloor a floor was chosen by hand
   */
  constructor({ parts, site, cameraIds, onChoose, onFloor }) {
    Object.assign(this, { parts, site, cameraIds, onChoose });
    this.floors = new FloorTabs({
      parts,
      site,
      onChange: (floorId) => {
        this.draw();
        onFloor(floorId);
      },
    });
    parts.planMap.addEventListener("click", (event) => this.#chooseNearest(event));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(parts.planMap);
  }

  setChosen(cameraId) {
    this.#chosen = cameraId;
    this.floors.setChosen(cameraId);
    this.draw();
  }

  /** Show how often each camera has been marked. */
  setFixes(fixes) {
    this.#fixes = fixes;
    this.floors.setFixes(fixes);
    this.draw();
  }

  destroy() {
    this.sizes.disconnect();
  }

  draw() {
    const { planMap } = this.parts;
    const { clientWidth: width, clientHeight: height } = planMap;
    if (width < 40 || height < 40) return;
    const focused = planMap.getRootNode().activeElement?.dataset.camera;
    planMap.dataset.small = String(height < SMALL_PX);
    const toPixels = this.#fit(width, height);
    planMap.replaceChildren(this.#drawBuilding(width, height, toPixels), ...this.#placeCameras(toPixels));
    if (focused) planMap.querySelector(`[data-camera="${focused}"]`)?.focus();
  }

  #zones() {
    return this.site.zones.filter((zone) => zone.floor === this.floors.shown);
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
    for (const [x1, y1, x2, y2] of this.site.walls[this.floors.shown] ?? []) {
      svg.append(makeSvg("polyline", { points: path([[x1, y1], [x2, y2]]), class: "plan-wall" }));
    }
    const signs = this.#cameras().map((camera) => toPixels([camera.x, camera.y]));
    for (const zone of this.#zones()) svg.append(...makeLabel(zone.name, zone.polygon.map(toPixels), signs));
    return svg;
  }

  #cameras() {
    return this.site.cameras.filter((camera) => camera.floor === this.floors.shown);
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
