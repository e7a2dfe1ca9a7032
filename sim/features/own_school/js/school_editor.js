/** The editor of a school: tools, the plan, what is selected, and a camera's picture. */

import { CameraMatch } from "./camera_match.js";
import { make, makeUuid } from "./dom.js";
import { DrawingStore, SchoolApi, applyChanges } from "./drawing_store.js";
import { LINE_UP, TOOLS, WORDS, makeButton, makeFileButton, makeFloorChoice, makeFloorPanel, makeHelpPicture, makeNumber, makePanel, readLength, refill } from "./fields.js";
import { carryFloor, findBelow, listFloors, listPictureCorners, makeRectangle, measure, moveParts, round, snapToWall, turnPoint } from "./plan_geometry.js";
import { Sheet, drawPlan } from "./plan_picture.js";
import { PlanTools } from "./plan_tools.js";

const USUAL_WIDTH_M = 60;
const AROUND_M = 2;
const AHEAD_M = 10;
const SEEN_M = 28;
const SNAP_PX = 10;
/** As CRACK_M of sim/site/checks.py: walls that far apart are one. */
const SNAP_M = 0.4;
const LEAST_TILT_DEG = 0.3;

export class SchoolEditor {
  floor = "1";
  /** @type {ChosenPart|null} */ chosen = null;
  /** @type {PlanProblem[]} */ problems = [];
  note = "";
  isSnapping = true;
  /** What is dragged, as it would be if it were let go of here. @type {SchoolChange|null} */ #dragged = null;
  /** Whether the plan came closer to a camera. */
  #isClose = false;
  #page = 0;
  /** @type {Record<string, string>} */ #plans = {};
  #isOpen = false;
  #retry = 0;

  constructor(/** @type {HTMLElement} */ root, /** @type {SchoolData} */ data) {
    this.root = root;
    const api = (this.api = new SchoolApi(data.school_id, findTab(data.school_id)));
    this.store = new DrawingStore(api, data.school_id, () => this.#refresh());
    this.tools = new PlanTools({
      getDrawing: () => this.store.drawing,
      getFloor: () => this.floor,
      getScale: () => this.plan.scale,
      getReach: () => (this.isSnapping && !this.plan.isExact ? Math.min(SNAP_PX / this.plan.scale, SNAP_M) : 0),
      put: (changes) => this.#put(changes),
      choose: (part) => this.#choose(part),
      moveFloor: ([x, y]) => this.#put(carryFloor(this.store.drawing, this.floor, (point) => [point[0] + x, point[1] + y])),
      turnFloor: (degrees) => this.#turnFloor(degrees),
      say: (words) => (this.note = words),
    });
    this.plan = new Sheet({ name: "plan", label: WORDS.plan, isUp: true, onClick: (point) => this.#click(point), onMove: (point) => this.#move(point), onKey: (event) => this.#press(event), draw: (sheet) => this.#draw(sheet) });
    this.match = new CameraMatch({ store: this.store, api, redraw: () => this.plan.redraw(), sendFile: (part, file) => this.#sendFile(part, file), choose: (name) => this.#choose(name ? { kind: "cameras", name } : null) });
    this.bar = make("div", { class: "bar" });
    this.status = make("p", { class: "status", role: "status" });
    this.hint = make("p", { class: "quiet hint" });
    this.side = make("div", { class: "side" });
    this.list = make("ul", { class: "problems" });
    root.addEventListener("keydown", (event) => this.#shortcut(event));
    root.replaceChildren(this.bar, this.status, make("div", { class: "area" }, make("div", { class: "work" }, this.hint, this.plan.element, this.side), this.match.element));
    this.#open();
  }

  destroy() {
    clearTimeout(this.#retry);
    this.store.close();
    this.plan.destroy();
    this.match.destroy();
    for (const url of Object.values(this.#plans)) URL.revokeObjectURL(url);
  }

  async #open() {
    try {
      await this.store.open();
      this.#isOpen = true;
      [this.floor] = listFloors(this.store.drawing.floors);
      await this.#loadPlan();
      this.#fitExtent();
    } catch (error) {
      this.note = error instanceof Error ? error.message : "";
      this.status.textContent = this.note || WORDS.away;
      this.#retry = setTimeout(() => this.#open(), 3000);
    }
    this.#refresh();
  }

  #put(/** @type {SchoolChange[]} */ changes) {
    this.note = "";
    this.store.put(changes);
    if (this.problems.length > 0) this.#check();
  }

  #choose(/** @type {ChosenPart|null} */ part) {
    this.chosen = part;
    if (part?.kind === "cameras") this.tools.take("select");
    this.match.show(part?.kind === "cameras" ? part.name : null);
    this.#refresh();
    requestAnimationFrame(() => this.#comeCloser());
  }

  /** Have what a camera sees in sight while it is to be matched, and all of the plan again after that. */
  #comeCloser() {
    const { camera } = this.match;
    if (camera?.picture_wh && !camera.found) {
      const yaw = (camera.yaw_deg * Math.PI) / 180;
      this.plan.lookAt([camera.at[0] + AHEAD_M * Math.cos(yaw), camera.at[1] + AHEAD_M * Math.sin(yaw)], SEEN_M);
      this.#isClose = true;
      this.root.scrollIntoView({ block: "start" });
    } else if (this.#isClose && !camera) {
      this.plan.view.reset();
      this.#isClose = false;
    }
  }

  #click(/** @type {Point} */ point) {
    if (!this.#isOpen) return;
    if (this.tools.tool === "select" && this.match.takePlanClick(point)) return;
    this.tools.click(point);
    this.#refresh();
  }

  #move(/** @type {Point} */ point) {
    if (!this.#isOpen || this.tools.trail.length === 0) return;
    this.tools.move(point);
    this.plan.redraw();
  }

  #press(/** @type {KeyboardEvent} */ event) {
    if (event.key === "Enter" && this.plan.cross === null && this.tools.finish()) return true;
    if ((event.key === "Escape" || event.key === "Backspace") && (this.tools.back() || (event.key === "Escape" && this.match.cancel()))) {
      this.#refresh();
      return true;
    }
    if (event.key === "Delete" && this.chosen) {
      this.#change(this.chosen, null);
      return true;
    }
    return false;
  }

  #shortcut(/** @type {KeyboardEvent} */ event) {
    if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.store.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) this.store.redo();
    else return;
    event.preventDefault();
  }

  #change(/** @type {ChosenPart} */ part, /** @type {object|null} */ changed) {
    const before = this.store.drawing[part.kind][part.name];
    if (before) this.#put([{ ...part, now: changed && { ...before, ...changed } }]);
    if (changed === null) this.#choose(null);
  }

  async #loadPlan() {
    const { floor } = this;
    if (this.store.drawing.floors[floor]?.picture === null || this.#plans[floor]) return;
    const url = await this.api.fetchPicture(`plan-${floor}`).catch(() => "");
    if (url) this.#plans[floor] = url;
    this.plan.redraw();
  }

  #fitExtent() {
    const { drawing } = this.store;
    const picture = drawing.floors[this.floor]?.picture;
    const corners = Object.values(drawing.spaces).flatMap((space) => space.polygon);
    if (picture) corners.push(...listPictureCorners(picture));
    if (corners.length === 0) corners.push([0, 0], [USUAL_WIDTH_M, USUAL_WIDTH_M * 0.6]);
    const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
    this.plan.extent = [Math.min(...xs) - AROUND_M, Math.min(...ys) - AROUND_M, Math.max(...xs) + AROUND_M, Math.max(...ys) + AROUND_M];
    this.plan.redraw();
  }

  async #sendFile(/** @type {string} */ part, /** @type {File} */ file) {
    this.note = "Reading the file...";
    this.#refresh();
    try {
      await this.store.settle();
      const taken = await this.api.sendPicture(part, file, this.#page);
      this.note = taken.notes.join(" ");
      if (part.startsWith("plan-")) await this.#takePlan(part.slice(5), taken);
      else await this.#takeStill(part, taken);
    } catch (error) {
      this.note = error instanceof Error && error.message ? error.message : WORDS.away;
    }
    this.#refresh();
  }

  async #takePlan(/** @type {string} */ floor, /** @type {TakenPicture} */ taken) {
    const now = this.store.drawing.floors[floor];
    const before = now.picture;
    const below = this.store.drawing.floors[findBelow(this.store.drawing.floors, floor) ?? ""]?.picture;
    const like = before ?? (below?.size_wh.join() === taken.size_wh.join() ? below : null);
    const picture = { size_wh: taken.size_wh, m_per_px: like ? (like.m_per_px * like.size_wh[0]) / taken.size_wh[0] : USUAL_WIDTH_M / taken.size_wh[0], at: like?.at ?? below?.at ?? [0, 0], is_scaled: like?.is_scaled ?? false, turn_deg: like?.turn_deg ?? 0, tilt_deg: taken.tilt_deg };
    this.#put([{ kind: "floors", name: floor, now: { ...now, picture } }]);
    if (this.#plans[floor]) URL.revokeObjectURL(this.#plans[floor]);
    delete this.#plans[floor];
    await this.#loadPlan();
    this.#fitExtent();
    if (!picture.is_scaled) this.tools.take("scale");
  }

  async #takeStill(/** @type {string} */ name, /** @type {TakenPicture} */ taken) {
    const now = this.store.drawing.cameras[name];
    if (!now) return;
    const isSame = now.picture_wh?.join() === taken.size_wh.join();
    this.#put([{ kind: "cameras", name, now: { ...now, picture_wh: taken.size_wh, picture_mark: taken.mark, bars: taken.bars, boxes: taken.people, ...(isSame ? {} : { points: [], outlines: [], found: null }) } }]);
    await this.match.takePicture();
  }

  #setScale(/** @type {number} */ meters) {
    const [a, b] = this.tools.trail;
    const { floors } = this.store.drawing;
    const picture = floors[this.floor].picture;
    const far = measure(a, b);
    if (!picture || far < 1e-3) return;
    const share = meters / far;
    const grow = (/** @type {Point} */ point) => round(point.map((value, axis) => picture.at[axis] + (value - picture.at[axis]) * share));
    this.#put([{ kind: "floors", name: this.floor, now: { ...floors[this.floor], picture: { ...picture, m_per_px: picture.m_per_px * share, is_scaled: true } } }, ...moveParts(this.store.drawing, this.floor, grow)]);
    this.tools.take("space");
    this.#fitExtent();
    this.#refresh();
  }

  /** Turn a floor's plan around its corner, and what is drawn on it. @param {number} degrees counterclockwise */
  #turnFloor(degrees) {
    const around = this.store.drawing.floors[this.floor].picture?.at ?? [0, 0];
    this.#put(carryFloor(this.store.drawing, this.floor, (point) => turnPoint(point, around, degrees), degrees));
    this.tools.trail = [];
    this.#fitExtent();
  }

  async #check() {
    try {
      await this.store.settle();
      this.problems = (await this.api.check()).problems;
      this.note = this.problems.length === 0 ? "Nothing wrong was found." : WORDS.toMend(this.problems.length);
    } catch (error) {
      this.note = error instanceof Error && error.message ? error.message : WORDS.away;
    }
    this.#refresh();
  }

  #draw(/** @type {Sheet} */ sheet) {
    if (!this.#isOpen) return [];
    return drawPlan(sheet, {
      drawing: this.#dragged ? applyChanges(this.store.drawing, [this.#dragged]) : this.store.drawing,
      floor: this.floor,
      pictureUrl: this.#plans[this.floor] ?? null,
      chosen: this.chosen,
      trail: this.tools.trail,
      pointer: this.tools.pointer,
      problems: this.problems,
      pins: this.match.listPins(),
      people: this.match.people,
      makeHandle: (sign, part, corner) => this.#makeHandle(sign, part, corner),
    });
  }

  #makeHandle(/** @type {SVGElement} */ sign, /** @type {ChosenPart} */ part, /** @type {number|null} */ corner) {
    const { isTaking, cameraId } = this.match;
    if (this.tools.tool !== "select" || (isTaking && part.name !== cameraId)) return sign;
    return this.plan.makeHandle(sign, {
      onClick: (point) => (isTaking ? this.#click(point) : corner === null && this.#choose(part)),
      onDrag: (point) => {
        this.#dragged = this.#moveTo(part, corner, point);
        this.plan.redraw();
      },
      onDrop: (point) => {
        this.#dragged = null;
        const moved = this.#moveTo(part, corner, point);
        if (moved) this.#put([moved]);
      },
      onCancel: () => {
        this.#dragged = null;
        this.plan.redraw();
      },
    });
  }

  /** A part, or one of its corners, at another place. @param {ChosenPart} part @param {number|null} corner @param {Point} point @returns {SchoolChange|null} */
  #moveTo({ kind, name }, corner, point) {
    const now = /** @type {any} */ (this.store.drawing[kind][name]);
    if (!now) return null;
    if (corner !== null && kind === "stairs") return { kind, name, now: { ...now, polygon: makeRectangle(now.polygon[(corner + 2) % 4], point) } };
    if (corner !== null) return { kind, name, now: { ...now, polygon: now.polygon.map((/** @type {Point} */ each, /** @type {number} */ n) => (n === corner ? round(point) : each)) } };
    if (kind === "doors") return { kind, name, now: { ...now, at: round(snapToWall(point, this.tools.listOutlines(), 1.5)?.at ?? point) } };
    return { kind, name, now: { ...now, at: round(point), found: null } };
  }

  #refresh() {
    if (!this.#isOpen) return;
    const { store } = this;
    if (!(this.floor in store.drawing.floors)) this.#showFloor(listFloors(store.drawing.floors)[0]);
    this.root.dataset.saved = String(store.isSaved);
    this.root.classList.toggle("matching", Boolean(this.match.camera?.picture_wh));
    refill(this.bar, () => this.#makeBar());
    const words = store.isAway ? WORDS.away : store.refusal || this.note || (store.isSaved ? "All changes saved" : "Saving...");
    this.status.replaceChildren(...(store.editor === null ? [words] : [WORDS.edited(store.editor), " ", makeButton(WORDS.takeOver, () => store.takeOver(), { class: "small" })]));
    const isEmpty = !store.drawing.floors[this.floor]?.picture && Object.keys(store.drawing.spaces).length === 0;
    const hint = this.#listTools().find(({ id }) => id === this.tools.tool)?.hint ?? "";
    this.hint.replaceChildren(makeHelpPicture(this.tools.tool), make("span", { text: isEmpty && this.tools.tool === "select" ? WORDS.first : hint }));
    // below the fields where a camera is matched: they must not move under what is typed when something is mended
    refill(this.side, () => (this.match.camera ? [...this.#makeSide(), this.list] : [this.list, ...this.#makeSide()]));
    this.list.replaceChildren(...this.problems.map((problem) => make("li", {}, make("span", { text: problem.text }), ...this.#makeWay(problem))));
    this.match.refresh();
    this.plan.redraw();
  }

  #listTools() { return findBelow(this.store.drawing.floors, this.floor) === null ? TOOLS : [...TOOLS, LINE_UP]; }

  #makeBar() {
    const { store } = this;
    const tools = this.#listTools().map(({ id, name }) =>
      makeButton(name, () => {
        this.tools.take(id);
        this.#choose(null);
      }, { "data-tool": id, "aria-pressed": String(this.tools.tool === id), disabled: store.editor !== null }),
    );
    const undo = makeButton("Undo", () => store.undo(), { "data-part": "undo", disabled: !store.canUndo });
    const redo = makeButton("Redo", () => store.redo(), { "data-part": "redo", disabled: !store.canRedo });
    const snap = makeButton("Snap", () => {
      this.isSnapping = !this.isSnapping;
      this.#refresh();
    }, { "data-part": "snap", "aria-pressed": String(this.isSnapping) });
    return [...tools, make("span", { class: "gap" }), snap, undo, redo, makeButton("Check the plan", () => this.#check(), { "data-part": "check" })];
  }

  #makeSide() {
    const { drawing } = this.store;
    const picture = drawing.floors[this.floor]?.picture ?? null;
    const show = (/** @type {string} */ floor) => this.#showFloor(floor);
    const page = makeNumber("Page of the PDF", this.#page || null, { least: 1, most: 60, step: 1, onChange: (given) => (this.#page = given ?? 0) });
    const file = makeFileButton(picture ? WORDS.otherPlan : WORDS.addPlan, ".png,.jpg,.jpeg,.webp,.pdf,image/*,application/pdf", "plan-file", (sent) => this.#sendFile(`plan-${this.floor}`, sent));
    const { chosen, tools } = this;
    if (tools.tool === "scale" && tools.trail.length === 2) return [this.#makeScale()];
    if (tools.tool === "space" && tools.trail.length > 2) return [makeButton("Close the outline", () => tools.finish() && this.#refresh(), { "data-part": "close" })];
    if (chosen && drawing[chosen.kind][chosen.name]) return [...makeFloorChoice(drawing, this.floor, show), ...makePanel(drawing, chosen, (changed) => this.#change(chosen, changed))];
    const floor = makeFloorPanel(drawing, this.floor, { put: (changes) => this.#put(changes), show });
    return picture ? [...this.#makeTilt(picture), ...floor, make("hr"), file, page] : [file, page, make("hr"), ...floor];
  }

  /** The offer to straighten a plan whose own long lines are not level. @param {PlanPicture} picture @returns {HTMLElement[]} */
  #makeTilt(picture) {
    if (this.tools.tool === "straighten") return [makeButton("Turn it by a quarter", () => this.#turnFloor(90), { "data-part": "turn" })];
    const tilt = ((picture.tilt_deg + picture.turn_deg + 405) % 90) - 45;
    if (Math.abs(tilt) < LEAST_TILT_DEG) return [];
    const { floors } = this.store.drawing;
    const leave = () => this.#put([{ kind: "floors", name: this.floor, now: { ...floors[this.floor], picture: { ...picture, tilt_deg: -picture.turn_deg } } }]);
    return [
      make("p", { class: "refused", text: WORDS.tilted(tilt) }),
      make("div", { class: "row" }, makeButton(WORDS.straighten, () => this.#turnFloor(-tilt), { class: "primary", "data-part": "straighten" }), makeButton(WORDS.leaveTilted, leave, { "data-part": "leave-tilted" })),
    ];
  }

  #makeScale() {
    const input = make("input", { type: "text", maxlength: "20", "data-part": "distance", "aria-label": WORDS.distance });
    const set = () => {
      const meters = readLength(input.value, true);
      input.setCustomValidity(meters >= 0.5 && meters <= 500 ? "" : "Enter 2 to 1,600 feet or 0.5 to 500 meters, with the unit: 100 ft or 30.5 m.");
      if (input.reportValidity()) this.#setScale(meters);
    };
    return make("div", { class: "field" }, make("span", { text: WORDS.distance }), input, makeButton("Set the scale", set, { class: "primary", "data-part": "set-scale" }));
  }

  #makeWay(/** @type {PlanProblem} */ { floor }) {
    const name = this.store.drawing.floors[floor]?.name;
    return floor === this.floor || !name ? [] : [" ", makeButton(`Show ${name}`, () => this.#showFloor(floor), { class: "small" })];
  }

  async #showFloor(/** @type {string} */ floor) {
    this.floor = floor;
    this.#choose(null);
    await this.#loadPlan();
    this.#fitExtent();
  }
}

function findTab(/** @type {string} */ schoolId) {
  const key = `sightline-tab-${schoolId}`;
  try {
    const kept = sessionStorage.getItem(key) ?? makeUuid();
    sessionStorage.setItem(key, kept);
    return kept;
  } catch {
    return makeUuid();
  }
}
