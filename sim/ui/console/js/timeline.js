/** The timeline: where in the recording we are, and what fingers, mouse and wheel do there. */

import { clamp, must } from "./dom.js";
import { TimeWindow, TimelineCanvas } from "./timeline_canvas.js";

const EDGE_PX = 28;
const EDGE_PACE = 0.7;
const SLIP_PX = 4;
const LEAST_PINCH_PX = 24;
const LINE_PX = 16;

/** @typedef {{x: number, y: number, width: number}} Placed a point of the track and the track's width, pixels */
/** @typedef {{name: "scrub"}|Pan|Pinch} Mode */
/** @typedef {{name: "pan", startX: number, x: number, hasMoved: boolean}} Pan */
/** @typedef {{name: "pinch", apartPx: number, middle: {x: number, width: number}}} Pinch */

class TimelineGestures {
  /** @type {Map<number, Placed>} */ #pointers = new Map();
  /** @type {Mode|null} */ #mode = null;
  #edgeRequest = 0;
  #edgeAtMs = 0;

  constructor(/** @type {Timeline} */ timeline) {
    this.timeline = timeline;
    this.window = timeline.window;
    this.actions = timeline.transport;
    const { track } = timeline.parts;
    this.track = track;
    track.addEventListener("pointerdown", (event) => this.#press(event));
    track.addEventListener("pointermove", (event) => this.#move(event));
    track.addEventListener("pointerup", (event) => this.#release(event));
    track.addEventListener("pointercancel", (event) => this.#release(event));
    track.addEventListener("pointerleave", () => !this.isBusy && this.timeline.peek.hide());
    track.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Whether a finger or button is down: then the window does not follow the head. */
  get isBusy() { return this.#pointers.size > 0; }

  destroy() {
    cancelAnimationFrame(this.#edgeRequest);
  }

  #place(/** @type {MouseEvent} */ event) {
    const box = this.track.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width };
  }

  #timeAt(/** @type {{x: number, width: number}} */ { x, width }) { return this.window.timeAt(x / width); }

  #press(/** @type {PointerEvent} */ event) {
    if (event.button !== 0 || this.#pointers.size >= 2) return;
    const place = this.#place(event);
    this.track.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, place);
    if (this.#pointers.size === 2) this.#startPinch();
    else if (!this.window.isWhole && place.y >= this.timeline.canvas.rows.ruler.top - 2) this.#startPan(place);
    else this.#startScrub(place);
  }

  #move(/** @type {PointerEvent} */ event) {
    const place = this.#place(event);
    if (!this.#pointers.has(event.pointerId)) {
      if (!this.isBusy && event.pointerType === "mouse") this.timeline.showPeek(this.#timeAt(place), place.y);
      return;
    }
    this.#pointers.set(event.pointerId, place);
    if (this.#mode?.name === "scrub") this.#scrub(place);
    else if (this.#mode?.name === "pan") this.#pan(place);
    else if (this.#mode?.name === "pinch") this.#pinch();
  }

  #release(/** @type {PointerEvent} */ event) {
    const place = this.#pointers.get(event.pointerId);
    if (!this.#pointers.delete(event.pointerId)) return;
    const mode = this.#mode;
    this.#mode = null;
    this.track.dataset.drag = "";
    if (mode?.name === "scrub") {
      cancelAnimationFrame(this.#edgeRequest);
      this.timeline.peek.hide();
      this.actions.scrubEnd();
    } else if (mode?.name === "pan" && !mode.hasMoved && event.type === "pointerup") {
      this.actions.seekTo(this.#timeAt(must(place)));
    }
  }

  #startScrub(/** @type {Placed} */ place) {
    this.#mode = { name: "scrub" };
    this.actions.scrubStart();
    this.#scrub(place);
    this.#edgeAtMs = performance.now();
    this.#edgeRequest = requestAnimationFrame((nowMs) => this.#panAtEdge(nowMs));
  }

  #scrub(/** @type {Placed} */ place) {
    const timeS = this.#timeAt(place);
    this.actions.scrubTo(timeS);
    this.timeline.showPeek(timeS, place.y);
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
    this.timeline.meetWindow();
    this.#scrub(place);
  }

  #startPan(/** @type {Placed} */ place) {
    this.#mode = { name: "pan", startX: place.x, x: place.x, hasMoved: false };
    this.track.dataset.drag = "pan";
    this.timeline.peek.hide();
  }

  #pan(/** @type {Placed} */ place) {
    const mode = /** @type {Pan} */ (this.#mode);
    mode.hasMoved ||= Math.abs(place.x - mode.startX) >= SLIP_PX;
    if (!mode.hasMoved) return;
    this.window.panBy(((mode.x - place.x) / place.width) * this.window.spanS);
    mode.x = place.x;
    this.timeline.meetWindow();
  }

  /** A second finger: the first one meant no jump. */
  #startPinch() {
    if (this.#mode?.name === "scrub") {
      cancelAnimationFrame(this.#edgeRequest);
      this.timeline.peek.hide();
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
    this.timeline.meetWindow();
  }

  #wheel(/** @type {WheelEvent} */ event) {
    event.preventDefault();
    const place = this.#place(event);
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    const [across, along] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    if (!event.ctrlKey && Math.abs(across) > Math.abs(along)) {
      this.window.panBy(((across * scale) / place.width) * this.window.spanS);
    } else {
      this.window.zoomBy(Math.exp(-along * scale * (event.ctrlKey ? 0.01 : 0.002)), this.#timeAt(place));
    }
    this.timeline.meetWindow();
    if (!this.isBusy) this.timeline.showPeek(this.#timeAt(place), place.y);
  }
}

class TimelinePeek {
  /** @type {number|null} */ #timeS = null;

  constructor(/** @type {TimelineHost} */ host, /** @type {TimeWindow} */ window) {
    this.host = host;
    this.parts = host.parts;
    this.window = window;
  }

  show(/** @type {number} */ timeS, /** @type {string} */ words) {
    const { peek, peekTime, peekWords } = this.parts;
    this.#timeS = timeS;
    peekTime.textContent = this.host.clock.words(timeS);
    peekWords.textContent = words;
    peekWords.hidden = words === "";
    peek.hidden = false;
    this.#draw();
  }

  hide() {
    this.#timeS = null;
    this.parts.peek.hidden = true;
  }

  #draw() {
    if (this.#timeS === null) return;
    const { console: root, peek, peekPicture, track } = this.parts;
    const { sheets, picture } = this.host;
    peekPicture.hidden = !sheets.draw(peekPicture, picture.cameraId, this.#timeS, () => this.#draw());
    const half = peek.offsetWidth / 2;
    const [outer, inner] = [root.getBoundingClientRect(), track.getBoundingClientRect()];
    const x = inner.left + this.window.shareOf(this.#timeS) * inner.width;
    peek.style.left = `${clamp(x, outer.left + half, outer.right - half) - inner.left}px`;
  }
}

/** @type {Record<string, number>} */
const STEP_S = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
const ZOOM_STEP = 2;
const REST_MS = 600;
const NEAR_PX = 8;
const FOLLOW_BETWEEN = [0.12, 0.88];

/** Two rows, the chosen camera above and all cameras below: what is recorded, has no picture, moves and is marked. */
export class Timeline {
  /** @type {string|null} */ #cameraId = null;
  /** @type {ListedMark[]} */ #marks = [];
  /** @type {Bookmark[]} */ #bookmarks = [];
  #timeS = 0;
  #isDirty = true;
  #isFollowing = true;
  #restTimer = 0;
  #widthPx = 0;

  constructor(/** @type {TimelineHost} */ host, /** @type {number[]} */ askedS, /** @type {(fromS: number, toS: number) => void} */ onRest) {
    this.host = host;
    const { parts, clock, transport } = host;
    this.parts = parts;
    this.clock = clock;
    this.transport = transport;
    this.askedS = askedS;
    this.onRest = onRest;
    this.durationS = clock.durationS;
    this.window = new TimeWindow(this.durationS);
    this.canvas = new TimelineCanvas(parts.trackCanvas, parts.track);
    this.peek = new TimelinePeek(host, this.window);
    this.gestures = new TimelineGestures(this);
    parts.track.addEventListener("keydown", (event) => this.#key(event));
    parts.track.setAttribute("aria-valuemin", "0");
    parts.track.setAttribute("aria-valuemax", String(Math.floor(this.durationS)));
    parts.timelineCloser.addEventListener("click", () => this.zoom(1));
    parts.timelineWider.addEventListener("click", () => this.zoom(-1));
    parts.timelineAll.addEventListener("click", () => this.showAll());
    this.sizes = new ResizeObserver(() => {
      this.#widthPx = parts.track.clientWidth;
      this.redraw();
    });
    this.sizes.observe(parts.track);
    this.#showButtons();
  }

  showPeek(/** @type {number} */ timeS, /** @type {number} */ y) {
    this.peek.show(timeS, this.#describe(timeS, y));
  }

  // What is shown

  show(/** @type {number} */ timeS) {
    this.#timeS = timeS;
    this.#follow();
    if (this.#isDirty) this.#draw();
    this.#placeHead();
    const { track } = this.parts;
    const whole = String(Math.floor(timeS));
    if (track.hasAttribute("aria-valuetext") && track.getAttribute("aria-valuenow") === whole) return;
    track.setAttribute("aria-valuenow", whole);
    track.setAttribute("aria-valuetext", this.clock.words(timeS));
  }

  redraw() {
    this.#isDirty = true;
  }

  setCamera(/** @type {string|null} */ cameraId) {
    this.#cameraId = cameraId;
    this.redraw();
  }

  setMarks(/** @type {ListedMark[]} */ marks) {
    this.#marks = marks;
    this.redraw();
  }

  setBookmarks(/** @type {Bookmark[]} */ bookmarks) {
    this.#bookmarks = bookmarks;
    this.redraw();
  }

  /** The head has jumped: the window goes where it is. */
  reveal() {
    this.#isFollowing = true;
  }

  destroy() {
    this.sizes.disconnect();
    this.gestures.destroy();
    clearTimeout(this.#restTimer);
  }

  // Closer and wider

  showAll() {
    this.window.showAll();
    this.meetWindow();
  }

  /** Show a part of the recording, without an event. @param {number} fromS @param {number} toS */
  showSpan(fromS, toS) {
    this.window.showSpan(fromS, toS);
    this.#showWindow();
  }

  zoom(/** @type {number} */ direction) {
    const { window: shown } = this;
    shown.zoomBy(ZOOM_STEP ** direction, shown.has(this.#timeS) ? this.#timeS : (shown.fromS + shown.toS) / 2);
    this.meetWindow();
  }

  /** The person has moved the window or changed its span. */
  meetWindow() {
    this.#showWindow();
    clearTimeout(this.#restTimer);
    const { fromS, toS } = this.window;
    this.#restTimer = setTimeout(() => this.onRest(fromS, toS), REST_MS);
  }

  #showWindow() {
    this.#isFollowing = this.window.has(this.#timeS);
    this.redraw();
    this.#showButtons();
  }

  #showButtons() {
    const { timelineCloser, timelineWider, timelineAll, track } = this.parts;
    const { isWhole, isClosest, fromS, toS } = this.window;
    timelineCloser.setAttribute("aria-disabled", String(isClosest));
    for (const button of [timelineWider, timelineAll]) button.setAttribute("aria-disabled", String(isWhole));
    track.dataset.zoomed = String(!isWhole);
    Object.assign(track.dataset, { from: fromS.toFixed(2), to: toS.toFixed(2) });
  }

  /** While it plays or jumps the head stays in the window, unless a person has just moved the window away from it. */
  #follow() {
    const { window: shown } = this;
    if (shown.isWhole || this.gestures.isBusy) return;
    if (!this.#isFollowing) {
      this.#isFollowing = shown.has(this.#timeS);
      return;
    }
    const before = shown.fromS;
    if (!shown.has(this.#timeS)) shown.centerOn(this.#timeS);
    else if (this.transport.playback.isPlaying) shown.keepBetween(this.#timeS, FOLLOW_BETWEEN[0], FOLLOW_BETWEEN[1]);
    if (shown.fromS === before) return;
    this.redraw();
    this.#showButtons();
  }

  // Drawing

  #draw() {
    const { motion } = this.host;
    this.#isDirty = false;
    this.canvas.draw({
      window: this.window,
      clock: this.clock,
      askedS: this.askedS,
      own: { levels: motion.levels(this.#cameraId ?? ""), gaps: motion.gaps(this.#cameraId ?? "") },
      all: motion.all,
      everyS: motion.everyS,
      marks: this.#listMarks(),
    });
  }

  /** On whole pixels: every move of the head paints the timeline again, and it moves a few pixels a second. */
  #placeHead() {
    const { head } = this.parts;
    const share = this.window.shareOf(this.#timeS);
    const side = share < 0 ? "before" : share > 1 ? "behind" : "inside";
    const left = `${Math.round(Math.min(1, Math.max(0, share)) * this.#widthPx)}px`;
    if (head.style.left !== left) head.style.left = left;
    if (head.dataset.side !== side) head.dataset.side = side;
  }

  #listMarks() {
    /** @param {TimelineMark["kind"]} kind @param {(Moment & {text?: string})[]} marks */
    const list = (kind, marks) => marks.map((mark) => ({ ...mark, kind, isOwn: mark.camera_id === this.#cameraId }));
    return [...list("bookmark", this.#bookmarks), ...list("mark", this.#marks)];
  }

  /** What is at a place, in words: a mark nearby, or that the chosen camera has no picture there. */
  #describe(/** @type {number} */ timeS, /** @type {number} */ y) {
    const nearS = (NEAR_PX / Math.max(1, this.parts.track.clientWidth)) * this.window.spanS;
    const isOwnRow = y < this.canvas.rows.all.top - 1;
    const marks = this.#listMarks().filter((mark) => Math.abs(mark.t_s - timeS) <= nearS && (mark.isOwn || !isOwnRow));
    marks.sort((a, b) => Math.abs(a.t_s - timeS) - Math.abs(b.t_s - timeS));
    if (marks.length) {
      const [{ kind, text, camera_id: cameraId }] = marks;
      return kind === "mark" ? `Marked: ${this.host.picture.nameOf(cameraId)}` : text || `Bookmark: ${this.host.picture.nameOf(cameraId)}`;
    }
    const isGap = this.host.motion.gaps(this.#cameraId ?? "").some(([fromS, toS]) => timeS >= fromS && timeS < toS);
    return isGap && isOwnRow ? "No picture" : "";
  }

  #key(/** @type {KeyboardEvent} */ event) {
    const atS = Number(this.parts.track.getAttribute("aria-valuenow") ?? 0);
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Home") this.transport.seekTo(0);
    else if (event.key === "End") this.transport.seekTo(this.durationS);
    else if (event.key in STEP_S) this.transport.seekTo(atS + STEP_S[event.key] * (event.shiftKey ? 10 : 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
