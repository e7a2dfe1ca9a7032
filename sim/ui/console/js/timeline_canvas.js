/** Which part of the recording the timeline shows, and how it is drawn. */

import { clamp, getPen, must } from "./dom.js";

const LEAST_S = 30;

/** The part of the recording that the timeline shows: from 30 seconds to all of it, always inside the recording. */
export class TimeWindow {
  /** @type {number} */ fromS;
  /** @type {number} */ toS;
  constructor(/** @type {number} */ durationS) {
    this.durationS = durationS;
    this.leastS = Math.min(LEAST_S, durationS);
    this.showAll();
  }

  get spanS() { return this.toS - this.fromS; }
  get isWhole() { return this.fromS === 0 && this.toS === this.durationS; }
  get isClosest() { return this.spanS <= this.leastS + 1e-6; }
  has(/** @type {number} */ timeS) { return timeS >= this.fromS && timeS <= this.toS; }

  /** Where a time is, 0 at the left edge and 1 at the right. @param {number} timeS */
  shareOf(timeS) { return (timeS - this.fromS) / this.spanS; }
  timeAt(/** @type {number} */ share) { return this.fromS + clamp(share, 0, 1) * this.spanS; }

  showAll() {
    this.fromS = 0;
    this.toS = this.durationS;
  }

  showSpan(/** @type {number} */ fromS, /** @type {number} */ toS) {
    this.#place(fromS, clamp(toS - fromS, this.leastS, this.durationS));
  }

  /** Show a factor less time, or more with a factor under 1; `aroundS` stays where it is on screen. */
  zoomBy(/** @type {number} */ factor, /** @type {number} */ aroundS) {
    const spanS = clamp(this.spanS / factor, this.leastS, this.durationS);
    this.#place(aroundS - this.shareOf(aroundS) * spanS, spanS);
  }

  panBy(/** @type {number} */ seconds) {
    this.#place(this.fromS + seconds, this.spanS);
  }

  centerOn(/** @type {number} */ timeS) {
    this.#place(timeS - this.spanS / 2, this.spanS);
  }

  /** Move no further than it takes to have a time between two shares of the window. */
  keepBetween(/** @type {number} */ timeS, /** @type {number} */ low, /** @type {number} */ high) {
    const share = this.shareOf(timeS);
    this.panBy((share - clamp(share, low, high)) * this.spanS);
  }

  #place(/** @type {number} */ fromS, /** @type {number} */ spanS) {
    this.fromS = clamp(fromS, 0, this.durationS - spanS);
    this.toS = spanS >= this.durationS ? this.durationS : this.fromS + spanS;
  }
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** How far apart ticks stand, seconds: the smallest round step that leaves each the pixels `roomPx(stepS)`. */
export function chooseTickStep(/** @type {number} */ spanS, /** @type {number} */ widthPx, /** @type {(stepS: number) => number} */ roomPx) {
  return STEPS_S.find((stepS) => (stepS / spanS) * widthPx >= roomPx(stepS)) ?? must(STEPS_S.at(-1));
}

/** Times of a window at full steps of the wall clock, `startS` being the clock at time 0. */
export function listTicks(/** @type {{fromS: number, toS: number}} */ { fromS, toS }, /** @type {number} */ startS, /** @type {number} */ everyS) {
  const first = Math.ceil((startS + fromS) / everyS - 1e-9) * everyS - startS;
  const count = Math.floor((toS - first) / everyS + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => first + place * everyS);
}

const BAR_PX = 3;
const SPACE_PX = 3;
const RULER_PX = 19;

/** Pixels: what part is shown, the chosen camera, all cameras (half as high), the ruler. */
export function placeRows(/** @type {number} */ trackPx) {
  const ownPx = Math.round(((trackPx - BAR_PX - RULER_PX - 2 * SPACE_PX) * 2) / 3);
  const own = { top: BAR_PX + SPACE_PX, height: ownPx };
  const all = { top: own.top + ownPx + SPACE_PX, height: Math.round(ownPx / 2) };
  return { bar: { top: 0, height: BAR_PX }, own, all, ruler: { top: trackPx - RULER_PX + 1, height: RULER_PX - 1 } };
}

const MINOR_ROOM_PX = 7;
/** Labels on full minutes are short. @param {number} stepS */
const labelRoomPx = (stepS) => (stepS % 60 ? 76 : 52);
const OWN_FULL_LEVEL = 120;
const COLOURS = {
  recorded: "#2b3239",
  asked: "#465260",
  edge: "#9fb0c0",
  gap: "#8a95a0",
  motion: "#8fc7ff",
  motionAll: "#a7b6c4",
  bookmark: "#f0f3f5",
  outline: "#10141a",
  tick: "#5d6873",
};

/** Corners of a diamond and a ribbon, by half their height. */
const SHAPES = {
  mark: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  bookmark: [[-0.75, -1], [0.75, -1], [0.75, 1], [0, 0.35], [-0.75, 1]],
};

export class TimelineCanvas {
  /** @type {TimeWindow} */ #window;

  /** @type {number} */ width;
  /** @type {number} */ height;
  /** @type {string} */ font;
  /** @type {string} */ words;
  /** @type {string} of the lines at the words */
  lines;
  /** @type {string} */ amber;
  constructor(/** @type {HTMLCanvasElement} */ canvas, /** @type {HTMLElement} */ track) {
    this.canvas = canvas;
    this.track = track;
    this.pen = getPen(canvas);
    this.rows = placeRows(track.clientHeight);
  }

  /**
   * @param {object} picture
   * @param {TimeWindow} picture.window
   * @param {import("./site_clock.js").SiteClock} picture.clock
   * @param {number[]} picture.askedS the span that the task asks about
   * @param {{levels: Uint8Array|null, gaps: number[][]}} picture.own of the chosen camera
   * @param {Uint8Array|null} picture.all levels of all cameras together
   * @param {number} picture.everyS seconds of a level
   * @param {TimelineMark[]} picture.marks
   */
  draw(picture) {
    if (!this.#fit()) return;
    this.#window = picture.window;
    this.pen.clearRect(0, 0, this.width, this.height);
    const { own, all } = this.rows;
    this.#drawGround(own, picture.askedS);
    this.#drawGround(all, picture.askedS);
    this.#drawGaps(own, picture.own.gaps);
    this.#drawMotion(own, picture.own.levels, picture.everyS, { full: OWN_FULL_LEVEL, colour: COLOURS.motion });
    this.#drawMotion(all, picture.all, picture.everyS, { full: 255, colour: COLOURS.motionAll });
    this.#drawEdges(picture.askedS);
    this.#drawRuler(picture.clock);
    if (!picture.window.isWhole) this.#drawBar(picture.window);
    for (const mark of picture.marks) this.#drawMark(mark);
  }

  /** Match the canvas to its place and to the screen's dots; false while it has no size. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.track;
    const dots = window.devicePixelRatio || 1;
    if (!width || !height) return false;
    const [wide, high] = [Math.round(width * dots), Math.round(height * dots)];
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    this.width = width;
    this.height = height;
    this.rows = placeRows(height);
    const style = getComputedStyle(this.track);
    this.font = style.fontFamily;
    this.words = style.color;
    this.lines = matchMedia("(forced-colors: active)").matches ? style.color : COLOURS.edge;
    this.amber = style.getPropertyValue("--amber") || "#ffc65c";
    this.pen.setTransform(wide / width, 0, 0, high / height, 0, 0);
    return true;
  }

  #x(/** @type {number} */ timeS) { return this.#window.shareOf(timeS) * this.width; }

  #drawGround(/** @type {Row} */ row, /** @type {number[]} */ [fromS, toS]) {
    const { pen } = this;
    pen.fillStyle = COLOURS.recorded;
    pen.fillRect(0, row.top, this.width, row.height);
    const left = Math.max(0, this.#x(fromS));
    pen.fillStyle = COLOURS.asked;
    pen.fillRect(left, row.top, Math.max(0, Math.min(this.width, this.#x(toS)) - left), row.height);
  }

  /** Where the task's window begins and ends, when that is not where the recording does. @param {number[]} askedS */
  #drawEdges([fromS, toS]) {
    const { pen } = this;
    const { own, all } = this.rows;
    const bottom = all.top + all.height;
    pen.fillStyle = COLOURS.edge;
    for (const [timeS, side] of [[fromS, 1], [toS, -1]]) {
      if (timeS <= 0 || timeS >= this.#window.durationS || !this.#window.has(timeS)) continue;
      const x = Math.round(this.#x(timeS)) - (side < 0 ? 2 : 0);
      pen.fillRect(x, own.top, 2, bottom - own.top);
      for (const y of [own.top, bottom - 2]) pen.fillRect(side > 0 ? x : x - 4, y, 6, 2);
    }
  }

  /** No picture: a hole with slanting lines. @param {Row} row @param {number[][]} gaps */
  #drawGaps(row, gaps) {
    const { pen } = this;
    for (const [fromS, toS] of gaps) {
      const [left, right] = [Math.max(-1, this.#x(fromS)), Math.min(this.width + 1, this.#x(toS))];
      if (right <= left) continue;
      pen.save();
      pen.beginPath();
      pen.rect(left, row.top, Math.max(3, right - left), row.height);
      pen.clip();
      pen.clearRect(left, row.top, right - left, row.height);
      pen.strokeStyle = COLOURS.gap;
      pen.lineWidth = 1;
      pen.beginPath();
      for (let x = left - row.height; x < right; x += 6) {
        pen.moveTo(x, row.top + row.height);
        pen.lineTo(x + row.height, row.top);
      }
      pen.rect(left + 0.5, row.top + 0.5, Math.max(2, right - left - 1), row.height - 1);
      pen.stroke();
      pen.restore();
    }
  }

  /** Bars as high as what moves; where several seconds share a dot, the busiest counts. */
  #drawMotion(/** @type {Row} */ row, /** @type {Uint8Array|null} */ levels, /** @type {number} */ everyS, /** @type {{full: number, colour: string}} */ { full, colour }) {
    if (!levels) return;
    const { pen } = this;
    const barPx = (everyS / this.#window.spanS) * this.width;
    const gapPx = barPx >= 5 ? 1 : 0;
    const first = Math.max(0, Math.floor(this.#window.fromS / everyS));
    const last = Math.min(levels.length - 1, Math.floor(this.#window.toS / everyS));
    const group = Math.max(1, Math.ceil(1 / barPx));
    pen.fillStyle = colour;
    pen.beginPath();
    for (let start = first - (first % group); start <= last; start += group) {
      let level = 0;
      for (let second = start; second < Math.min(start + group, levels.length); second++) level = Math.max(level, levels[second]);
      if (!level) continue;
      const high = Math.max(1.5, Math.min(1, level / full) * row.height);
      pen.rect(this.#x(start * everyS), row.top + row.height - high, barPx * group - gapPx, high);
    }
    pen.fill();
  }

  #drawRuler(/** @type {import("./site_clock.js").SiteClock} */ clock) {
    const { pen } = this;
    const { top, height } = this.rows.ruler;
    const everyS = chooseTickStep(this.#window.spanS, this.width, labelRoomPx);
    const minorS = chooseTickStep(this.#window.spanS, this.width, () => MINOR_ROOM_PX);
    pen.fillStyle = COLOURS.tick;
    if (everyS % minorS === 0) for (const timeS of listTicks(this.#window, clock.startS, minorS)) pen.fillRect(Math.round(this.#x(timeS)), top, 1, 2);
    pen.font = `12px ${this.font}`;
    pen.textBaseline = "alphabetic";
    for (const timeS of listTicks(this.#window, clock.startS, everyS)) {
      const x = this.#x(timeS);
      const text = clock.shortWords(timeS);
      const half = pen.measureText(text).width / 2;
      pen.fillStyle = this.lines;
      pen.fillRect(Math.round(x), top, 1, 4);
      pen.fillStyle = this.words;
      pen.fillText(text, Math.max(0, Math.min(this.width - 2 * half, x - half)), top + height - 3);
    }
  }

  #drawBar(/** @type {TimeWindow} */ { fromS, toS, durationS }) {
    const { pen } = this;
    const { top, height } = this.rows.bar;
    pen.fillStyle = COLOURS.recorded;
    pen.fillRect(0, top, this.width, height);
    pen.fillStyle = COLOURS.edge;
    pen.fillRect((fromS / durationS) * this.width, top, Math.max(12, ((toS - fromS) / durationS) * this.width), height);
  }

  /** A mark is a diamond, a bookmark a ribbon; those of other cameras stand in the lower row only. */
  #drawMark(/** @type {TimelineMark} */ { t_s: timeS, kind, isOwn }) {
    const x = this.#x(timeS);
    if (x < -8 || x > this.width + 8) return;
    const { own, all } = this.rows;
    if (isOwn) this.#drawShape(kind, [x, own.top + own.height / 2], 7);
    this.#drawShape(kind, [x, all.top + all.height / 2], 5);
  }

  #drawShape(/** @type {TimelineMark["kind"]} */ kind, /** @type {Point} */ [x, y], /** @type {number} */ half) {
    const { pen } = this;
    pen.beginPath();
    for (const [across, down] of SHAPES[kind]) pen.lineTo(x + across * half, y + down * half);
    pen.closePath();
    pen.fillStyle = kind === "mark" ? this.amber : COLOURS.bookmark;
    pen.strokeStyle = COLOURS.outline;
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
  }
}
