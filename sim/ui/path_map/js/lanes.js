/** What happened when, above the slider and on its axis: the student on camera, what was watched, the marks. */

import { make, makeSvg, must } from "./dom.js";
import { WORDS } from "./map_words.js";
import { makeShape } from "./mark_shapes.js";

export class Lanes {
  /** @type {number} */
  lowS;
  /** @type {number} */
  highS;
  /** @param {MapData} data of the component */
  constructor(data) {
    this.data = data;
    [this.lowS, this.highS] = data.window_s;
    this.head = make("div", { class: "head" });
    const marks = data.marks.map((mark) => this.#placeMark(mark));
    this.element = make(
      "div",
      { class: "lanes", "aria-hidden": "true" },
      ...this.#makeLane(WORDS.laneStudent, "on-camera", [...this.#drawBetween(), ...this.#drawSpans(data.student)]),
      ...this.#makeLane(WORDS.laneWatched, "watched", this.#drawSpans(data.watched)),
      ...this.#makeLane(WORDS.laneMarks, "marked", marks),
      make("div", { class: "over" }, this.head),
    );
  }

  /** @param {number} t_s */
  show(t_s) {
    this.head.style.left = this.#at(t_s);
  }

  /** @param {number} t_s */
  #at(t_s) {
    return `${(((t_s - this.lowS) / (this.highS - this.lowS)) * 100).toFixed(3)}%`;
  }

  /** @param {string} name @param {string} kind @param {Element[]} parts */
  #makeLane(name, kind, parts) {
    return [make("span", { class: "lane-name", text: name }), make("div", { class: `lane ${kind}` }, ...parts)];
  }

  /** @param {{from_s: number, to_s: number}[]} spans */
  #drawSpans(spans) {
    return spans.map(({ from_s, to_s }) => {
      const span = make("span", {});
      span.style.left = this.#at(from_s);
      span.style.width = `${(((to_s - from_s) / (this.highS - this.lowS)) * 100).toFixed(3)}%`;
      return span;
    });
  }

  /** From first to last seen a dashed line, which shows where no camera does. */
  #drawBetween() {
    const { path } = this.data;
    if (path.length === 0) return [];
    const [line] = this.#drawSpans([{ from_s: path[0][0], to_s: must(path.at(-1))[0] }]);
    line.className = "between";
    return [line];
  }

  /** @param {MapMark} mark */
  #placeMark(mark) {
    const sign = makeSvg("svg", { viewBox: "-16 -16 32 32", class: "sign" }, makeShape(mark.kind));
    sign.style.left = this.#at(mark.t_s);
    return sign;
  }
}
