/** The sheet in which a view is made, changed or removed. */

import { getElement, make, must } from "./dom.js";
import { makeSheet } from "./sheet.js";

const FINGERS = matchMedia("(pointer: coarse)");

export class ViewEditor {
  /** @type {SavedView|null} */
  #view = null;
  /**
   * Cameras of the view, in its order: that in which they were ticked.
   * @type {string[]}
   */
  #chosen = [];
  #name = make("input", { type: "text", maxlength: 40, autocomplete: "off", placeholder: "for example: Ways out" });
  #layout = make("select");
  #cameras = make("div", { class: "view-cameras", role: "group", "aria-label": "Cameras of the view" });
  #problem = make("p", { class: "problem", role: "alert", hidden: true });

  /**
   * @param {object} options
   * @param {import("./search_console.js").SearchConsole} options.console
   * @param {import("./views.js").Views} options.views
   */
  constructor({ console: console_, views }) {
    this.console = console_;
    this.views = views;
    this.remove = make("button", { type: "button", class: "button", text: "Remove the view", on: { click: () => this.#remove() } });
    this.keep = make("button", { type: "button", class: "button button-main", text: "Keep the view", on: { click: () => this.#keep() } });
    this.sheet = makeSheet(console_.parts, {
      name: "viewEditor",
      title: "View of the wall",
      close: "Cancel",
      content: [
        make("label", { class: "field" }, "Name", this.#name),
        make("label", { class: "field wide-only" }, "Layout", this.#layout),
        make("p", { class: "field-name", text: "Cameras, in the order you tick them" }),
        this.#cameras,
        this.#problem,
      ],
    });
    const end = getElement(this.sheet, "form");
    end.classList.add("sheet-buttons");
    end.prepend(this.remove);
    end.append(this.keep);
    getElement(end, ".button-main").classList.remove("button-main");
    this.keep.classList.add("button-main");
    this.#name.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#keep();
    });
    this.#fill();
  }

  /**
   * Open it for a saved view, or for a new one when null.
   * @param {SavedView|null} view
   */
  open(view) {
    const { current, chosenLayout } = this.views;
    this.#view = view;
    this.#name.value = view?.name ?? (FINGERS.matches ? this.#suggestName() : "");
    this.#layout.value = view?.layout ?? chosenLayout.name;
    const chosen = view?.cameras ?? (current.id === "all" ? [] : current.cameras);
    this.#chosen = [...chosen];
    this.#showChosen();
    this.remove.hidden = view === null;
    this.#say(null);
    this.sheet.showModal();
    // the keyboard of a phone would cover the cameras
    if (FINGERS.matches) this.#boxes[0]?.focus();
    else this.#name.focus();
  }

  /** A name that is free: anyone who has no keyboard needs not type one. */
  #suggestName() {
    const taken = this.views.saved.all.map(({ name }) => name.toLowerCase());
    let number = 1;
    while (taken.includes(`view ${number}`)) number++;
    return `View ${number}`;
  }

  get #boxes() {
    return [...this.#cameras.querySelectorAll("input")];
  }

  #fill() {
    const { picture } = this.console;
    this.#layout.replaceChildren(...this.views.layouts.map(({ name, words }) => make("option", { value: name, text: words })));
    const rows = [...picture.wall.numbers].map(([cameraId, itsNumber]) => {
      const box = make("input", { type: "checkbox", value: cameraId });
      box.addEventListener("change", () => this.#choose(cameraId, box.checked));
      const number = make("span", { class: "view-number", text: String(itsNumber) });
      return make("label", { class: "check" }, box, number, picture.nameOf(cameraId), make("span", { class: "view-place" }));
    });
    this.#cameras.replaceChildren(...rows);
  }

  /** @param {string} cameraId @param {boolean} isChosen */
  #choose(cameraId, isChosen) {
    this.#chosen = this.#chosen.filter((each) => each !== cameraId);
    if (isChosen) this.#chosen.push(cameraId);
    this.#showChosen();
  }

  #showChosen() {
    for (const box of this.#boxes) {
      const place = this.#chosen.indexOf(box.value);
      box.checked = place >= 0;
      getElement(must(box.parentElement), ".view-place").textContent = place < 0 ? "" : `place ${place + 1}`;
    }
  }

  #keep() {
    const cameras = this.#chosen;
    const wanted = { id: this.#view?.id ?? null, name: this.#name.value, layout: this.#layout.value, cameras };
    const problem = this.views.saved.refuse(wanted);
    this.#say(problem);
    if (problem) return;
    const { id } = this.views.saved.keep(wanted);
    this.sheet.close();
    this.views.choose(id);
  }

  #remove() {
    const { name, id } = must(this.#view);
    this.sheet.close();
    this.views.forget(id);
    this.console.sayings.toast(`View removed: ${name}`);
  }

  /** @param {string|null} problem */
  #say(problem) {
    this.#problem.textContent = problem ?? "";
    this.#problem.hidden = problem === null;
  }
}
