/**
 * A time of its own for every camera, where the console has no common one: a camera opens where it was left, the first
 * time where the search begins. The wall stands still: each tile shows its camera where it was left.
 */

export class OwnTimes {
  /** @type {Record<string, number>} */
  #times = {};
  /** @type {Map<string, number>} */
  #drawn = new Map();
  #isDrawing = false;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, storage, picture } = console_;
    this.storage = storage;
    this.key = `sightline-own-times-${data.attempt_id}`;
    this.firstS = data.task.starts_at_s;
    try {
      this.#times = JSON.parse(storage.getItem(this.key) ?? "{}");
    } catch {
      this.#times = {};
    }
    picture.wall.isStill = true;
    picture.wall.onVisible = () => this.#drawStills();
    this.#drawStills();
  }

  /** @param {string} cameraId */
  timeOf(cameraId) {
    return this.#times[cameraId] ?? this.firstS;
  }

  /**
   * Leave the main picture where it stands and go to another camera's time. Returns that time.
   * @param {string} cameraId
   */
  open(cameraId) {
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

  /** @param {string} cameraId @param {number} timeS */
  set(cameraId, timeS) {
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
