/**
 * The timeline: where in the recording we are, in two rows. The upper one is the chosen camera, the lower one all cameras:
 * what is recorded, where there is no picture, how much moves, what is marked. It shows 30 seconds to all of it.
 */

import { clamp } from "./dom.js";
import { TimeWindow } from "./time_window.js";
import { TimelineCanvas } from "./timeline_canvas.js";
import { TimelineGestures } from "./timeline_gestures.js";

class TimelinePeek {
  /** @type {number|null} */
  #timeS = null;

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {import("./time_window.js").TimeWindow} options.window
   * @param {(canvas: HTMLCanvasElement, timeS: number, onLoad: () => void) => boolean} options.drawThumb
   */
  constructor({ parts, clock, window, drawThumb }) {
    this.parts = parts;
    this.clock = clock;
    this.window = window;
    this.drawThumb = drawThumb;
  }

  /** @param {number} timeS @param {string} words what is at that place, "" for nothing in particular */
  show(timeS, words) {
    const { peek, peekTime, peekWords } = this.parts;
    this.#timeS = timeS;
    peekTime.textContent = this.clock.words(timeS);
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
    peekPicture.hidden = !this.drawThumb(peekPicture, this.#timeS, () => this.#draw());
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

export class Timeline {
  /** @type {string|null} */
  #cameraId = null;
  /** @type {ListedMark[]} */
  #marks = [];
  /** @type {Bookmark[]} */
  #bookmarks = [];
  #timeS = 0;
  #isDirty = true;
  #isFollowing = true;
  #restTimer = 0;
  #widthPx = 0;

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {number[]} options.windowS the span that the task asks about
   * @param {import("./motion_data.js").MotionData} options.motion
   * @param {import("./transport.js").Transport} options.transport
   * @param {(canvas: HTMLCanvasElement, timeS: number, onLoad: () => void) => boolean} options.drawThumb
   * @param {(cameraId: string) => string} options.nameOf
   * @param {(fromS: number, toS: number) => void} options.onRest another part of the recording is shown, and that rests
   */
  constructor({ parts, clock, windowS, motion, transport, drawThumb, nameOf, onRest }) {
    this.parts = parts;
    this.clock = clock;
    this.motion = motion;
    this.transport = transport;
    this.nameOf = nameOf;
    this.onRest = onRest;
    this.askedS = windowS;
    this.durationS = clock.durationS;
    this.window = new TimeWindow(this.durationS);
    this.canvas = new TimelineCanvas(parts.trackCanvas, parts.track);
    this.peek = new TimelinePeek({ parts, clock, window: this.window, drawThumb });
    this.gestures = new TimelineGestures({
      track: parts.track,
      window: this.window,
      rulerTop: () => this.canvas.rows.ruler.top - 2,
      actions: transport,
      onWindow: () => this.#meetWindow(),
      onPeek: (timeS, y) => this.peek.show(timeS, this.#describe(timeS, y)),
      onPeekEnd: () => this.peek.hide(),
    });
    parts.track.addEventListener("keydown", (event) => this.#key(event));
    parts.track.setAttribute("aria-valuemin", "0");
    parts.track.setAttribute("aria-valuemax", String(Math.floor(this.durationS)));
    parts.timelineCloser.addEventListener("click", () => this.zoomIn());
    parts.timelineWider.addEventListener("click", () => this.zoomOut());
    parts.timelineAll.addEventListener("click", () => this.showAll());
    this.sizes = new ResizeObserver(() => {
      this.#widthPx = parts.track.clientWidth;
      this.redraw();
    });
    this.sizes.observe(parts.track);
    this.#showButtons();
  }

  // What is shown

  /**
   * Once per drawn frame of the page: the head, and the rows when something in them has changed.
   * @param {number} timeS
   */
  show(timeS) {
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

  /** Draw the rows again with the next frame. */
  redraw() {
    this.#isDirty = true;
  }

  /** @param {string|null} cameraId */
  setCamera(cameraId) {
    this.#cameraId = cameraId;
    this.redraw();
  }

  /** @param {ListedMark[]} marks */
  setMarks(marks) {
    this.#marks = marks;
    this.redraw();
  }

  /** @param {Bookmark[]} bookmarks */
  setBookmarks(bookmarks) {
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

  zoomIn() {
    this.#zoom(ZOOM_STEP);
  }

  zoomOut() {
    this.#zoom(1 / ZOOM_STEP);
  }

  showAll() {
    this.window.showAll();
    this.#meetWindow();
  }

  /** Show a part of the recording, without an event. @param {number} fromS @param {number} toS */
  showSpan(fromS, toS) {
    this.window.showSpan(fromS, toS);
    this.#showWindow();
  }

  /** @param {number} factor */
  #zoom(factor) {
    const { window: shown } = this;
    shown.zoomBy(factor, shown.has(this.#timeS) ? this.#timeS : (shown.fromS + shown.toS) / 2);
    this.#meetWindow();
  }

  /** The person has moved the window or changed its span. */
  #meetWindow() {
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
    const { motion } = this;
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

  /**
   * What is at a place, in words: a mark nearby, or that the chosen camera has no picture there.
   * @param {number} timeS
   * @param {number} y
   */
  #describe(timeS, y) {
    const nearS = (NEAR_PX / Math.max(1, this.parts.track.clientWidth)) * this.window.spanS;
    const isOwnRow = y < this.canvas.rows.all.top - 1;
    const marks = this.#listMarks().filter((mark) => Math.abs(mark.t_s - timeS) <= nearS && (mark.isOwn || !isOwnRow));
    marks.sort((a, b) => Math.abs(a.t_s - timeS) - Math.abs(b.t_s - timeS));
    if (marks.length) {
      const [{ kind, text, camera_id: cameraId }] = marks;
      return kind === "mark" ? `Marked: ${this.nameOf(cameraId)}` : text || `Bookmark: ${this.nameOf(cameraId)}`;
    }
    const isGap = this.motion.gaps(this.#cameraId ?? "").some(([fromS, toS]) => timeS >= fromS && timeS < toS);
    return isGap && isOwnRow ? "No picture" : "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
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
