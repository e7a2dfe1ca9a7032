/** The timeline: where in the recording we are, the window that is asked about, the marks, and a look ahead. */

import { clamp, make } from "./dom.js";

const TICKS_S = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const LABEL_ROOM_PX = 72;
const STEP_S = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

export class Timeline {
  #scrub = null;
  #shownAt = "";

  /**
   * @param {object} options
   * @param {object} options.parts elements by `data-part`
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {number[]} options.windowS the span that the task asks about
   * @param {object} options.actions `scrubStart()`, `scrubTo(timeS)`, `scrubEnd()`, `seekTo(timeS)`
   * @param {(canvas: HTMLCanvasElement, timeS: number, onLoad: () => void) => boolean} options.drawThumb
   */
  constructor({ parts, clock, windowS, actions, drawThumb }) {
    Object.assign(this, { parts, clock, actions, drawThumb, windowS });
    this.durationS = clock.durationS;
    const { track } = parts;
    track.addEventListener("pointerdown", (event) => this.#press(event));
    track.addEventListener("pointermove", (event) => this.#move(event));
    track.addEventListener("pointerup", () => this.#release());
    track.addEventListener("pointercancel", () => this.#release());
    track.addEventListener("pointerleave", () => !this.#scrub && this.#hidePeek());
    track.addEventListener("keydown", (event) => this.#key(event));
    track.setAttribute("aria-valuemin", "0");
    track.setAttribute("aria-valuemax", String(Math.floor(this.durationS)));
    this.#placeWindow();
    this.sizes = new ResizeObserver(() => this.#drawTicks());
    this.sizes.observe(track);
  }

  /** Move the head. */
  show(timeS) {
    const part = `${((timeS / this.durationS) * 100).toFixed(3)}%`;
    if (part === this.#shownAt) return;
    this.#shownAt = part;
    const { track, head, done } = this.parts;
    head.style.left = part;
    done.style.width = part;
    const whole = String(Math.floor(timeS));
    if (track.getAttribute("aria-valuenow") !== whole) {
      track.setAttribute("aria-valuenow", whole);
      track.setAttribute("aria-valuetext", this.clock.words(timeS));
    }
  }

  setFixes(fixes) {
    const flags = fixes.map((fix) => make("span", { class: "flag", style: `left:${(fix.t_s / this.durationS) * 100}%` }));
    this.parts.flags.replaceChildren(...flags);
  }

  destroy() {
    this.sizes.disconnect();
  }

  #placeWindow() {
    const [fromS, toS] = this.windowS;
    const { window: shade } = this.parts;
    shade.style.left = `${(clamp(fromS / this.durationS, 0, 1)) * 100}%`;
    shade.style.right = `${(1 - clamp(toS / this.durationS, 0, 1)) * 100}%`;
    shade.hidden = fromS <= 0 && toS >= this.durationS;
  }

  #drawTicks() {
    const { ticks, track } = this.parts;
    const width = track.clientWidth;
    if (!width) return;
    const room = (LABEL_ROOM_PX / width) * this.durationS;
    const everyS = TICKS_S.find((step) => step >= room) ?? TICKS_S.at(-1);
    const labels = [];
    const first = (everyS - (this.clock.startS % everyS)) % everyS;
    for (let timeS = first; timeS <= this.durationS; timeS += everyS) {
      const edge = timeS / this.durationS;
      const side = edge * width < 28 ? "start" : (1 - edge) * width < 28 ? "end" : "middle";
      labels.push(make("span", { class: "tick", "data-side": side, style: `left:${edge * 100}%`, text: this.clock.shortWords(timeS) }));
    }
    ticks.replaceChildren(...labels);
  }

  #timeAt(event) {
    const box = this.parts.track.getBoundingClientRect();
    return clamp((event.clientX - box.left) / box.width, 0, 1) * this.durationS;
  }

  #press(event) {
    if (!event.isPrimary || event.button !== 0) return;
    this.parts.track.setPointerCapture(event.pointerId);
    this.#scrub = { pointerId: event.pointerId };
    this.actions.scrubStart();
    this.#scrubTo(event);
  }

  #move(event) {
    if (this.#scrub?.pointerId === event.pointerId) this.#scrubTo(event);
    else if (!this.#scrub && event.pointerType === "mouse") this.#peek(event);
  }

  #scrubTo(event) {
    this.actions.scrubTo(this.#timeAt(event));
    this.#peek(event);
  }

  #release() {
    if (!this.#scrub) return;
    this.#scrub = null;
    this.#hidePeek();
    this.actions.scrubEnd();
  }

  #peek(event) {
    const timeS = this.#timeAt(event);
    this.parts.peekTime.textContent = this.clock.words(timeS);
    this.parts.peek.hidden = false;
    this.#drawPeek(timeS);
  }

  #drawPeek(timeS) {
    const { peek, peekPicture, track } = this.parts;
    if (peek.hidden) return;
    peekPicture.hidden = !this.drawThumb(peekPicture, timeS, () => this.#drawPeek(timeS));
    const half = peek.offsetWidth / 2;
    const x = (timeS / this.durationS) * track.clientWidth;
    peek.style.left = `${clamp(x, half - track.offsetLeft, track.clientWidth - half + track.offsetLeft)}px`;
  }

  #hidePeek() {
    this.parts.peek.hidden = true;
  }

  #key(event) {
    const atS = Number(this.parts.track.getAttribute("aria-valuenow") ?? 0);
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Home") this.actions.seekTo(0);
    else if (event.key === "End") this.actions.seekTo(this.durationS);
    else if (event.key in STEP_S) this.actions.seekTo(atS + STEP_S[event.key] * (event.shiftKey ? 10 : 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
