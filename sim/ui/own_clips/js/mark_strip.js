/** The marks of a camera in a row, by time: a button each, the one of this frame told from the others. */

import { listElements, make } from "./dom.js";

/** @type {Record<Sight, {sign: string, words: string}>} */
const SIGHTS = { seen: { sign: "▣", words: "seen" }, hidden: { sign: "◐", words: "hidden" }, out: { sign: "✕", words: "out" } };

export class MarkStrip {
  #frame = -1;

  /** @param {{root: HTMLElement, onChoose: (frame: number) => void}} options */
  constructor({ root, onChoose }) {
    this.onChoose = onChoose;
    this.list = make("ol", { class: "strip-list", "aria-label": "Marks on this camera", tabindex: "0" });
    this.none = make("p", { class: "strip-none", text: "No marks on this camera yet." });
    root.replaceChildren(this.none, this.list);
  }

  /** @param {WalkKeyframe[]} marks @param {{words: (frame: number) => string}} clock */
  show(marks, clock) {
    this.none.hidden = marks.length > 0;
    this.list.hidden = marks.length === 0;
    this.list.replaceChildren(
      ...marks.map(({ frame, sight }) => {
        const { sign, words } = SIGHTS[sight];
        const time = clock.words(frame).replace(/ [AP]M$/, "");
        const label = `${time}.${frame % 10}, ${words}`;
        const button = make("button", { type: "button", class: "strip-mark", "data-frame": frame, "data-sight": sight, "aria-label": label, on: { click: () => this.onChoose(frame) } }, make("span", { "aria-hidden": "true", text: sign }), make("span", { text: time }));
        return make("li", {}, button);
      }),
    );
    this.#frame = -1;
  }

  /** @param {number} frame */
  setCurrent(frame) {
    if (frame === this.#frame) return;
    this.#frame = frame;
    for (const button of listElements(this.list, "button")) {
      const isHere = Number(button.dataset.frame) === frame;
      if (isHere) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (isHere) this.list.scrollLeft = button.offsetLeft - this.list.clientWidth / 2;
    }
  }
}
