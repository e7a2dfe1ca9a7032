/** Fetches the chosen camera's sheet of thumbnails once its picture is there, so that the timeline shows them at once. */

const AFTER_MS = 700;

export class SheetPreload {
  /** @type {string|null} */
  #cameraId = null;
  /** @type {number|null} */
  #shownSinceMs = null;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
  }

  /** @param {string|null} cameraId */
  setCamera(cameraId) {
    this.#cameraId = navigator.connection?.saveData ? null : cameraId;
    this.#shownSinceMs = null;
  }

  /** The footage comes first: the sheet waits until the picture has stood or run for a while. */
  tick() {
    if (this.#cameraId === null) return;
    const { parts, sheets } = this.console;
    if (parts.stage.dataset.showing !== "true") {
      this.#shownSinceMs = null;
      return;
    }
    this.#shownSinceMs ??= performance.now();
    if (performance.now() - this.#shownSinceMs < AFTER_MS) return;
    sheets.preload(this.#cameraId);
    this.#cameraId = null;
  }
}
