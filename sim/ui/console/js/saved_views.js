/**
 * A person's own views of a site's wall, kept in the browser by site; and what the wall of each of the latest drills
 * shows, which is for that drill alone: it is there after a reload, and the next drill begins with all cameras.
 */

import { makeUuid } from "./dom.js";

const SCHEMA_VERSION = 1;
const MOST_NAME = 40;
const MOST_VIEWS = 30;
const MOST_WALLS = 8;

/**
 * @typedef {object} SavedView
 * @property {string} id
 * @property {string} name
 * @property {string} layout name of a layout, see wall_layouts.js
 * @property {string[]} cameras camera_ids in the order of the wall
 */

export class SavedViews {
  #isNewer = false;

  /**
   * @param {object} options
   * @param {Storage} options.storage outlasts the tab
   * @param {string} options.siteId
   * @param {string} options.attemptId
   * @param {string[]} options.cameraIds cameras of the site; views lose others
   */
  constructor({ storage, siteId, attemptId, cameraIds }) {
    Object.assign(this, { storage, attemptId, cameraIds, key: `sightline-views-${siteId}` });
    const stored = this.#parse();
    this.#isNewer = stored.schema_version > SCHEMA_VERSION;
    const isKnown = stored.schema_version === SCHEMA_VERSION;
    /** @type {SavedView[]} */
    this.all = isKnown && Array.isArray(stored.views) ? stored.views.map((view) => this.#check(view)).filter(Boolean) : [];
    this.walls = isKnown ? listWalls(stored) : [];
    this.numbersOpenViews = isKnown && stored.numbers === "views";
  }

  /** What this drill's wall shows, `{view, layout}`; {} as long as nobody has changed it. */
  get wall() {
    return this.walls.find((wall) => wall.attempt === this.attemptId) ?? {};
  }

  find(id) {
    return this.all.find((view) => view.id === id) ?? null;
  }

  /** Why a view cannot be kept, in words; null when it can. `id` is that of the view that is changed, if any. */
  refuse({ id = null, name, cameras }) {
    const wanted = trim(name);
    if (this.#isNewer) return "A newer Sightline keeps views in this browser. They cannot be changed here.";
    if (!wanted) return "Give the view a name.";
    if (!cameras.length) return "Choose at least one camera.";
    if (this.all.some((view) => view.id !== id && view.name.toLowerCase() === wanted.toLowerCase())) return `There is a view named ${wanted} already.`;
    if (id === null && this.all.length >= MOST_VIEWS) return `There are ${MOST_VIEWS} views already. Remove one first.`;
    return null;
  }

  /** Keep a new view, or what has become of one. Returns it. */
  keep({ id = null, name, layout, cameras }) {
    const view = { id: id ?? makeUuid(), name: trim(name), layout, cameras };
    const place = this.all.findIndex((each) => each.id === id);
    if (place >= 0) this.all[place] = view;
    else this.all.push(view);
    this.#store();
    return view;
  }

  remove(id) {
    this.all = this.all.filter((view) => view.id !== id);
    this.#store();
  }

  /** What this drill's wall shows now. */
  setWall({ view, layout }) {
    const others = listWalls(this.#parse()).filter((wall) => wall.attempt !== this.attemptId);
    this.walls = [...others, { attempt: this.attemptId, view, layout }].slice(-MOST_WALLS);
    this.#store();
  }

  setNumbers(openViews) {
    this.numbersOpenViews = openViews;
    this.#store();
  }

  #store() {
    if (this.#isNewer) return;
    const numbers = this.numbersOpenViews ? "views" : "cameras";
    this.storage.setItem(this.key, JSON.stringify({ schema_version: SCHEMA_VERSION, views: this.all, walls: this.walls, numbers }));
  }

  #parse() {
    try {
      return JSON.parse(this.storage.getItem(this.key) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  #check(view) {
    const isWhole = [view?.id, view?.name, view?.layout].every((each) => typeof each === "string") && Array.isArray(view.cameras);
    const cameras = isWhole ? view.cameras.filter((cameraId, place) => this.cameraIds.includes(cameraId) && view.cameras.indexOf(cameraId) === place) : [];
    return cameras.length ? { id: view.id, name: view.name, layout: view.layout, cameras } : null;
  }
}

function listWalls({ walls }) {
  return Array.isArray(walls) ? walls.filter((wall) => typeof wall?.attempt === "string") : [];
}

function trim(name) {
  return name.trim().replace(/\s+/g, " ").slice(0, MOST_NAME);
}
