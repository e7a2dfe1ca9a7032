/** The animated map: floors, controls, and one axis of site time for the student's way, the marks and what was watched. */

import { clamp, listChildren, make, makeSvg, must } from "./dom.js";
import { FloorPicture, makeShape } from "./floor_picture.js";
import { findMark, findPlace, findSpans, writeClock, writeMark, writeStudent, writeWatched } from "./moment.js";

const LONGEST_FRAME_S = 0.25;

class PlayClock {
  #request = 0;
  #sinceMs = 0;
  #owedS = 0;

  constructor(/** @type {{readSpeed: () => number, onPassed: (seconds: number) => void}} */ { readSpeed, onPassed }) {
    this.readSpeed = readSpeed;
    this.onPassed = onPassed;
    this.isPlaying = false;
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  }

  play() {
    if (this.isPlaying) return;
    this.isPlaying = true;
    this.#sinceMs = performance.now();
    this.#owedS = 0;
    this.#request = requestAnimationFrame(() => this.#tick());
  }

  pause() {
    this.isPlaying = false;
    cancelAnimationFrame(this.#request);
  }

  #tick() {
    const nowMs = performance.now();
    this.#owedS += Math.min((nowMs - this.#sinceMs) / 1000, LONGEST_FRAME_S);
    this.#sinceMs = nowMs;
    if (!this.calm.matches || this.#owedS >= 1) {
      const passedS = this.#owedS * this.readSpeed();
      this.#owedS = 0;
      this.onPassed(passedS);
    }
    if (this.isPlaying) this.#request = requestAnimationFrame(() => this.#tick());
  }
}

class Lanes {
  /** @type {number} */ lowS;
  /** @type {number} */ highS;
  constructor(/** @type {MapData} */ data) {
    this.data = data;
    [this.lowS, this.highS] = data.window_s;
    this.head = make("div", { class: "head" });
    const marks = data.marks.map((mark) => this.#placeMark(mark));
    this.element = make(
      "div",
      { class: "lanes", "aria-hidden": "true" },
      ...this.#makeLane("Student on camera", "on-camera", [...this.#drawBetween(), ...this.#drawSpans(data.student)]),
      ...this.#makeLane("You watched", "watched", this.#drawSpans(data.watched)),
      ...this.#makeLane("Your marks", "marked", marks),
      make("div", { class: "over" }, this.head),
    );
  }

  show(/** @type {number} */ t_s) {
    this.head.style.left = this.#at(t_s);
  }

  #at(/** @type {number} */ t_s) { return `${(((t_s - this.lowS) / (this.highS - this.lowS)) * 100).toFixed(3)}%`; }

  #makeLane(/** @type {string} */ name, /** @type {string} */ kind, /** @type {Element[]} */ parts) {
    return [make("span", { class: "lane-name", text: name }), make("div", { class: `lane ${kind}` }, ...parts)];
  }

  #drawSpans(/** @type {{from_s: number, to_s: number}[]} */ spans) {
    return spans.map(({ from_s, to_s }) => {
      const span = make("span", {});
      span.style.left = this.#at(from_s);
      span.style.width = `${(((to_s - from_s) / (this.highS - this.lowS)) * 100).toFixed(3)}%`;
      return span;
    });
  }

  /** From first to last seen a dashed line, which shows where no camera does. */
  #drawBetween() {
    const { path } = this.data;
    if (path.length === 0) return [];
    const [line] = this.#drawSpans([{ from_s: path[0][0], to_s: must(path.at(-1))[0] }]);
    line.className = "between";
    return [line];
  }

  #placeMark(/** @type {MapMark} */ mark) {
    const sign = makeSvg("svg", { viewBox: "-16 -16 32 32", class: "sign" }, makeShape(mark.kind));
    sign.style.left = this.#at(mark.t_s);
    return sign;
  }
}

const SPEEDS = [1, 2, 4, 8, 16];
const FIRST_SPEED = 8;
const BESIDE_FROM_PX = 760;
const GAP_PX = 16;
const FAR_STEP_S = 10;
const NEAR_MARK_S = 1;
const NARROWEST_PX = 40;
const HIGHEST_PX = 420;

export class PathMap {
  /** @type {number} */ lowS;
  /** @type {number} */ highS;
  /** @type {HTMLInputElement} */ slider;
  #width = 0;
  /** @type {string|null} */ #studentFloor = null;

  constructor(/** @type {HTMLElement} */ root, /** @type {MapData} */ data) {
    this.root = root;
    this.data = data;
    [this.lowS, this.highS] = data.window_s;
    this.pictures = data.floors.map((floor) => new FloorPicture(floor, data));
    this.clock = new PlayClock({ readSpeed: () => Number(this.speed.value), onPassed: (seconds) => this.#pass(seconds) });
    this.lanes = new Lanes(data);
    this.words = make("p", { class: "words", "data-part": "words" });
    this.tabs = make(
      "div",
      { class: "tabs", role: "group", "aria-label": "Floor" },
      ...data.floors.map(({ id, name }) => make("button", { type: "button", "data-tab": id, text: name, on: { click: () => this.#showFloor(id) } })),
    );
    this.figures = this.pictures.map((picture) => make("figure", { "data-figure": picture.floor.id }, ...(data.has_floors ? [make("figcaption", { text: picture.floor.name })] : []), picture.svg));
    /** @param {string} part @param {string} text @param {() => void} click */
    const button = (part, text, click) => make("button", { type: "button", "data-part": part, text, on: { click } });
    this.play = button("play", "Play", () => this.#toggle());
    this.speed = make("select", { "data-part": "speed", "aria-label": "Speed" }, ...SPEEDS.map((speed) => make("option", { value: String(speed), text: `${speed}×`, selected: speed === FIRST_SPEED })));
    this.before = button("before", "Previous mark", () => this.#goToMark(-1));
    this.after = button("after", "Next mark", () => this.#goToMark(1));
    this.slider = make("input", {
      type: "range",
      "data-part": "place",
      min: String(this.lowS),
      max: String(this.highS),
      step: "1",
      "aria-label": "Moment of the recording",
      on: { input: () => this.#scrub(Number(this.slider.value)), keydown: (event) => this.#stepFar(event) },
    });
    root.replaceChildren(
      this.#makeLegend(),
      this.tabs,
      make("div", { class: "floors" }, ...this.figures),
      make("div", { class: "controls" }, this.play, this.speed, this.before, this.after),
      make("div", { class: "axis" }, this.lanes.element, make("span", { class: "lane-name" }), this.slider),
      this.words,
    );
    const first = data.path[0] ?? [data.marks[0]?.t_s ?? this.lowS];
    this.t_s = clamp(first[0], this.lowS, this.highS);
    this.shown = data.floors[0].id;
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(root);
    this.#fit();
  }

  destroy() {
    this.clock.pause();
    this.sizes.disconnect();
  }

  #makeLegend() {
    /** @param {string} kind */
    const line = (kind) => makeSvg("svg", { viewBox: "0 0 32 10", class: "key" }, makeSvg("g", { class: "way strong" }, makeSvg("polyline", { class: kind, points: "2,5 30,5" })));
    const shape = (/** @type {string} */ kind) => makeSvg("svg", { viewBox: "-16 -16 32 32", class: "key" }, makeShape(kind));
    const ring = makeSvg("svg", { viewBox: "-12 -12 24 24", class: "key" }, makeSvg("g", { class: "camera looked" }, makeSvg("circle", { r: 9, class: "ring" }), makeSvg("circle", { r: 4, class: "dot" })));
    /** @type {[SVGElement, string][]} */
    const entries = [[line("seen"), "The student's actual path"], [line("unseen"), "off camera"], [shape("right"), "Your mark: correct"], [shape("wrong person"), "Your mark: wrong person"], [shape("nobody"), "Your mark: no one there"], [ring, "you watched this camera"]];
    return make("div", { class: "legend" }, ...entries.map(([sign, text]) => make("span", {}, sign, make("span", { text }))));
  }

  #toggle() {
    if (this.clock.isPlaying) this.clock.pause();
    else {
      if (this.t_s >= this.highS) this.t_s = this.lowS;
      this.clock.play();
    }
    this.#show();
  }

  #pass(/** @type {number} */ seconds) {
    this.t_s = Math.min(this.highS, this.t_s + seconds);
    if (this.t_s >= this.highS) this.clock.pause();
    this.#show();
  }

  #scrub(/** @type {number} */ t_s) {
    this.clock.pause();
    this.t_s = clamp(t_s, this.lowS, this.highS);
    this.#show();
  }

  #stepFar(/** @type {KeyboardEvent} */ event) {
    const step = { PageUp: FAR_STEP_S, PageDown: -FAR_STEP_S }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#scrub(this.t_s + step);
  }

  #goToMark(/** @type {number} */ direction) {
    const mark = this.#findMarkBeyond(direction);
    if (mark === undefined) return;
    this.#scrub(mark.t_s);
    this.#showFloor(mark.floor);
  }

  #findMarkBeyond(/** @type {number} */ direction) {
    const slack = 0.01;
    const isBeyond = (/** @type {{t_s: number}} */ { t_s }) => (t_s - this.t_s) * direction > slack;
    return direction > 0 ? this.data.marks.find(isBeyond) : this.data.marks.findLast(isBeyond);
  }

  #showFloor(/** @type {string} */ id) {
    this.shown = id;
    this.#arrange();
  }

  /** Floors side by side where there is room, else one at a time. */
  #fit() {
    const width = this.root.clientWidth;
    if (width < NARROWEST_PX || Math.abs(width - this.#width) < 1) return;
    this.#width = width;
    const count = this.pictures.length;
    const beside = count > 1 && count < 4 && width >= BESIDE_FROM_PX ? count : 1;
    this.root.dataset.layout = beside > 1 || count === 1 ? "beside" : "one";
    const each = Math.floor((width - GAP_PX * (beside - 1)) / beside);
    for (const picture of this.pictures) picture.draw(Math.min(each, HIGHEST_PX / picture.shape));
    this.#show();
  }

  #arrange() {
    const isBeside = this.root.dataset.layout === "beside";
    this.tabs.hidden = isBeside;
    for (const figure of this.figures) figure.hidden = !isBeside && figure.dataset.figure !== this.shown;
    for (const tab of listChildren(this.tabs)) tab.setAttribute("aria-pressed", String(tab.dataset.tab === this.shown));
  }

  #show() {
    const { data, t_s } = this;
    const place = findPlace(data.path, t_s);
    const [student, watched] = [findSpans(data.student, t_s), findSpans(data.watched, t_s)];
    if (place !== null && place.floor !== this.#studentFloor) {
      this.#studentFloor = place.floor;
      this.shown = place.floor;
    }
    const nearest = findMark(data.marks, t_s, NEAR_MARK_S);
    for (const picture of this.pictures) picture.show({ t_s, place, watched, isSeen: student.length > 0, nearest });
    this.#arrange();
    this.lanes.show(t_s);
    this.play.textContent = this.clock.isPlaying ? "Pause" : "Play";
    this.before.disabled = this.#findMarkBeyond(-1) === undefined;
    this.after.disabled = this.#findMarkBeyond(1) === undefined;
    const time = writeClock(data.day_s, t_s);
    const said = [writeStudent(place, student), writeWatched(watched), writeMark(nearest)];
    this.words.replaceChildren(make("b", { text: time }), ...said.filter(Boolean).map((text) => make("span", { text })));
    this.slider.value = String(t_s);
    this.slider.setAttribute("aria-valuetext", [time, ...said.filter(Boolean)].join(" "));
    this.root.dataset.t = t_s.toFixed(3);
  }
}
