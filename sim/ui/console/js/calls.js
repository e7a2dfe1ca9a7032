/** Places called out one after the other: the call, and the button that says "this camera shows it". */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";

export class Calls {
  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {import("./answers.js").Answers} answers
   * @param {Item[]} items in the order called
   */
  constructor(console_, answers, items) {
    this.console = console_;
    this.answers = answers;
    this.items = items;
    const { stage, found } = console_.parts;
    this.count = make("span", { class: "call-count" });
    this.place = make("strong", { class: "call-place" });
    this.confirm = make("button", { type: "button", class: "button button-main", "data-part": "callConfirm", on: { click: () => this.#answer() } }, makeIcon("saved"), "This camera");
    this.banner = make("div", { class: "call", "data-part": "call", role: "group", "aria-label": "Called out" }, this.count, this.place, this.confirm);
    stage.append(this.banner);
    this.now = make("p", { class: "call-now" });
    this.list = make("ol", { class: "calls", "aria-label": "Calls so far" });
    found.append(this.now, this.list);
  }

  show() {
    const place = this.#next();
    const done = place < 0 ? this.items.length : place;
    this.console.parts.foundCount.textContent = `${done}/${this.items.length}`;
    this.banner.hidden = place < 0;
    this.now.textContent = place < 0 ? "All calls are answered." : `Open a camera that shows ${this.items[place].label}, then press “This camera”.`;
    if (place >= 0) {
      this.count.textContent = `Call ${place + 1} of ${this.items.length}`;
      const { label } = this.items[place];
      if (this.place.textContent !== label) {
        this.place.textContent = label;
        this.console.sayings.announce(`Show ${label}`);
      }
    }
    const answered = this.items.filter(({ key }) => this.answers.get(key));
    this.list.replaceChildren(
      ...answered.map(({ key, label }) => make("li", { class: "call-done" }, makeIcon("saved"), `${label}: ${this.console.picture.nameOf(this.answers.get(key))}`)),
    );
    this.setCamera(this.console.picture.cameraId);
  }

  /** @param {string|null} cameraId */
  setCamera(cameraId) {
    this.confirm.disabled = cameraId === null;
  }

  listMissing() {
    const open = this.items.filter(({ key }) => !this.answers.get(key)).length;
    return open ? [`${open} of ${this.items.length} calls are not answered yet.`] : [];
  }

  #next() {
    return this.items.findIndex(({ key }) => !this.answers.get(key));
  }

  #answer() {
    const { cameraId } = this.console.picture;
    const place = this.#next();
    if (cameraId === null || place < 0) return;
    this.answers.choose(this.items[place].key, cameraId);
    if (this.#next() < 0) this.console.sayings.hint("That was the last call. Submit when you are ready.");
  }
}
