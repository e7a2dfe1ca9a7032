/** The walk's footage in the console's own player: one camera at a time, its clock, timeline and closer look. */

import { make, must } from "./dom.js";
import { nameKey, showKey } from "./key_map.js";
import { MotionData } from "./motion.js";
import { SpriteSheets } from "./pixels.js";
import { makePlayer } from "./player.js";
import { SiteClock } from "./site_clock.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";
import { Zoom } from "./zoom.js";

const SPEEDS = [-1, 0.25, 0.5, 1, 2, 4];
const ZOOM_STEP = 1.4;

/** @typedef {Parts & Record<"cameraChoice"|"said"|"clockWords"|"steps"|"strip"|"keyList"|"farther"|"closer"|"noPicture"|"toPicture", HTMLElement>} WalkParts */

export class FootageView {
  #request = 0;
  #shown = -1;
  /** @type {string} */ cameraId;

  /**
   * @param {object} options
   * @param {WalkParts} options.parts
   * @param {Recording} options.recording
   * @param {WorkingState["gaps"]} options.gaps
   * @param {"decoder"|"video"} options.player
   * @param {(frame: number, before: number) => void} options.onFrame another frame is on screen
   * @param {() => void} options.onCamera another camera was chosen
   * @param {() => boolean} options.canMove whether the clock may be moved now
   */
  constructor({ parts, recording, gaps, player, onFrame, onCamera, canMove }) {
    this.parts = parts;
    this.recording = recording;
    this.gaps = gaps;
    this.onFrame = onFrame;
    this.clock = new SiteClock(recording.start_time, recording.duration_s);
    const { main, playback } = makePlayer({ player, parts, recording, onMainFrame: () => {}, onWallFrame: () => {}, onTrouble: (_, trouble) => trouble && (parts.said.textContent = "The footage does not load. Check the connection, then reload the page; your marks are saved.") });
    this.main = main;
    this.playback = playback;
    this.transport = new Transport({ playback, speeds: SPEEDS, emit: () => {}, isLive: canMove, onChange: () => this.#showState() });
    this.zoom = new Zoom(parts);
    this.sheets = new SpriteSheets(recording);
    this.motion = new MotionData(recording.timeline_url, recording.cameras.map((camera) => camera.camera_id), () => this.timeline.redraw());
    const { clock, motion, transport, sheets } = this;
    this.timeline = new Timeline({ parts, clock, motion, transport, sheets, picture: this }, [0, recording.duration_s], () => {});
    this.choice = /** @type {HTMLSelectElement} */ (parts.cameraChoice);
    this.choice.replaceChildren(...recording.cameras.map((camera) => make("option", { value: camera.camera_id, text: camera.name })));
    let isPointer = false;
    this.choice.addEventListener("pointerdown", () => (isPointer = true));
    this.choice.addEventListener("keydown", () => (isPointer = false));
    this.choice.addEventListener("change", () => {
      this.showCamera(this.choice.value);
      onCamera();
      if (isPointer) parts.console.focus({ preventScroll: true });
    });
    this.#listen();
    this.showCamera(recording.cameras[0].camera_id);
    this.goTo(this.#findPicture());
    this.#request = requestAnimationFrame(() => this.#tick());
  }

  destroy() {
    cancelAnimationFrame(this.#request);
    for (const part of [this.transport, this.timeline, this.motion]) part.destroy();
    this.main.close();
  }

  /** The frame on screen, or the one that is coming. */
  get frame() { return this.playback.isPlaying ? this.playback.shownFrame : this.playback.askedFrame; }
  get lastFrame() { return this.recording.frame_count - 1; }
  get gapsHere() { return this.gaps[this.cameraId] ?? []; }

  nameOf(/** @type {string} */ cameraId) {
    return this.recording.cameras.find((camera) => camera.camera_id === cameraId)?.name ?? cameraId;
  }

  showCamera(/** @type {string} */ cameraId) {
    const camera = must(this.recording.cameras.find((each) => each.camera_id === cameraId));
    this.transport.pause();
    this.cameraId = this.choice.value = cameraId;
    this.parts.stage.dataset.camera = cameraId;
    this.parts.picture.style.setProperty("--picture-ratio", String(camera.size_wh[0] / camera.size_wh[1]));
    this.zoom.set(null);
    this.main.load(camera.main_url, camera.main_index_url);
    this.timeline.setCamera(cameraId);
    this.#shown = -1;
  }

  /** The recording was made again: its files have other addresses. @param {Recording} recording */
  renew(recording) {
    this.recording = this.sheets.recording = recording;
    this.showCamera(this.cameraId);
  }

  goTo(/** @type {number} */ frame) {
    this.transport.pause();
    this.transport.seekTo((Math.max(0, Math.min(frame, this.lastFrame)) + 0.5) / this.recording.fps);
    this.timeline.reveal();
  }

  zoomBy(/** @type {number} */ factor, /** @type {Box|null} */ box = null) {
    this.zoom.zoomBy(factor, box ? { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 } : this.zoom.middle);
  }

  say(/** @type {string} */ words) {
    if (this.parts.said.textContent !== words) this.parts.said.textContent = words;
  }

  words(/** @type {number} */ frame) { return this.clock.words(frame / this.recording.fps); }

  #listen() {
    const { parts, transport } = this;
    const speed = parts.speed;
    speed.replaceChildren(...SPEEDS.map((each) => make("option", { value: String(each), text: each < 0 ? `−${-each}×` : `${each}×` })));
    speed.addEventListener("change", () => transport.setSpeed(Number(speed.value)));
    const press = {
      play: () => transport.toggle(),
      backOne: () => transport.jumpBy(-1),
      forwardOne: () => transport.jumpBy(1),
      frameBack: () => transport.step(-1),
      frameForward: () => transport.step(1),
    };
    for (const [name, run] of Object.entries(press)) parts[/** @type {keyof typeof press} */ (name)].addEventListener("click", run);
    // a button pressed with the mouse does not take the focus, so that keys go on meaning what they mean here
    parts.console.addEventListener("mousedown", (event) => {
      if (/** @type {HTMLElement} */ (event.target).closest("button")) event.preventDefault();
      else if (!(/** @type {HTMLElement} */ (event.target).closest("select, summary, input, [tabindex='0']"))) parts.console.focus({ preventScroll: true });
    });
    parts.farther.addEventListener("click", () => this.zoomBy(1 / ZOOM_STEP));
    parts.toPicture.addEventListener("click", () => this.goTo(this.#findPicture()));
    this.#showState();
  }

  /** The frame on screen where it has a picture; else the next one that has, or the last one before. */
  #findPicture() {
    const { frame } = this;
    const gap = this.gapsHere.find(([first, end]) => frame >= first && frame < end);
    if (!gap) return frame;
    const [first, end] = gap;
    return end <= this.lastFrame ? end : Math.max(0, first - 1);
  }

  #showGap() {
    const { noPicture, toPicture } = this.parts;
    const frame = this.#findPicture();
    noPicture.hidden = frame === this.frame;
    toPicture.textContent = `Go to ${this.words(frame)}`;
  }

  #showState() {
    const { play, speed } = this.parts;
    const { isPlaying } = this.playback;
    play.textContent = isPlaying ? "Pause" : "Play";
    speed.value = String(isPlaying ? this.playback.speed : this.transport.forwardSpeed);
  }

  #tick() {
    this.playback.tick();
    const { frame } = this;
    this.timeline.show(frame / this.recording.fps);
    const { dataset } = this.parts.console;
    dataset.frame = String(frame);
    dataset.settled = String(this.main.hasPicture && this.main.frame === Math.min(frame, this.main.lastFrame));
    if (frame !== this.#shown) {
      const before = this.#shown;
      this.#shown = frame;
      this.parts.clockWords.textContent = this.words(frame);
      this.#showGap();
      this.onFrame(frame, before);
    }
    this.#request = requestAnimationFrame(() => this.#tick());
  }
}

// Keys of the walk's footage: those of the console for playing, arrows for the box, and what a page has besides.

const MOVE = 0.004;
const STRIDE = 0.02;
const GROWTH = 1.06;
/** @type {Record<string, XY>} */
const ARROWS = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

/** @typedef {{keys: string[], words: string, run: () => unknown}} WalkKey */

/** @param {{root: HTMLElement, list: HTMLElement, view: FootageView, layer: import("./box_layer.js").BoxLayer, own: WalkKey[]}} options */
export function addWalkKeys({ root, list, view, layer, own }) {
  const { transport } = view;
  /** @type {WalkKey[]} */
  const keys = [
    ...own,
    { keys: [" "], words: "Play or pause", run: () => transport.toggle() },
    { keys: [","], words: "Previous frame", run: () => transport.step(-1) },
    { keys: ["."], words: "Next frame", run: () => transport.step(1) },
    { keys: ["j"], words: "1 second back", run: () => transport.jumpBy(-1) },
    { keys: ["l"], words: "1 second on", run: () => transport.jumpBy(1) },
    { keys: ["f"], words: "A box in the middle of the picture", run: () => layer.begin(view.zoom.middle, view.zoom.scale) },
    { keys: ["["], words: "Box smaller", run: () => layer.grow(1 / GROWTH, "both") },
    { keys: ["]"], words: "Box larger", run: () => layer.grow(GROWTH, "both") },
    { keys: ["+", "="], words: "Zoom in", run: () => view.zoomBy(1.4, layer.box) },
    { keys: ["-"], words: "Zoom out", run: () => view.zoomBy(1 / 1.4, layer.box) },
  ];
  const arrows = { keys: "← → ↑ ↓", words: "Move the box, with Shift farther; without a box, 1 second back or on" };
  const rows = [...keys.map((each) => ({ keys: each.keys.map(showKey).join(" "), words: each.words })), arrows];
  list.replaceChildren(...rows.map((row) => make("li", {}, make("kbd", { text: row.keys }), ` ${row.words}`)));
  root.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    const key = isUndo ? "z" : nameKey(event);
    const isNative = target.matches("select, summary") || (target.matches("button, [role=slider], ol") && key !== null && /^( |Enter|Arrow.*|Page.*|Home|End)$/.test(key));
    if (key === null || (isNative && !isUndo) || !take(key, event)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  function take(/** @type {string} */ key, /** @type {KeyboardEvent} */ event) {
    const arrow = ARROWS[key];
    const found = keys.find((each) => each.keys.includes(key));
    if (found) found.run();
    else if (/^[1-9]$/.test(key)) return layer.choose(Number(key));
    else if (arrow && layer.box) layer.moveBy(arrow.x * size(event), arrow.y * size(event));
    else if (arrow && arrow.x) transport.jumpBy(arrow.x);
    else return false;
    return true;
  }

  function size(/** @type {KeyboardEvent} */ event) {
    return (event.shiftKey ? STRIDE : MOVE) / view.zoom.scale;
  }
}
