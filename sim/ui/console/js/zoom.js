/** Looking closer at the main picture: wheel, pinch, drag, and the way back to the whole picture. */

import { clamp } from "./dom.js";

const MOST = 6;
const WHEEL_STEP = 1.0018;
const DRAG_PX = 8;

export class Zoom {
  #scale = 1;
  #shift = { x: 0, y: 0 };
  #pointers = new Map();
  #pinch = null;

  /** @param {object} parts elements by `data-part` */
  constructor(parts) {
    this.parts = parts;
    const { stage, picture, wholePicture } = parts;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    picture.addEventListener("pointerdown", (event) => this.#press(event));
    picture.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) picture.addEventListener(kind, (event) => this.#release(event));
    wholePicture.addEventListener("click", () => this.reset());
  }

  reset() {
    this.#scale = 1;
    this.#shift = { x: 0, y: 0 };
    this.#apply();
  }

  /** Closer or farther by a factor, around the middle of the stage. */
  zoomBy(factor) {
    const box = this.parts.stage.getBoundingClientRect();
    this.#zoomAround(factor, box.left + box.width / 2, box.top + box.height / 2);
  }

  #wheel(event) {
    if (this.parts.stage.dataset.camera === "") return;
    event.preventDefault();
    this.#zoomAround(WHEEL_STEP ** -event.deltaY, event.clientX, event.clientY);
  }

  #press(event) {
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY });
    if (this.#pointers.size === 2) this.#pinch = this.#measurePinch();
  }

  #move(event) {
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) return;
    const moved = { x: event.clientX - pointer.x, y: event.clientY - pointer.y };
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 2) {
      const now = this.#measurePinch();
      this.#zoomAround(now.span / this.#pinch.span, now.x, now.y);
      this.#pinch = now;
    } else if (this.#scale > 1 && Math.hypot(pointer.x - pointer.fromX, pointer.y - pointer.fromY) > DRAG_PX) {
      this.#shift = { x: this.#shift.x + moved.x, y: this.#shift.y + moved.y };
      this.#apply();
    }
  }

  #release(event) {
    this.#pointers.delete(event.pointerId);
  }

  #measurePinch() {
    const [a, b] = [...this.#pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, span: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  /** The point of the picture under (x, y) stays there. */
  #zoomAround(factor, x, y) {
    const box = this.parts.picture.getBoundingClientRect();
    const scale = clamp(this.#scale * factor, 1, MOST);
    const change = scale / this.#scale;
    const centre = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    this.#scale = scale;
    this.#shift = {
      x: this.#shift.x + (x - centre.x) * (1 - change),
      y: this.#shift.y + (y - centre.y) * (1 - change),
    };
    this.#apply();
  }

  #apply() {
    const { picture, stage, wholePicture } = this.parts;
    const roomX = Math.max(0, (picture.offsetWidth * this.#scale - stage.clientWidth) / 2);
    const roomY = Math.max(0, (picture.offsetHeight * this.#scale - stage.clientHeight) / 2);
    this.#shift = { x: clamp(this.#shift.x, -roomX, roomX), y: clamp(this.#shift.y, -roomY, roomY) };
    const isWhole = this.#scale === 1;
    picture.style.transform = isWhole ? "" : `translate(${this.#shift.x}px, ${this.#shift.y}px) scale(${this.#scale})`;
    picture.style.setProperty("--unzoom", 1 / this.#scale);
    stage.dataset.zoomed = String(!isWhole);
    wholePicture.hidden = isWhole;
  }
}
