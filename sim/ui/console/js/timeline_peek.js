/** The look ahead above the timeline: the time under the pointer, a small picture, and what is marked there. */

import { clamp } from "./dom.js";

export class TimelinePeek {
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
