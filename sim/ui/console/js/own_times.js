/**
 * A time of its own for every camera, where the console has no common one: a camera opens where it was left, the first
 * time where the search begins. The wall stands still: each tile shows its camera where it was left.
 */

export class OwnTimes {
  #times = {};
  #drawn = new Map();

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, storage, picture } = console_;
    this.storage = storage;
    this.key = `sightline-own-times-${data.attempt_id}`;
    this.firstS = data.task.window_s[0];
    try {
      this.#times = JSON.parse(storage.getItem(this.key) ?? "{}");
    } catch {
      this.#times = {};
    }
    picture.wall.isStill = true;
    picture.wall.onVisible = () => this.#drawStills();
    this.#drawStills();
  }

  timeOf(cameraId) {
    return this.#times[cameraId] ?? this.firstS;
  }

  /** Leave the main picture where it stands and go to another camera's time. Returns that time. */
  open(cameraId) {
    const { picture, transport } = this.console;
    if (picture.cameraId !== null) this.set(picture.cameraId, picture.playback.shownS);
    const timeS = this.timeOf(cameraId);
    transport.seekTo(timeS);
    return timeS;
  }

  set(cameraId, timeS) {
    this.#times[cameraId] = timeS;
    this.storage.setItem(this.key, JSON.stringify(this.#times));
    this.#drawStills();
  }

  #drawStills() {
    const { picture, sheets } = this.console;
    for (const cameraId of picture.wall.drawnCameraIds) {
      const timeS = this.timeOf(cameraId);
      if (this.#drawn.get(cameraId) === timeS) continue;
      this.#drawn.set(cameraId, timeS);
      sheets.drawStill(picture.wall.canvasOf(cameraId), cameraId, timeS);
    }
  }
}
