/** Which cameras the wall shows and how many at a time: groups of the site, a person's own views, layouts and pages. */

import { getElement, make, makePushButton, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { SavedViews } from "./storage.js";
import { makeSheet } from "./tools.js";
import { LAYOUTS, chooseLayout, findLayout } from "./wall.js";

class ViewEditor {
  /** @type {SavedView|null} */ #view = null;
  /** Cameras of the view, in its order: that in which they were ticked. @type {string[]} */ #chosen = [];
  #name = make("input", { type: "text", maxlength: 40, autocomplete: "off", placeholder: "for example: Ways out" });
  #layout = make("select");
  #fingers = matchMedia("(pointer: coarse)");
  #cameras = make("div", { class: "view-cameras", role: "group", "aria-label": "Cameras of the view" });
  #problem = make("p", { class: "problem", role: "alert", hidden: true });

  constructor(/** @type {Views} */ views) {
    const { console: console_ } = views;
    this.console = console_;
    this.views = views;
    this.remove = makePushButton(() => this.#remove(), { text: "Remove the view" });
    this.keep = makePushButton(() => this.#keep(), { class: "button button-main", text: "Keep the view" });
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

  open(/** @type {SavedView|null} */ view) {
    const { current, chosenLayout } = this.views;
    this.#view = view;
    this.#name.value = view?.name ?? (this.#fingers.matches ? this.#suggestName() : "");
    this.#layout.value = view?.layout ?? chosenLayout.name;
    const chosen = view?.cameras ?? (current.id === "all" ? [] : current.cameras);
    this.#chosen = [...chosen];
    this.#showChosen();
    this.remove.hidden = view === null;
    this.#say(null);
    this.sheet.showModal();
    // the keyboard of a phone would cover the cameras
    if (this.#fingers.matches) this.#boxes[0]?.focus();
    else this.#name.focus();
  }

  /** A name that is free: anyone who has no keyboard needs not type one. */
  #suggestName() {
    const taken = this.views.saved.all.map(({ name }) => name.toLowerCase());
    let number = 1;
    while (taken.includes(`view ${number}`)) number++;
    return `View ${number}`;
  }

  get #boxes() { return [...this.#cameras.querySelectorAll("input")]; }

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

  #choose(/** @type {string} */ cameraId, /** @type {boolean} */ isChosen) {
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

  #say(/** @type {string|null} */ problem) {
    this.#problem.textContent = problem ?? "";
    this.#problem.hidden = problem === null;
  }
}

class ViewsSheet {
  #layouts = make("div", { class: "choice-row wide-only", role: "group", "aria-label": "Layout" });
  #groups = make("ul", { class: "view-list" });
  #own = make("ul", { class: "view-list" });
  #none = make("p", { class: "quiet", text: "None yet. A view keeps some cameras together, for example all ways out." });
  #numbers = make("select", {}, make("option", { value: "cameras", text: "the camera of that number" }), make("option", { value: "views", text: "my view of that number" }));

  constructor(/** @type {Views} */ views) {
    const { console: console_ } = views;
    this.console = console_;
    this.views = views;
    const add = makePushButton(() => this.#edit(null), {}, makeIcon("add"), "New view");
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

  #makeLayout(/** @type {Layout} */ layout) {
    const isNow = layout === this.views.chosenLayout;
    const words = { "aria-pressed": String(isNow), "aria-label": layout.long, "data-layout": layout.name, text: layout.words };
    const choose = () => {
      this.views.setLayout(layout.name);
      this.show();
    };
    return makePushButton(choose, { ...words });
  }

  #makeChoice(/** @type {WallView} */ view, /** @type {string} */ note) {
    const words = { "aria-pressed": String(view.id === this.views.current.id), "data-view-id": view.id };
    const choose = () => {
      this.sheet.close();
      this.views.choose(view.id);
    };
    const count = make("span", { class: "view-note", text: note });
    return makePushButton(choose, { class: "button view-choice", ...words }, make("span", { text: view.name, dir: "auto" }), count);
  }

  #makeOwn(/** @type {SavedView} */ view, /** @type {number} */ place) {
    const key = this.views.saved.numbersOpenViews && place < 9 ? this.console.keys.keyMap.show(`number${place + 1}`) : "";
    const count = view.cameras.length === 1 ? "1 camera" : `${view.cameras.length} cameras`;
    const note = key ? `${count}, key ${key}` : count;
    const label = { "aria-label": `Change the view ${view.name}`, title: "Change" };
    const change = makePushButton(() => this.#edit(view), { ...label }, makeIcon("rename"));
    return make("li", {}, this.#makeChoice(view, note), change);
  }

  #edit(/** @type {SavedView|null} */ view) {
    this.sheet.close();
    this.views.editor.open(view);
  }
}

const ALL = "all";
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export class Views {
  #viewId = ALL;
  /**
   * Cameras of the own view that was shown last: what a drill that asks for a view hands in, whatever is looked at then.
   * @type {string[]}
   */
  #own = [];

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, data, deviceStorage: storage, picture, tools } = console_;
    this.wall = picture.wall;
    const { cameraIds } = this.wall;
    const offered = LAYOUTS.filter((each) => each.tiles <= data.profile.tiles);
    this.usualLayout = this.chosenLayout = chooseLayout(cameraIds.length, offered);
    this.layouts = offered.filter((each) => each.tiles <= this.usualLayout.tiles);
    this.saved = new SavedViews({ storage, siteId: data.site.site_id, attemptId: data.attempt_id, cameraIds });
    this.groups = listGroups(data.site, cameraIds);
    this.editor = new ViewEditor(this);
    this.sheet = new ViewsSheet(this);
    parts.wallViews.addEventListener("click", () => this.open());
    parts.wallLayout.addEventListener("click", () => this.nextLayout());
    tools.add({ name: "views", icon: "layout", label: "Views of the wall", key: "v", run: () => this.open() });
    this.wall.onTurn = () => this.#tell();
    this.#apply(data.replay ? {} : this.saved.wall);
    const numbers = NUMBERS.map((number) => [`number${number}`, () => this.#openNumber(number)]);
    this.actions = {
      ...Object.fromEntries(numbers),
      nextLayout: () => this.nextLayout(),
      openViews: () => this.open(),
      pageBack: () => this.wall.turn(-1),
      pageForward: () => this.wall.turn(1),
    };
  }

  get current() { return this.#find(this.#viewId); }

  restore(/** @type {Work} */ work) {
    this.#own = work.own_view;
    const isUsual = this.#viewId === ALL && this.chosenLayout === this.usualLayout;
    if (!isUsual) this.#tell();
  }

  /**
   * What the wall showed in a search that is watched again: the payload of a `view` event of the wall, null at first.
   */
  showAgain(/** @type {WallShown|null} */ shown) {
    const known = this.groups[0].cameras;
    const cameraIds = shown?.cameras?.filter((cameraId) => known.includes(cameraId)) ?? known;
    this.wall.arrange({ cameraIds, layout: findLayout(shown?.layout, this.layouts, this.usualLayout) });
    if (shown?.on?.length) this.wall.reveal(shown.on.at(-1));
  }

  open() {
    if (this.console.isLive) this.sheet.open();
  }

  choose(/** @type {string} */ id) {
    const view = this.#find(id);
    this.#apply({ view: id, layout: view.layout ?? this.chosenLayout.name });
    this.#keep();
    if (this.saved.find(id)) this.#handIn(view.cameras);
    this.console.sayings.toast(`Wall: ${view.name}`);
  }

  setLayout(/** @type {string} */ name) {
    this.#apply({ view: this.#viewId, layout: name });
    this.#keep();
    this.console.sayings.announce(`Wall: ${this.chosenLayout.long}`);
  }

  nextLayout() {
    if (!this.console.isLive) return;
    const place = this.layouts.indexOf(this.chosenLayout);
    this.setLayout(this.layouts[(place + 1) % this.layouts.length].name);
  }

  /** A saved view has gone: where the wall showed it, it shows all cameras. @param {string} id */
  forget(id) {
    const isHandedIn = this.saved.find(id)?.cameras.join() === this.#own.join();
    this.saved.remove(id);
    if (this.#viewId === id) this.choose(ALL);
    if (isHandedIn) this.#handIn([]);
  }

  listGiven() {
    if (!this.#asksView || !this.#own.length) return [];
    return [`Your view: ${this.#own.map((cameraId) => this.console.picture.nameOf(cameraId)).join(", ")}.`];
  }

  listMissing() {
    if (!this.#asksView || this.#own.length) return [];
    return ["You kept no view of your own: the cameras of the wall as they are now would be submitted."];
  }

  get #asksView() { return this.console.data.task.answer_form.asks_view; }

  /** @param {string} id @returns {WallView} */
  #find(id) { return this.groups.find((group) => group.id === id) ?? this.saved.find(id) ?? this.groups[0]; }

  #apply(/** @type {{view?: string, layout?: string}} */ { view: id = ALL, layout }) {
    const view = this.#find(id);
    this.#viewId = view.id;
    this.chosenLayout = findLayout(layout, this.layouts, this.usualLayout);
    this.wall.arrange({ cameraIds: view.cameras, layout: this.chosenLayout });
    const { wallViews, wallLayout } = this.console.parts;
    wallLayout.textContent = String(this.chosenLayout.tiles);
    wallLayout.setAttribute("aria-label", `Wall: ${this.chosenLayout.long}. Change`);
    wallViews.setAttribute("aria-label", `Views of the wall. Now: ${view.name}`);
    wallViews.dataset.isSome = String(view.id !== ALL);
  }

  #keep() {
    this.saved.setWall({ view: this.#viewId, layout: this.chosenLayout.name });
    this.#tell();
  }

  #tell() {
    const { wall } = this;
    this.console.send("view", { name: "wall", layout: wall.layout.name, cameras: wall.arrangedCameraIds });
  }

  #handIn(/** @type {string[]} */ cameras) {
    this.#own = cameras;
    this.console.send("view", { name: "own", cameras });
  }

  #openNumber(/** @type {number} */ number) {
    if (!this.saved.numbersOpenViews) {
      for (const [cameraId, own] of this.wall.numbers) if (own === number) this.console.focus(cameraId);
      return;
    }
    const view = this.saved.all[number - 1];
    if (view && this.console.isLive) this.choose(view.id);
  }
}

/** All cameras, then the groups of the site: `{id, name, cameras}`, cameras in the order of the mosaics. */
function listGroups(/** @type {Site} */ site, /** @type {string[]} */ cameraIds) {
  const groups = site.groups.map(({ name, cameras }) => {
    return { id: `group ${name}`, name, cameras: cameraIds.filter((cameraId) => cameras.includes(cameraId)) };
  });
  return [{ id: ALL, name: "All cameras", cameras: cameraIds }, ...groups.filter((group) => group.cameras.length)];
}
