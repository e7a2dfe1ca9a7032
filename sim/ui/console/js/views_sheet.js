/** The sheet from which a view of the wall is chosen. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";
import { makeSheet } from "./sheet.js";

export class ViewsSheet {
  #layouts = make("div", { class: "choice-row wide-only", role: "group", "aria-label": "Layout" });
  #groups = make("ul", { class: "view-list" });
  #own = make("ul", { class: "view-list" });
  #none = make("p", { class: "quiet", text: "None yet. A view keeps some cameras together, for example all ways out." });
  #numbers = make("select", {}, make("option", { value: "cameras", text: "the camera of that number" }), make("option", { value: "views", text: "my view of that number" }));

  /**
   * @param {object} options
   * @param {import("./search_console.js").SearchConsole} options.console
   * @param {import("./views.js").Views} options.views
   */
  constructor({ console: console_, views }) {
    this.console = console_;
    this.views = views;
    const add = make("button", { type: "button", class: "button", on: { click: () => this.#edit(null) } }, makeIcon("add"), "New view");
    this.sheet = makeSheet(console_.parts, {
      name: "viewsSheet",
      title: "Views of the wall",
      content: [
        this.#layouts,
        this.#groups,
        make("h3", { text: "My views" }),
        this.#none,
        this.#own,
        add,
        make("label", { class: "field keys-only" }, "Number keys open", this.#numbers),
      ],
    });
    this.#numbers.addEventListener("change", () => {
      views.saved.setNumbers(this.#numbers.value === "views");
      this.show();
    });
  }

  open() {
    this.show();
    if (!this.sheet.open) this.sheet.showModal();
  }

  show() {
    const { views } = this;
    this.#layouts.replaceChildren(...views.layouts.map((layout) => this.#makeLayout(layout)));
    this.#groups.replaceChildren(...views.groups.map((group) => make("li", {}, this.#makeChoice(group, String(group.cameras.length)))));
    this.#own.replaceChildren(...views.saved.all.map((view, place) => this.#makeOwn(view, place)));
    this.#none.hidden = views.saved.all.length > 0;
    this.#numbers.value = views.saved.numbersOpenViews ? "views" : "cameras";
  }

  /** @param {Layout} layout */
  #makeLayout(layout) {
    const isNow = layout === this.views.chosenLayout;
    const words = { "aria-pressed": String(isNow), "aria-label": layout.long, "data-layout": layout.name, text: layout.words };
    const choose = () => {
      this.views.setLayout(layout.name);
      this.show();
    };
    return make("button", { type: "button", class: "button", ...words, on: { click: choose } });
  }

  /** @param {WallView} view @param {string} note */
  #makeChoice(view, note) {
    const words = { "aria-pressed": String(view.id === this.views.current.id), "data-view-id": view.id };
    const choose = () => {
      this.sheet.close();
      this.views.choose(view.id);
    };
    const count = make("span", { class: "view-note", text: note });
    return make("button", { type: "button", class: "button view-choice", ...words, on: { click: choose } }, make("span", { text: view.name, dir: "auto" }), count);
  }

  /** @param {SavedView} view @param {number} place */
  #makeOwn(view, place) {
    const key = this.views.saved.numbersOpenViews && place < 9 ? this.console.keys.keyMap.show(`number${place + 1}`) : "";
    const count = view.cameras.length === 1 ? "1 camera" : `${view.cameras.length} cameras`;
    const note = key ? `${count}, key ${key}` : count;
    const label = { "aria-label": `Change the view ${view.name}`, title: "Change" };
    const change = make("button", { type: "button", class: "button", ...label, on: { click: () => this.#edit(view) } }, makeIcon("rename"));
    return make("li", {}, this.#makeChoice(view, note), change);
  }

  /** @param {SavedView|null} view */
  #edit(view) {
    this.sheet.close();
    this.views.editor.open(view);
  }
}
