/** The walk's footage in the console's own player: one camera at a time, its clock, timeline and closer look. */

import { make, must } from "./dom.js";
import { MotionData } from "./motion_data.js";
import { makePlayer } from "./player.js";
import { SiteClock } from "./site_clock.js";
import { SpriteSheets } from "./thumbnails.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";
import { Zoom } from "./zoom.js";

const SPEEDS = [-1, 0.25, 0.5, 1, 2, 4];
const ZOOM_STEP = 1.4;

/** @typedef {Parts & Record<"cameraChoice"|"said"|"clockWords"|"steps"|"strip"|"keyList"|"farther"|"closer"|"noPicture"|"toPicture", HTMLElement>} WalkParts */

export class FootageView {
  #request = 0;
  #shown = -1;
  /** @type {string} */
  cameraId;

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
    const { main, playback } = makePlayer({ player, parts, recording, onMainFrame: () => {}, onWallFrame: () => {}, onTrouble: (_, trouble) => this.#meetTrouble(trouble) });
    this.main = main;
    this.playback = playback;
    this.transport = new Transport({ playback, speeds: SPEEDS, emit: () => {}, isLive: canMove, onChange: () => this.#showState() });
    this.zoom = new Zoom(parts);
    this.sheets = new SpriteSheets(recording);
    this.motion = new MotionData(recording.timeline_url, recording.cameras.map((camera) => camera.camera_id), () => this.timeline.redraw());
    this.timeline = new Timeline({
      parts,
      clock: this.clock,
      windowS: [0, recording.duration_s],
      motion: this.motion,
      transport: this.transport,
      drawThumb: (canvas, timeS, onLoad) => this.sheets.draw(canvas, this.cameraId, timeS, onLoad),
      nameOf: (cameraId) => this.nameOf(cameraId),
      onRest: () => {},
    });
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
  get frame() {
    return this.playback.isPlaying ? this.playback.shownFrame : this.playback.askedFrame;
  }

  get lastFrame() {
    return this.recording.frame_count - 1;
  }

  /** Where the camera that is shown has no picture. */
  get gapsHere() {
    return this.gaps[this.cameraId] ?? [];
  }

  /** @param {string} cameraId */
  nameOf(cameraId) {
    return this.recording.cameras.find((camera) => camera.camera_id === cameraId)?.name ?? cameraId;
  }

  /** @param {string} cameraId */
  showCamera(cameraId) {
    const camera = must(this.recording.cameras.find((each) => each.camera_id === cameraId));
    this.transport.pause();
    this.cameraId = this.choice.value = cameraId;
    this.parts.stage.dataset.camera = cameraId;
    this.parts.picture.style.setProperty("--picture-ratio", String(camera.size_wh[0] / camera.size_wh[1]));
    this.zoom.reset();
    this.main.load(camera.main_url, camera.main_index_url);
    this.timeline.setCamera(cameraId);
    this.#shown = -1;
  }

  /** The recording was made again: its files have other addresses. @param {Recording} recording */
  renew(recording) {
    this.recording = this.sheets.recording = recording;
    this.showCamera(this.cameraId);
  }

  /** @param {number} frame */
  goTo(frame) {
    this.transport.pause();
    this.transport.seekTo((Math.max(0, Math.min(frame, this.lastFrame)) + 0.5) / this.recording.fps);
    this.timeline.reveal();
  }

  /** @param {number} factor @param {Box|null} box looked at closer */
  zoomBy(factor, box = null) {
    this.zoom.zoomBy(factor, box ? { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 } : this.zoom.middle);
  }

  /** @param {number} frame */
  words(frame) {
    return this.clock.words(frame / this.recording.fps);
  }

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

  /** Where this camera has no picture the page says so, and where there is one. */
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

  /** @param {Trouble|null} trouble */
  #meetTrouble(trouble) {
    if (trouble) this.parts.said.textContent = "The footage does not load. Check the connection, then reload the page; your marks are saved.";
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
