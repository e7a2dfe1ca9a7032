/**
 * A camera's picture and the points by which it is matched to the plan: one on the plan with its height, the same in the
 * picture. What the server makes of them is drawn over the picture: lines of the plan, and people who stand there.
 */

import { make, makeSvg } from "./dom.js";
import { WORDS, makeButton, makeChoice, makeFileButton, makeHelpPicture, makeLength, refill, writeLength } from "./fields.js";
import { findFloor, isInside, listEdges, makeGhost, measure, projectLine, projectPoint } from "./plan_geometry.js";
import { Sheet, drawDot, drawPin, writePoints } from "./plan_picture.js";

const LEAST = 0.004;

/** The boxes after a click: one that was clicked is gone; else a first corner waits for the second. @param {Box[]} boxes @param {Point[]} trail corners clicked so far @param {Point} spot shares @returns {{boxes: Box[], trail: Point[]}} */
export function takeBoxClick(boxes, trail, spot) {
  const [from] = trail;
  if (from === undefined) {
    const hit = boxes.findLastIndex(([left, top, right, bottom]) => spot[0] >= left && spot[0] <= right && spot[1] >= top && spot[1] <= bottom);
    return hit < 0 ? { boxes, trail: [spot] } : { boxes: boxes.toSpliced(hit, 1), trail: [] };
  }
  const box = [Math.min(from[0], spot[0]), Math.min(from[1], spot[1]), Math.max(from[0], spot[0]), Math.max(from[1], spot[1])].map((value) => Math.round(value * 1e4) / 1e4);
  return { boxes: box[2] - box[0] < LEAST || box[3] - box[1] < LEAST ? boxes : [...boxes, box], trail: [] };
}

function drawBoxes(/** @type {import("./plan_picture.js").Sheet} */ sheet, /** @type {Box[]} */ boxes, /** @type {number} */ ratio) {
  return boxes.map(([left, top, right, bottom]) => {
    const [x, y] = sheet.toPixels([left, top * ratio]);
    const [x2, y2] = sheet.toPixels([right, bottom * ratio]);
    return makeSvg("rect", { x, y, width: x2 - x, height: y2 - y, class: "box" });
  });
}

const LEAST_POINTS = 6;
const HEIGHTS_M = [1.2, 1.75];
const CEILING_M = 3;

export class CameraMatch {
  /** @type {string|null} */ cameraId = null;
  /** match, people, outline or boxes */
  mode = "match";
  /** The half of a pair that was clicked. @type {{at: Point|null, spot: Point|null}} */
  half = { at: null, spot: null };
  height = "0";
  otherHeight = 1;
  /** @type {MatchResult|null} */ result = null;
  words = "";
  /** @type {Point[]} */ people = [];
  /** @type {Point[]} */ trail = [];
  /** @type {string|null} */ #url = null;
  /** What was asked of the server last: the points, and the field of view. */ #asked = "";

  /**
   * @param {object} on
   * @param {import("./drawing_store.js").DrawingStore} on.store
   * @param {import("./drawing_store.js").SchoolApi} on.api
   * @param {() => void} on.redraw
   * @param {(part: string, file: File) => void} on.sendFile
   * @param {(cameraId: string|null) => void} on.choose
   */
  constructor(on) {
    this.on = on;
    this.sheet = new Sheet({ name: "picture", label: WORDS.picture, isUp: false, onClick: (point) => this.#clickPicture(point), onMove: () => {}, onKey: (event) => event.key === "Escape" && this.cancel(), isBoxing: () => this.mode === "boxes", onBox: (from, to, isDone) => this.#dragBox(from, to, isDone), draw: () => this.#draw() });
    this.controls = make("div", { class: "match-controls" });
    this.list = make("ol", { class: "points" });
    this.element = make("section", { class: "match", hidden: true }, make("div", { class: "match-picture" }, this.sheet.element), make("div", { class: "match-side" }, this.controls, this.list));
  }

  get camera() { return this.cameraId === null ? null : (this.on.store.drawing.cameras[this.cameraId] ?? null); }

  async show(/** @type {string|null} */ cameraId) {
    if (cameraId === this.cameraId) return;
    Object.assign(this, { cameraId, result: null, people: [], trail: [], words: "", mode: "match", half: { at: null, spot: null }, height: "0" });
    this.sheet.view.reset();
    this.#asked = "";
    await this.loadPicture();
  }

  async loadPicture() {
    const { cameraId, camera } = this;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
    if (camera?.picture_wh && cameraId) {
      const url = await this.on.api.fetchPicture(cameraId).catch(() => null);
      if (cameraId === this.cameraId) this.#url = url;
    }
    this.refresh();
  }

  /** Whether clicks on the plan are points of the match, or people: then nothing that is drawn there takes them. */
  get isTaking() { return Boolean(this.camera?.picture_wh) && (this.mode === "match" || this.mode === "people"); }

  takePlanClick(/** @type {Point} */ point) {
    if (!this.isTaking) return false;
    if (this.mode === "people") this.#addPerson(point);
    else {
      this.half = { at: point, spot: this.half.spot };
      this.#join();
    }
    return true;
  }

  listPins() {
    const { camera } = this;
    if (!camera) return [];
    const pins = camera.points.map(({ at }, n) => ({ at, name: String(n + 1), kind: this.#isBad(n) ? "bad" : "" }));
    if (this.half.at) pins.push({ at: this.half.at, name: "", kind: "new" });
    return pins;
  }

  refresh() {
    const { camera } = this;
    this.element.hidden = camera === null;
    if (camera === null || this.cameraId === null) return;
    if (camera.picture_wh) this.#ask(camera);
    const ratio = this.#ratio;
    this.sheet.extent = [0, 0, 1, ratio];
    this.sheet.element.hidden = this.#url === null;
    refill(this.controls, () => this.#makeControls());
    refill(this.list, () => (camera.picture_wh ? camera.points.map((_, n) => this.#makeLine(camera, n)) : []));
    this.sheet.redraw();
    this.on.redraw();
  }

  get #ratio() {
    const size = this.camera?.picture_wh ?? [16, 9];
    return size[1] / size[0];
  }

  #isBad(/** @type {number} */ n) { return this.result?.bad.includes(n) ?? false; }

  /** The camera as it is by its points now, else as it was accepted. @returns {FoundCamera|null} */
  get #found() { return this.result?.found ?? this.camera?.found ?? null; }

  #makeControls() {
    const { camera, cameraId } = this;
    if (camera === null || cameraId === null) return [];
    const { editor, drawing } = this.on.store;
    const names = Object.entries(drawing.cameras).map(([id, { name }]) => [id, `${id} ${name}`]);
    const head = makeChoice("Camera to match", [["", "None: back to the plan"], ...names], cameraId, (id) => this.on.choose(id || null));
    head.dataset.part = "camera";
    if (editor !== null) return [head, make("p", { class: "refused", role: "alert", text: WORDS.edited(editor) })];
    const file = makeFileButton(camera.picture_wh ? WORDS.otherPicture : "Add its picture or a clip", "image/*,video/*", "still", (sent) => this.on.sendFile(cameraId, sent));
    if (!camera.picture_wh) return [head, file];
    const count = camera.points.length;
    const isSame = camera.found !== null && (this.result === null || isClose(this.result.found, camera.found));
    /** @param {string} mode @param {string} text */
    const button = (mode, text) => makeButton(text, () => this.#setMode(mode), { "data-mode": mode, "aria-pressed": String(this.mode === mode) });
    const hints = { match: "Click a point on the plan and the same point in the picture.", people: WORDS.peopleHint, outline: WORDS.outlineHint, boxes: WORDS.boxesHint };
    return [
      make("div", { class: "row fields" }, head, ...(this.mode === "match" ? this.#makeHeight() : [])),
      make("div", { class: "row" }, button("match", "Points"), button("people", "Show people"), button("outline", WORDS.outline), button("boxes", "Paint out")),
      ...(camera.boxes.length > 0 ? [make("p", { "data-part": "boxes", text: WORDS.toPaint(camera.boxes.length) }), makeButton(WORDS.paint, () => this.#paint(), { class: "primary", "data-part": "paint" })] : []),
      ...(count > 0 && count < LEAST_POINTS ? [make("p", { text: WORDS.needed(count) })] : []),
      ...(this.words ? [make("p", { class: "refused", role: "alert", text: this.words })] : []),
      ...(this.result ? [make("p", { class: { good: "good", fair: "", poor: "refused" }[this.result.grade], role: "status", "data-part": "grade", text: `${WORDS.grades[this.result.grade]} ${WORDS.hangs(this.result.found.over_floor_m)} ${this.result.advice}` })] : []),
      ...(this.result ? this.#makeNext(this.result) : []),
      ...(this.result && !isSame && this.result.grade !== "poor" ? [makeButton(WORDS.accept, () => this.result && this.#put({ found: this.result.found, over_floor_m: this.result.found.over_floor_m }), { class: "primary", "data-part": "accept" })] : []),
      ...(isSame ? [make("p", { class: "good", "data-part": "matched", text: "This camera is matched. Continue with the next one, or make the school ready below." })] : []),
      make("p", { class: "quiet hint" }, makeHelpPicture(this.mode), make("span", { text: count === 0 && !camera.found && this.mode === "match" ? WORDS.matchLead : hints[/** @type {keyof typeof hints} */ (this.mode)] })),
      file,
    ];
  }

  #makeHeight() {
    const ceiling = this.#findCeiling();
    const choices = { "0": WORDS.heights[0], "2.1": `${WORDS.heights[2.1]} (${writeLength(2.1)})`, ceiling: `${WORDS.heights.ceiling} (${writeLength(ceiling)})`, other: WORDS.heights.other };
    const choice = makeChoice("Height of the point", choices, this.height, (height) => {
      this.height = height;
      this.refresh();
    });
    choice.dataset.part = "point-height";
    return this.height === "other" ? [choice, makeLength(WORDS.height, this.otherHeight, { least: 0, most: 12, onChange: (meters) => (this.otherHeight = meters ?? 0) })] : [choice];
  }

  #makeNext(/** @type {MatchResult} */ result) {
    const [next] = result.next;
    if (!next || result.grade === "poor") return [];
    const place = () => {
      this.half = { at: next.at, spot: this.half.spot };
      this.height = next.z_m === 0 ? "0" : "other";
      this.otherHeight = next.z_m;
      this.refresh();
    };
    return [make("p", {}, make("span", { text: `Useful next: ${next.words}. ` }), makeButton("Show on the plan", place, { class: "small" }))];
  }

  #makeLine(/** @type {DrawnCamera} */ camera, /** @type {number} */ n) {
    const off = this.result?.off_px[n];
    const words = off === undefined ? "" : `, ${this.#isBad(n) ? "fits none of the others: look at it again" : WORDS.off(off / (camera.picture_wh?.[0] ?? 1))}`;
    const drop = makeButton("×", () => this.#put({ points: camera.points.filter((_, other) => other !== n) }), { class: "small", "aria-label": `${WORDS.dropPoint} ${n + 1}` });
    return make("li", { class: this.#isBad(n) ? "bad" : "" }, make("span", { text: `${WORDS.high(camera.points[n].z_m)}${words}` }), drop);
  }

  #findCeiling() {
    const { drawing } = this.on.store;
    const { camera } = this;
    if (!camera) return CEILING_M;
    const room = Object.values(drawing.spaces).find((space) => space.floor === camera.floor && isInside(camera.at, space.polygon));
    return room?.height_m ?? drawing.floors[camera.floor]?.height_m ?? CEILING_M;
  }

  get #heightM() {
    if (this.height === "ceiling") return this.#findCeiling();
    return this.height === "other" ? this.otherHeight : Number(this.height);
  }

  /** A picture was added: look first whether somebody is in it. */
  async takePicture() {
    this.mode = this.camera && this.camera.boxes.length > 0 ? "boxes" : "match";
    await this.loadPicture();
  }

  #setMode(/** @type {string} */ mode) {
    this.mode = mode;
    this.trail = [];
    if (mode === "match") this.people = [];
    this.refresh();
  }

  #toShares(/** @type {Point} */ [u, y]) {
    return [u, y / this.#ratio].map((share) => Math.min(1, Math.max(0, share)));
  }

  #dragBox(/** @type {Point} */ from, /** @type {Point} */ to, /** @type {boolean} */ isDone) {
    this.trail = [this.#toShares(from)];
    if (isDone) this.#addToBoxes(this.#toShares(to));
    else {
      this.trail.push(this.#toShares(to));
      this.sheet.redraw();
    }
  }

  #clickPicture(/** @type {Point} */ point) {
    const ratio = this.#ratio;
    const spot = this.#toShares(point);
    if (this.mode === "people") {
      const at = this.#found && findFloor(this.#found, ratio, spot);
      if (at) this.#addPerson(at);
    } else if (this.mode === "outline") this.#addToOutline(spot);
    else if (this.mode === "boxes") this.#addToBoxes(spot);
    else {
      this.half = { at: this.half.at, spot };
      this.#join();
    }
  }

  /** Make a pair of both halves, once both are there. */
  #join() {
    const { at, spot } = this.half;
    const { camera } = this;
    if (at && spot && camera) {
      this.half = { at: null, spot: null };
      const [u, v] = spot.map((value) => Math.round(value * 1e5) / 1e5);
      this.#put({ points: [...camera.points, { at: at.map((value) => Math.round(value * 1000) / 1000), z_m: this.#heightM, u, v }] });
    } else this.refresh();
  }

  #addPerson(/** @type {Point} */ at) {
    this.people = [...this.people.slice(-5), at];
    this.refresh();
  }

  #addToOutline(/** @type {Point} */ spot) {
    const [first] = this.trail;
    const { camera } = this;
    if (camera && this.trail.length > 2 && measure(first, spot) < 0.02) {
      const points = this.trail;
      this.trail = [];
      this.#put({ outlines: [...camera.outlines, { points }] });
    } else {
      this.trail = [...this.trail, spot];
      this.sheet.redraw();
    }
  }

  #addToBoxes(/** @type {Point} */ spot) {
    const { camera } = this;
    if (!camera) return;
    const { boxes, trail } = takeBoxClick(camera.boxes, this.trail, spot);
    this.trail = trail;
    if (boxes === camera.boxes) this.sheet.redraw();
    else this.#put({ boxes });
  }

  async #paint() {
    const { cameraId } = this;
    if (cameraId === null) return;
    this.words = "";
    try {
      await this.on.store.settle();
      await this.on.api.paint(cameraId);
      if (cameraId === this.cameraId) {
        this.#put({ boxes: [] });
        this.#setMode("match");
        await this.loadPicture();
      }
    } catch (error) {
      this.words = error instanceof Error && error.message ? error.message : WORDS.away;
      this.refresh();
    }
  }

  #put(/** @type {Partial<DrawnCamera>} */ changed) {
    if (this.cameraId === null) return;
    this.on.store.put([{ kind: "cameras", name: this.cameraId, now: { ...this.camera, ...changed } }]);
    this.refresh();
  }

  /** Ask how good the match is when its points, or what is known of the camera, are others than before: undone ones too. */
  async #ask(/** @type {DrawnCamera} */ { points, hfov_deg }) {
    const { cameraId } = this;
    const asked = JSON.stringify([cameraId, points, hfov_deg]);
    if (cameraId === null || asked === this.#asked) return;
    Object.assign(this, { result: null, words: "" });
    this.#asked = asked;
    if (points.length < LEAST_POINTS) return;
    /** @type {MatchResult|null} */ let result = null;
    let words = "";
    try {
      await this.on.store.settle();
      result = await this.on.api.match(cameraId);
    } catch (error) {
      words = error instanceof Error && error.message ? error.message : WORDS.away;
    }
    if (asked !== this.#asked) return;
    Object.assign(this, { result, words });
    this.refresh();
  }

  /** Give up half a pair, or what is being drawn in the picture; tell whether there was any. */
  cancel() {
    if (this.trail.length === 0 && !this.half.at && !this.half.spot) return false;
    this.trail = [];
    this.half = { at: null, spot: null };
    this.refresh();
    return true;
  }

  #draw() {
    const { camera, sheet } = this;
    if (!camera || this.#url === null) return [];
    const ratio = this.#ratio;
    const toSheet = (/** @type {number[]} */ [u, v]) => [u, v * ratio];
    const [x, y] = sheet.toPixels([0, 0]);
    const picture = makeSvg("image", { href: this.#url, x, y, width: sheet.scale, height: sheet.scale * ratio, preserveAspectRatio: "none" });
    const found = this.#found;
    return [
      picture,
      ...(found ? [makeSvg("svg", { x, y, width: sheet.scale, height: sheet.scale * ratio, viewBox: `${x} ${y} ${sheet.scale} ${sheet.scale * ratio}`, class: "lines" }, ...this.#drawLines(found, camera, ratio).map((line) => makeSvg("polyline", { class: "plan-line", points: writePoints(sheet, line.map(toSheet)) })))] : []),
      ...drawBoxes(sheet, camera.boxes, ratio),
      ...camera.outlines.map(({ points }) => makeSvg("polygon", { class: "outline", points: writePoints(sheet, points.map(toSheet)) })),
      ...(this.mode === "boxes" && this.trail.length === 2 ? drawBoxes(sheet, [this.trail.flat()], ratio) : []),
      ...(this.trail.length > 0 ? [makeSvg("polyline", { class: "trail", points: writePoints(sheet, this.trail.map(toSheet)) }), ...this.trail.map((spot) => drawDot(sheet, toSheet(spot), "corner", 5))] : []),
      ...(found ? this.people.flatMap((at) => HEIGHTS_M.map((tall) => makeSvg("polygon", { class: "ghost", points: writePoints(sheet, makeGhost(found, ratio, at, tall).map(toSheet)) }))) : []),
      ...camera.points.flatMap(({ u, v, at, z_m }, n) => {
        const kind = this.#isBad(n) ? "bad" : "";
        const spot = found && projectPoint(found, ratio, [at[0], at[1], z_m]);
        return [...drawPin(sheet, toSheet([u, v]), String(n + 1), kind), ...(spot ? [drawDot(sheet, toSheet(spot), "shown-at", 3)] : [])];
      }),
      ...(this.half.spot ? drawPin(sheet, toSheet(this.half.spot), "", "new") : []),
    ];
  }

  /** The edges of the room that the camera hangs in, as they would be seen. @param {FoundCamera} found @param {DrawnCamera} camera @param {number} ratio */
  #drawLines(found, camera, ratio) {
    const { spaces } = this.on.store.drawing;
    const rooms = Object.values(spaces).filter((space) => space.floor === camera.floor && isInside(found.at, space.polygon));
    const tops = [0, this.#findCeiling()];
    return rooms.flatMap((room) => listEdges(room.polygon).flatMap(([a, b]) => tops.flatMap((z) => projectLine(found, ratio, [...a, z], [...b, z]))));
  }

  destroy() {
    this.sheet.destroy();
    if (this.#url) URL.revokeObjectURL(this.#url);
  }
}

function isClose(/** @type {FoundCamera} */ a, /** @type {FoundCamera} */ b) {
  return Math.abs(a.yaw_deg - b.yaw_deg) < 0.05 && measure(a.at, b.at) < 0.02 && Math.abs(a.hfov_deg - b.hfov_deg) < 0.1;
}
