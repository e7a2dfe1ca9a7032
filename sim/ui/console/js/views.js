/** Which cameras the wall shows and how many at a time: groups of the site, a person's own views, layouts and pages. */

import { SavedViews } from "./saved_views.js";
import { ViewEditor } from "./view_editor.js";
import { ViewsSheet } from "./views_sheet.js";
import { LAYOUTS, chooseLayout, findLayout } from "./wall_layouts.js";

const ALL = "all";
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export class Views {
  #viewId = ALL;
  /**
   * Cameras of the own view that was shown last: what a drill that asks for a view hands in, whatever is looked at then.
   * @type {string[]}
   */
  #own = [];

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    console_.views = this;
    const { parts, data, deviceStorage: storage, picture, tools } = console_;
    this.wall = picture.wall;
    const { cameraIds } = this.wall;
    const offered = LAYOUTS.filter((each) => each.tiles <= data.profile.tiles);
    this.usualLayout = this.chosenLayout = chooseLayout(cameraIds.length, offered);
    this.layouts = offered.filter((each) => each.tiles <= this.usualLayout.tiles);
    this.saved = new SavedViews({ storage, siteId: data.site.site_id, attemptId: data.attempt_id, cameraIds });
    this.groups = listGroups(data.site, cameraIds);
    this.editor = new ViewEditor({ console: console_, views: this });
    this.sheet = new ViewsSheet({ console: console_, views: this });
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

  /** What the wall shows: a group, a saved view or all cameras, as `{id, name, cameras, layout?}`. */
  get current() {
    return this.#find(this.#viewId);
  }

  /** @param {Work} work */
  restore(work) {
    this.#own = work.ownView;
    const isUsual = this.#viewId === ALL && this.chosenLayout === this.usualLayout;
    if (!isUsual) this.#tell();
  }

  /**
   * What the wall showed in a search that is watched again: the payload of a `view` event of the wall, null at first.
   * @param {WallShown|null} shown
   */
  showAgain(shown) {
    const known = this.groups[0].cameras;
    const cameraIds = shown?.cameras?.filter((cameraId) => known.includes(cameraId)) ?? known;
    this.wall.arrange({ cameraIds, layout: findLayout(shown?.layout, this.layouts, this.usualLayout) });
    if (shown?.on?.length) this.wall.reveal(shown.on.at(-1));
  }

  open() {
    if (this.console.isLive) this.sheet.open();
  }

  /**
   * Show a group or a saved view.
   * @param {string} id
   */
  choose(id) {
    const view = this.#find(id);
    this.#apply({ view: id, layout: view.layout ?? this.chosenLayout.name });
    this.#keep();
    if (this.saved.find(id)) this.#handIn(view.cameras);
    this.console.sayings.toast(`Wall: ${view.name}`);
  }

  /**
   * Show so many at a time.
   * @param {string} name
   */
  setLayout(name) {
    this.#apply({ view: this.#viewId, layout: name });
    this.#keep();
    this.console.sayings.announce(`Wall: ${this.chosenLayout.long}`);
  }

  nextLayout() {
    if (!this.console.isLive) return;
    const place = this.layouts.indexOf(this.chosenLayout);
    this.setLayout(this.layouts[(place + 1) % this.layouts.length].name);
  }

  /**
   * A saved view has gone: where the wall showed it, it shows all cameras.
   * @param {string} id
   */
  forget(id) {
    const isHandedIn = this.saved.find(id)?.cameras.join() === this.#own.join();
    this.saved.remove(id);
    if (this.#viewId === id) this.choose(ALL);
    if (isHandedIn) this.#handIn([]);
  }

  /** What is handed in besides marks, each a sentence. */
  listGiven() {
    if (!this.#asksView || !this.#own.length) return [];
    return [`Your view: ${this.#own.map((cameraId) => this.console.picture.nameOf(cameraId)).join(", ")}.`];
  }

  listMissing() {
    if (!this.#asksView || this.#own.length) return [];
    return ["You kept no view of your own: the cameras of the wall as they are now would be submitted."];
  }

  get #asksView() {
    return this.console.data.task.answer_form.asks_view;
  }

  /**
   * @param {string} id
   * @returns {WallView}
   */
  #find(id) {
    return this.groups.find((group) => group.id === id) ?? this.saved.find(id) ?? this.groups[0];
  }

  /** @param {{view?: string, layout?: string}} shown */
  #apply({ view: id = ALL, layout }) {
    const view = this.#find(id);
    this.#viewId = view.id;
    this.chosenLayout = findLayout(layout, this.layouts, this.usualLayout);
    this.wall.arrange({ cameraIds: view.cameras, layout: this.chosenLayout });
    const { wallViews, wallLayout } = this.console.parts;
    wallLayout.textContent = this.chosenLayout.words;
    wallLayout.setAttribute("aria-label", `Layout of the wall: ${this.chosenLayout.long}. Next layout`);
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

  /** @param {string[]} cameras of one's own view; none where it has gone */
  #handIn(cameras) {
    this.#own = cameras;
    this.console.send("view", { name: "own", cameras });
  }

  /** @param {number} number */
  #openNumber(number) {
    if (!this.saved.numbersOpenViews) {
      for (const [cameraId, own] of this.wall.numbers) if (own === number) this.console.focus(cameraId);
      return;
    }
    const view = this.saved.all[number - 1];
    if (view && this.console.isLive) this.choose(view.id);
  }
}

/**
 * All cameras, then the groups of the site: `{id, name, cameras}`, cameras in the order of the mosaics.
 * @param {Site} site
 * @param {string[]} cameraIds
 */
function listGroups(site, cameraIds) {
  const groups = site.groups.map(({ name, cameras }) => {
    return { id: `group ${name}`, name, cameras: cameraIds.filter((cameraId) => cameras.includes(cameraId)) };
  });
  return [{ id: ALL, name: "All cameras", cameras: cameraIds }, ...groups.filter((group) => group.cameras.length)];
}
