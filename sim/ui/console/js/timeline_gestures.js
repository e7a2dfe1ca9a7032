/** What fingers, mouse and wheel do on the timeline: move the head, move the window, look closer. */

import { clamp, must } from "./dom.js";

const EDGE_PX = 28;
const EDGE_PACE = 0.7;
const SLIP_PX = 4;
const LEAST_PINCH_PX = 24;
const LINE_PX = 16;

/** @typedef {{x: number, y: number, width: number}} Placed a point of the track and the track's width, pixels */
/** @typedef {{name: "scrub"}|Pan|Pinch} Mode */
/** @typedef {{name: "pan", startX: number, x: number, hasMoved: boolean}} Pan */
/** @typedef {{name: "pinch", apartPx: number, middle: {x: number, width: number}}} Pinch */

export class TimelineGestures {
  /** @type {Map<number, Placed>} */
  #pointers = new Map();
  /** @type {Mode|null} */
  #mode = null;
  #edgeRequest = 0;
  #edgeAtMs = 0;

  /**
   * @param {object} options
   * @param {HTMLElement} options.track
   * @param {import("./time_window.js").TimeWindow} options.window
   * @param {() => number} options.rulerTop where the ruler begins, pixels from the track's top
   * @param {import("./transport.js").Transport} options.actions `scrubStart()`, `scrubTo(timeS)`, `scrubEnd()`, `scrubCancel()`, `seekTo(timeS)`
   * @param {() => void} options.onWindow the window has moved or changed its span
   * @param {(timeS: number, y: number) => void} options.onPeek
   * @param {() => void} options.onPeekEnd
   */
  constructor({ track, window, rulerTop, actions, onWindow, onPeek, onPeekEnd }) {
    this.track = track;
    this.window = window;
    this.rulerTop = rulerTop;
    this.actions = actions;
    this.onWindow = onWindow;
    this.onPeek = onPeek;
    this.onPeekEnd = onPeekEnd;
    track.addEventListener("pointerdown", (event) => this.#press(event));
    track.addEventListener("pointermove", (event) => this.#move(event));
    track.addEventListener("pointerup", (event) => this.#release(event));
    track.addEventListener("pointercancel", (event) => this.#release(event));
    track.addEventListener("pointerleave", () => !this.isBusy && this.onPeekEnd());
    track.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Whether a finger or button is down: then the window does not follow the head. */
  get isBusy() {
    return this.#pointers.size > 0;
  }

  destroy() {
    cancelAnimationFrame(this.#edgeRequest);
  }

  /** @param {MouseEvent} event */
  #place(event) {
    const box = this.track.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width };
  }

  /** @param {{x: number, width: number}} place */
  #timeAt({ x, width }) {
    return this.window.timeAt(x / width);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || this.#pointers.size >= 2) return;
    const place = this.#place(event);
    this.track.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, place);
    if (this.#pointers.size === 2) this.#startPinch();
    else if (!this.window.isWhole && place.y >= this.rulerTop()) this.#startPan(place);
    else this.#startScrub(place);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const place = this.#place(event);
    if (!this.#pointers.has(event.pointerId)) {
      if (!this.isBusy && event.pointerType === "mouse") this.onPeek(this.#timeAt(place), place.y);
      return;
    }
    this.#pointers.set(event.pointerId, place);
    if (this.#mode?.name === "scrub") this.#scrub(place);
    else if (this.#mode?.name === "pan") this.#pan(place);
    else if (this.#mode?.name === "pinch") this.#pinch();
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const place = this.#pointers.get(event.pointerId);
    if (!this.#pointers.delete(event.pointerId)) return;
    const mode = this.#mode;
    this.#mode = null;
    this.track.dataset.drag = "";
    if (mode?.name === "scrub") {
      cancelAnimationFrame(this.#edgeRequest);
      this.onPeekEnd();
      this.actions.scrubEnd();
    } else if (mode?.name === "pan" && !mode.hasMoved && event.type === "pointerup") {
      this.actions.seekTo(this.#timeAt(must(place)));
    }
  }

  /** @param {Placed} place */
  #startScrub(place) {
    this.#mode = { name: "scrub" };
    this.actions.scrubStart();
    this.#scrub(place);
    this.#edgeAtMs = performance.now();
    this.#edgeRequest = requestAnimationFrame((nowMs) => this.#panAtEdge(nowMs));
  }

  /** @param {Placed} place */
  #scrub(place) {
    const timeS = this.#timeAt(place);
    this.actions.scrubTo(timeS);
    this.onPeek(timeS, place.y);
  }

  /** Held at or beyond an edge, the window goes on that way, the faster the further out. @param {number} nowMs */
  #panAtEdge(nowMs) {
    this.#edgeRequest = requestAnimationFrame((laterMs) => this.#panAtEdge(laterMs));
    const [place] = this.#pointers.values();
    const passedS = Math.max(0, nowMs - this.#edgeAtMs) / 1000;
    this.#edgeAtMs = nowMs;
    const out = Math.max(EDGE_PX - place.x, place.x - place.width + EDGE_PX) / EDGE_PX;
    if (out <= 0 || this.window.isWhole) return;
    const side = place.x < place.width / 2 ? -1 : 1;
    const before = this.window.fromS;
    this.window.panBy(side * clamp(out, 0, 3) * EDGE_PACE * this.window.spanS * passedS);
    if (this.window.fromS === before) return;
    this.onWindow();
    this.#scrub(place);
  }

  /** @param {Placed} place */
  #startPan(place) {
    this.#mode = { name: "pan", startX: place.x, x: place.x, hasMoved: false };
    this.track.dataset.drag = "pan";
    this.onPeekEnd();
  }

  /** @param {Placed} place */
  #pan(place) {
    const mode = /** @type {Pan} */ (this.#mode);
    mode.hasMoved ||= Math.abs(place.x - mode.startX) >= SLIP_PX;
    if (!mode.hasMoved) return;
    this.window.panBy(((mode.x - place.x) / place.width) * this.window.spanS);
    mode.x = place.x;
    this.onWindow();
  }

  /** A second finger: the first one meant no jump. */
  #startPinch() {
    if (this.#mode?.name === "scrub") {
      cancelAnimationFrame(this.#edgeRequest);
      this.onPeekEnd();
      this.actions.scrubCancel();
    }
    this.#mode = { name: "pinch", ...this.#measurePinch() };
  }

  #measurePinch() {
    const [one, other] = [...this.#pointers.values()];
    return { apartPx: Math.max(LEAST_PINCH_PX, Math.abs(one.x - other.x)), middle: { x: (one.x + other.x) / 2, width: one.width } };
  }

  #pinch() {
    const before = /** @type {Pinch} */ (this.#mode);
    const now = this.#measurePinch();
    const timeS = this.#timeAt(before.middle);
    this.window.panBy(((before.middle.x - now.middle.x) / now.middle.width) * this.window.spanS);
    this.window.zoomBy(now.apartPx / before.apartPx, timeS);
    this.#mode = { name: "pinch", ...now };
    this.onWindow();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const place = this.#place(event);
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    const [across, along] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    if (!event.ctrlKey && Math.abs(across) > Math.abs(along)) {
      this.window.panBy(((across * scale) / place.width) * this.window.spanS);
    } else {
      this.window.zoomBy(Math.exp(-along * scale * (event.ctrlKey ? 0.01 : 0.002)), this.#timeAt(place));
    }
    this.onWindow();
    if (!this.isBusy) this.onPeek(this.#timeAt(place), place.y);
  }
}
