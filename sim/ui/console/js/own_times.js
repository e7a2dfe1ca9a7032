/** Times apart from the common one: each camera's own, or the main picture's while the wall stands still. */

import { readJson } from "./dom.js";

/** Without a common time a camera, and its tile on the wall, is where it was left; at first where the search begins. */
export class OwnTimes {
  /** @type {Record<string, number>} */ #times = {};
  /** @type {Map<string, number>} */ #drawn = new Map();
  #isDrawing = false;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { data, storage, picture } = console_;
    this.storage = storage;
    this.key = `sightline-own-times-${data.attempt_id}`;
    this.firstS = data.task.starts_at_s;
    this.#times = readJson(storage.getItem(this.key));
    picture.wall.isStill = true;
    picture.wall.onVisible = () => this.#drawStills();
    this.#drawStills();
  }

  timeOf(/** @type {string} */ cameraId) { return this.#times[cameraId] ?? this.firstS; }

  /** Leave the main picture where it stands and go to another camera's time. Returns that time. */
  open(/** @type {string} */ cameraId) {
    const { picture, transport } = this.console;
    if (picture.cameraId !== null) this.set(picture.cameraId, picture.playback.shownS);
    const timeS = this.timeOf(cameraId);
    transport.seekTo(timeS);
    return timeS;
  }

  /** Leave the main picture where it stands, for all cameras: nothing there plays. @param {string} cameraId */
  leave(cameraId) {
    this.console.transport.pause();
    this.set(cameraId, this.console.picture.playback.shownS);
  }

  set(/** @type {string} */ cameraId, /** @type {number} */ timeS) {
    this.#times[cameraId] = timeS;
    this.storage.setItem(this.key, JSON.stringify(this.#times));
    this.#drawStills();
  }

  /** One after another: sheets of all cameras at once would leave the footage without a connection. */
  async #drawStills() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    const { picture, sheets } = this.console;
    const failed = new Set();
    for (let cameraId = this.#findStale(failed); cameraId; cameraId = this.#findStale(failed)) {
      const timeS = this.timeOf(cameraId);
      if (await sheets.drawStill(picture.wall.canvasOf(cameraId), cameraId, timeS)) this.#drawn.set(cameraId, timeS);
      else failed.add(cameraId);
    }
    this.#isDrawing = false;
  }

  /** A camera whose tile does not show its time. One whose sheet could not be had is asked for again the next time. @param {Set<string>} failed */
  #findStale(failed) {
    const { drawnCameraIds } = this.console.picture.wall;
    return drawnCameraIds.find((cameraId) => !failed.has(cameraId) && this.#drawn.get(cameraId) !== this.timeOf(cameraId));
  }
}

/** Pin: the main picture gets a time of its own while the wall stands still, until both are brought together again. */
export class PinTime {
  static isOffered(/** @type {ConsoleData} */ { profile }) { return profile.sync; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    this.show = console_.tools.add({ name: "pin", icon: "pin", label: "Freeze the wall", key: "p", run: () => this.#toggle() });
    this.actions = { pinTime: () => this.#toggle(), wallToHere: () => (this.#playback.isPinned ? this.#bringWall() : false) };
  }

  get #playback() { return this.console.picture.playback; }

  restore(/** @type {Work} */ { resume: { wall_s: wallS } }) {
    if (wallS === null || this.console.picture.cameraId === null) this.#playback.unpin();
    else this.#playback.pin(wallS);
  }

  /** Without a main picture there is no time of its own: the wall's is the one. @param {string|null} cameraId */
  setCamera(cameraId) {
    if (cameraId === null && this.#playback.isPinned) this.#backToWall();
  }

  tick() {
    const isPinned = this.#playback.isPinned;
    const { stageNotes, clock, parts, data } = this.console;
    if (String(isPinned) !== parts.console.dataset.pinned) {
      parts.console.dataset.pinned = String(isPinned);
      this.show(isPinned);
    }
    if (!isPinned) return stageNotes.show("pin", null);
    const text = `${clock.words(this.#playback.shownS)}, wall at ${clock.words(this.#playback.wallS)}`;
    const actions = [
      { label: "Back to the wall", run: () => this.#backToWall() },
      { label: "Wall to here", run: () => this.#bringWall() },
    ];
    stageNotes.show("pin", { text, icon: "pin", actions: data.replay ? [] : actions });
  }

  #toggle() {
    const { isLive, picture, sayings, clock } = this.console;
    if (!isLive) return;
    if (this.#playback.isPinned) this.#backToWall();
    else if (picture.cameraId === null) sayings.toast("Choose a camera first: its picture gets a time of its own");
    else if (picture.isSaving) sayings.toast("Low-data mode shows the wall's picture. Turn it off to freeze the wall");
    else {
      this.#playback.pin();
      const { wallS: wall_s, shownS: t_s } = this.#playback;
      this.console.send("pin", { camera_id: picture.cameraId, t_s, wall_s });
      sayings.announce(`The wall is frozen at ${clock.words(wall_s)}. The time now moves the main picture only.`);
    }
  }

  #backToWall() {
    if (!this.console.isLive) return;
    const { wallS } = this.#playback;
    this.#playback.unpin();
    this.#playback.seekTo(wallS);
    this.#tell("wall", wallS);
  }

  #bringWall() {
    if (!this.console.isLive) return;
    const { shownS } = this.#playback;
    this.#playback.unpin();
    this.#playback.seekTo(shownS);
    this.#tell("main", shownS);
  }

  #tell(/** @type {"wall"|"main"} */ to, /** @type {number} */ t_s) {
    const { sayings, clock } = this.console;
    this.console.send("sync", { t_s, to });
    sayings.announce(`Main picture and wall together at ${clock.words(t_s)}`);
  }
}
